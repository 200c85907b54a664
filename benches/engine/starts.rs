//! From due to started, on a server that has nothing else to do.

use std::{thread::sleep, time::Duration};

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    db::{self, Url},
    id::OperationId,
    models::operation::{NewOperation, Operation, OperationKind},
    platform::Act,
    schema::operations,
};

use crate::{
    Outcome,
    figures::{Figures, quantile},
    support::Contoso,
    working::Working,
};

const TIMES: usize = 200;

/// Of what becomes due by an act of somebody, and of what has a time.
pub async fn measure(figures: &mut Figures) -> Outcome<()> {
    let contoso = Contoso::new();
    let server = contoso.app.another_server();
    let wake = server.wake.clone();
    let _working = Working::start(server);
    // One server's pages wake its own worker; those of others are heard of over the database.
    let begin = |wait| {
        let id = queue(&contoso, wait);
        if matches!(contoso.app.database, Url::Sqlite(_)) {
            wake.now();
        }
        id
    };
    let mut now = times(&contoso, || begin(TimeDelta::zero()))?;
    let mut later = times(&contoso, || begin(TimeDelta::milliseconds(130)))?;
    for (what, times) in [("due at once", &mut now), ("due at a time", &mut later)] {
        figures.time(&format!("to started when {what}, median"), quantile(times, 0.5), 20.0);
        figures.time(&format!("to started when {what}, 99 of 100"), quantile(times, 0.99), 100.0);
    }
    Ok(())
}

fn times(contoso: &Contoso, begin: impl Fn() -> OperationId) -> Outcome<Vec<f64>> {
    (0..TIMES).map(|_| time(contoso, begin())).collect()
}

// A check of what does not exist: the claim is what matters.
fn queue(contoso: &Contoso, wait: TimeDelta) -> OperationId {
    let (at, by) = (contoso.qa.id, contoso.ada.id);
    let input = serde_json::to_string(&Act::Export { solution: "nothing".into() }).expect("plain text");
    contoso.app.write(|c| {
        let new = NewOperation { environment: at, run: None, kind: OperationKind::Export, lane: false, input };
        let id = new.queue(c, by)?;
        let due = operations::due_at.eq(db::clock(c)? + wait);
        diesel::update(operations::table.find(id))
            .set((due, operations::created_at.eq(db::clock(c)? + wait)))
            .execute(c)?;
        Ok(id)
    })
}

// Milliseconds.
fn time(contoso: &Contoso, id: OperationId) -> Outcome<f64> {
    loop {
        sleep(Duration::from_millis(5));
        let operation = contoso.app.read(|c| Operation::by_id(c, id));
        if let (Some(started), Some(_)) = (operation.started_at, operation.ended_at) {
            sleep(Duration::from_millis(15));
            return Ok((started - operation.created_at).to_std()?.as_secs_f64() * 1000.0);
        }
    }
}
