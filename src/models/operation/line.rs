//! The line before a lane: how many come first, and how long that probably takes.

use std::collections::HashSet;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Operation, OperationState};
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::RunId,
    schema::operations,
};

/// How many of the last acts on the environment are looked at.
const LAST: i64 = 20;

/// What comes before an operation that waits for its lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Those that wait before it, without the one that holds the lane.
    pub waiting: i64,
    /// How long all of them probably take, judged by the last ones; none where there were none.
    pub takes: Option<TimeDelta>,
}

impl Line {
    /// What comes before this operation now.
    pub fn before(conn: &mut Conn, operation: &Operation) -> Result<Line, Error> {
        let waits = diesel::alias!(operations as waits);
        let waiting = waits
            .filter(waits.field(operations::environment_id).eq(operation.environment_id))
            .filter(waits.field(operations::ended_at).is_null())
            .filter(waits.field(operations::lane))
            .filter(waits.field(operations::ready).eq(false))
            .filter(waits.field(operations::id).lt(operation.id));
        let last = operations::table
            .filter(operations::environment_id.eq(operation.environment_id))
            .filter(operations::lane)
            .filter(operations::state.eq(OperationState::Succeeded))
            .order(operations::id.desc())
            .limit(LAST);
        let act = (operations::run_id, operations::started_at, operations::ended_at);
        let counted: Vec<(Act, Option<i64>)> =
            unvaried!(last.select((act, waiting.count().single_value()))).load(conn)?;
        let waiting = match counted.first() {
            Some((_, waiting)) => waiting.unwrap_or_default(),
            // Where nothing was done yet, those that wait have nothing to be told with.
            None => unvaried!(waiting.count()).get_result(conn)?,
        };
        let last: Vec<Act> = counted.into_iter().map(|(act, _)| act).collect();
        Ok(Line { waiting, takes: takes(&last, waiting + 1) })
    }
}

type Act = (Option<RunId>, Option<NaiveDateTime>, Option<NaiveDateTime>);

// A deployment is several acts, one by hand is one.
fn takes(last: &[Act], turns: i64) -> Option<TimeDelta> {
    let took = last.iter().filter_map(|(_, started, ended)| Some((*ended)? - (*started)?));
    let all: TimeDelta = took.sum();
    let runs: HashSet<RunId> = last.iter().filter_map(|(run, ..)| *run).collect();
    let by_hand = last.iter().filter(|(run, ..)| run.is_none()).count();
    let deployments = i32::try_from(runs.len() + by_hand).ok()?;
    let one = all.checked_div(deployments)?;
    one.checked_mul(i32::try_from(turns).ok()?)
}
