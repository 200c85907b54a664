//! Two servers that look for work at the same moment.

use std::{collections::HashSet, thread};

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    db::{Conn, Db, Url},
    id::OperationId,
    models::operation::{NewOperation, OperationKind, Then, claim_next},
    schema::operations,
};

use crate::support::Contoso;

const DUE: usize = 10_000;

fn queue(contoso: &Contoso, count: usize) {
    let (at, by) = (contoso.qa.id, contoso.ada.id);
    contoso.app.write(|c| {
        for _ in 0..count {
            let new = NewOperation {
                environment: at,
                run: None,
                kind: OperationKind::Check,
                lane: false,
                input: String::new(),
            };
            new.queue(c, by)?;
        }
        // Of the same age, so that all look at the same ones first.
        let due = operations::due_at.eq(sluice::db::now() - TimeDelta::seconds(1));
        Ok(diesel::update(operations::table).set(due).execute(c)?)
    });
}

// Each is ended as it is claimed: its lease must not run out before the race does.
fn claim_all(db: &Db, holder: &str) -> Vec<OperationId> {
    let claim = |c: &mut Conn| {
        let Some(operation) = claim_next(c, holder, &[])? else { return Ok(None) };
        operation.end(c, Ok("done"), Then::LetGo)?;
        Ok(Some(operation.id))
    };
    std::iter::from_fn(|| db.write_now(claim).unwrap()).collect()
}

#[test]
fn two_servers_that_race_for_ten_thousand_operations_claim_each_once() {
    let contoso = Contoso::new();
    queue(&contoso, DUE);
    // On SQLite, which takes one server, two of its workers race.
    let (one, two) = match contoso.app.database {
        Url::Sqlite(_) => (contoso.app.app.clone(), contoso.app.app.clone()),
        Url::Postgres(_) => (contoso.app.another_server(), contoso.app.another_server()),
    };
    let claimed: Vec<Vec<OperationId>> = thread::scope(|scope| {
        let racing = [(one, "one"), (two, "two")].map(|(app, holder)| scope.spawn(move || claim_all(&app.db, holder)));
        racing.into_iter().map(|server| server.join().unwrap()).collect()
    });
    let all: HashSet<OperationId> = claimed.iter().flatten().copied().collect();
    println!("claimed: {} and {}", claimed[0].len(), claimed[1].len());
    assert_eq!((claimed[0].len() + claimed[1].len(), all.len()), (DUE, DUE));
    assert!(claimed.iter().all(|one| !one.is_empty()), "both took part");
}
