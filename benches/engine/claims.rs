//! What a claim costs beside few and beside many that wait.

use std::time::Instant;

use diesel::prelude::*;
use sluice::{
    db::Conn,
    error::Error,
    models::operation::{NewOperation, OperationKind, claim_next},
    schema::operations,
};

use crate::{
    Outcome,
    figures::{Figures, quantile},
    support::Contoso,
};

const FEW: usize = 10;
const MANY: usize = 10_000;
const TIMES: usize = 200;

/// Beside many that are due, and beside many that wait behind one target.
pub async fn measure(figures: &mut Figures) -> Outcome<()> {
    for (what, lane) in [("due", false), ("behind one target", true)] {
        let contoso = Contoso::new();
        queue(&contoso, FEW, lane);
        let few = claim(&contoso)?;
        queue(&contoso, MANY - FEW, lane);
        let many = claim(&contoso)?;
        figures.times(&format!("a claim beside 10,000 {what} to one beside 10"), many / few, 1.5);
    }
    Ok(())
}

fn queue(contoso: &Contoso, count: usize, lane: bool) {
    let (at, by) = (contoso.qa.id, contoso.ada.id);
    contoso.app.write(|c| {
        let kind = OperationKind::Check;
        let new = || NewOperation { environment: at, run: None, kind, lane, input: String::new() };
        (0..count).try_for_each(|_| new().queue(c, by).map(drop))
    });
    contoso.app.write(statistics);
}

// As the databases keep them of themselves after a while.
fn statistics(conn: &mut Conn) -> Result<(), Error> {
    Ok(diesel::sql_query("ANALYZE").execute(conn).map(drop)?)
}

// Milliseconds: what is claimed is given back by ending its transaction, so that each time costs the same.
fn claim(contoso: &Contoso) -> Outcome<f64> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let began = Instant::now();
        let claimed = contoso.app.app.db.write_now(|c| match claim_next(c, "benchmark", &[])? {
            Some(operation) => Err::<(), _>(Error::Conflict(operation.id.to_string())),
            None => Ok(()),
        });
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        if claimed.is_ok() {
            return Err("nothing was claimed".into());
        }
    }
    let still = operations::table.filter(operations::ended_at.is_null()).count();
    assert!(contoso.app.read(|c| Ok(still.get_result::<i64>(c)?)) >= FEW as i64);
    Ok(quantile(&mut times, 0.5))
}
