//! Several pieces of work in one transaction: all of them happen or none.

use std::{
    future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use diesel::{Connection, prelude::*};
use sluice::{
    db::{self, Db},
    error::Error,
    schema::sign_in_attempts as rows,
};

use crate::support::TestApp;

fn add(db: &Db, key: &str) -> Result<(), Error> {
    db.write_now(|c| {
        let row = (rows::key.eq(key), rows::failures.eq(1), rows::last_failed_at.eq(db::now()));
        diesel::insert_into(rows::table).values(row).execute(c)?;
        Ok(())
    })
}

fn count(db: &Db) -> Result<i64, Error> {
    db.read_now(|c| Ok(rows::table.count().get_result(c)?))
}

#[test]
fn each_piece_reads_what_those_before_it_wrote_and_others_only_the_whole() {
    let app = TestApp::new();
    let db = &app.app.db;
    let seen = db.together(|inner| async move {
        add(&inner, "a")?;
        let within = count(&inner)?;
        add(&inner, "b")?;
        Ok::<_, Error>((within, count(&inner)?))
    });
    assert_eq!(seen.unwrap().unwrap(), (1, 2));
    assert_eq!(count(db).unwrap(), 2);
}

#[test]
fn a_piece_that_fails_undoes_those_before_it_and_none_is_begun_after_it() {
    let app = TestApp::new();
    let db = &app.app.db;
    let begun = &Mutex::new(0);
    let done = db.together(|inner| async move {
        add(&inner, "a").unwrap();
        let refused: Result<(), Error> = inner.write_now(|_| Err(Error::Conflict("no".into())));
        assert!(matches!(refused, Err(Error::Conflict(_))), "it is told its own error");
        let after = inner.read_now(|_| {
            *begun.lock().unwrap() += 1;
            Ok(())
        });
        assert!(after.is_err());
    });
    assert!(done.is_err(), "though the work made nothing of it");
    assert_eq!((*begun.lock().unwrap(), count(db).unwrap()), (0, 0));
    add(db, "a").unwrap();
}

#[test]
fn work_that_has_to_wait_or_panics_is_undone_and_others_go_on() {
    let app = TestApp::new();
    let db = &app.app.db;
    let waits = db.together(|inner| async move {
        add(&inner, "a").unwrap();
        future::pending::<()>().await;
    });
    assert!(waits.is_err());
    let panics = db.together(|inner| async move {
        add(&inner, "a").unwrap();
        panic!("on purpose");
    });
    assert!(panics.is_err());
    assert_eq!(count(db).unwrap(), 0);
    add(db, "a").unwrap();
    assert_eq!(count(db).unwrap(), 1);
}

#[test]
fn a_piece_that_panics_deep_in_savepoints_is_undone_even_where_somebody_catches_that() {
    let app = TestApp::new();
    let db = &app.app.db;
    let done = db.together(|inner| async move {
        add(&inner, "a").unwrap();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            inner.write_now(|c| c.transaction(|_| -> Result<(), Error> { panic!("on purpose") }))
        }));
        assert!(panicked.is_err());
        assert!(add(&inner, "b").is_err(), "none is begun after it");
    });
    assert!(done.is_err());
    assert_eq!(count(db).unwrap(), 0);
    add(db, "c").unwrap();
    assert_eq!(count(db).unwrap(), 1);
}

#[test]
fn what_outlives_its_transaction_is_not_kept() {
    let app = TestApp::new();
    let db = &app.app.db;
    let mut left = None;
    let done = db.together(|inner| {
        add(&inner, "a").unwrap();
        left = Some(inner);
        future::ready(())
    });
    assert!(done.is_err());
    drop(left);
    assert_eq!(count(db).unwrap(), 0);
    add(db, "a").unwrap();
}
