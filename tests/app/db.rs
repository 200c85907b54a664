//! Writing: each has all of its own or nothing, whoever else writes at the same moment.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use diesel::prelude::*;
use sluice::{
    db::{self, Conn, Db},
    error::Error,
    schema::sign_in_attempts as rows,
};

use crate::support::TestApp;

const WRITERS: usize = 8;
const TIMES: usize = 30;

fn add(conn: &mut Conn, key: &str) -> Result<(), Error> {
    let row = (rows::key.eq(key), rows::failures.eq(1), rows::last_failed_at.eq(db::now()));
    diesel::insert_into(rows::table).values(row).execute(conn)?;
    Ok(())
}

fn seen(db: &Db, keys: &[String]) -> i64 {
    db.read_now(|c| Ok(rows::table.filter(rows::key.eq_any(keys)).count().get_result(c)?)).unwrap()
}

// Two rows that belong together, each named for who writes them.
fn pair(writer: usize, number: usize) -> [String; 2] {
    ["a", "b"].map(|half| format!("{writer}-{number}-{half}"))
}

fn write(db: &Db, keys: &[String], end: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    db.write_now(|c| {
        keys.iter().try_for_each(|key| add(c, key))?;
        end()
    })
}

#[test]
fn of_many_who_write_at_once_each_has_all_or_nothing_and_sees_it_at_once() {
    let app = TestApp::new();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let db = app.app.db.clone();
            scope.spawn(move || {
                for number in 0..TIMES {
                    let (keys, refused) = (pair(writer, number), number % 3 == 0);
                    let end = || if refused { Err(Error::Conflict("no".into())) } else { Ok(()) };
                    let written = write(&db, &keys, end);
                    assert_eq!(written.is_err(), refused, "{written:?}");
                    assert_eq!(seen(&db, &keys), if refused { 0 } else { 2 });
                }
            });
        }
    });
    let all: i64 = app.read(|c| Ok(rows::table.count().get_result(c)?));
    assert_eq!(all, i64::try_from(WRITERS * TIMES / 3 * 2 * 2).unwrap());
}

#[test]
fn where_one_writer_panics_every_other_is_told_the_truth() {
    let app = TestApp::new();
    thread::scope(|scope| {
        let db = app.app.db.clone();
        scope.spawn(move || {
            for number in 0..TIMES {
                let keys = pair(WRITERS, number);
                let panicked = catch_unwind(AssertUnwindSafe(|| write(&db, &keys, || panic!("on purpose"))));
                assert!(panicked.is_err());
                assert_eq!(seen(&db, &keys), 0);
            }
        });
        for writer in 0..WRITERS {
            let db = app.app.db.clone();
            scope.spawn(move || {
                for number in 0..TIMES {
                    let keys = pair(writer, number);
                    let told = write(&db, &keys, || Ok(())).is_ok();
                    assert_eq!(seen(&db, &keys), if told { 2 } else { 0 });
                }
            });
        }
    });
    let last = pair(WRITERS + 1, 0);
    write(&app.app.db, &last, || Ok(())).unwrap();
    assert_eq!(seen(&app.app.db, &last), 2, "and all goes on");
}
