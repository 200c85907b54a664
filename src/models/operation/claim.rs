//! Claiming: by conditional update, so that of several workers one gets each operation.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Operation, OperationState};
use crate::{
    db::{self, Conn},
    error::Error,
    models::lane,
    schema::{lanes, operations},
};

/// How long a claim holds without a heartbeat, in seconds.
pub const LEASE_SECONDS: i64 = 60;
/// How many are looked at in one go.
const WINDOW: i64 = 20;

/// Claims the oldest operation that is due, whose lane is free or its own, and that nobody works on.
pub fn claim_next(conn: &mut Conn, holder: &str) -> Result<Option<Operation>, Error> {
    let now = db::clock(conn)?;
    let held = lanes::table.filter(lanes::operation_id.is_not_null()).select(lanes::operation_id.assume_not_null());
    let free = lanes::table.filter(lanes::operation_id.is_null()).select(lanes::environment_id);
    let candidates: Vec<Operation> = Operation::query()
        .filter(operations::ended_at.is_null())
        .filter(operations::due_at.le(now))
        .filter(operations::lease_until.is_null().or(operations::lease_until.lt(now).assume_not_null()))
        .filter(operations::lane.eq(false).or(operations::id.eq_any(held)).or(operations::environment_id.eq_any(free)))
        .order(operations::id)
        .limit(WINDOW)
        .load(conn)?;
    for candidate in candidates {
        if candidate.lane && !lane::take(conn, candidate.environment_id, candidate.id)? {
            continue;
        }
        let unclaimed = operations::id
            .eq(candidate.id)
            .and(operations::fence.eq(candidate.fence))
            .and(operations::ended_at.is_null());
        let claimed = diesel::update(operations::table.filter(unclaimed))
            .set((
                operations::state.eq(OperationState::Running),
                operations::holder.eq(holder),
                operations::lease_until.eq(now + TimeDelta::seconds(LEASE_SECONDS)),
                operations::fence.eq(candidate.fence + 1),
            ))
            .execute(conn)?;
        if claimed == 1 {
            let fence = candidate.fence + 1;
            return Ok(Some(Operation { fence, state: OperationState::Running, ..candidate }));
        }
    }
    Ok(None)
}

/// The heartbeat: keeps a claim for another lease; whether it still held.
pub fn renew(conn: &mut Conn, operation: &Operation) -> Result<bool, Error> {
    let until = db::clock(conn)? + TimeDelta::seconds(LEASE_SECONDS);
    let mine = operations::id.eq(operation.id).and(operations::fence.eq(operation.fence));
    let renewed = diesel::update(operations::table.filter(mine).filter(operations::ended_at.is_null()))
        .set(operations::lease_until.eq(until))
        .execute(conn)?;
    Ok(renewed == 1)
}

/// Gives back all that this server has claimed and no longer works on, since it stops or was stopped: how many.
pub fn give_back(conn: &mut Conn, holder: &str) -> Result<usize, Error> {
    let held = operations::table.filter(operations::ended_at.is_null()).filter(operations::holder.eq(holder));
    let freed = (
        operations::holder.eq(None::<String>),
        operations::lease_until.eq(None::<NaiveDateTime>),
        operations::fence.eq(operations::fence + 1),
    );
    Ok(diesel::update(held).set(freed).execute(conn)?)
}
