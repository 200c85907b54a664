//! Claiming: by conditional update, so that of several workers one gets each operation.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Operation, OperationState};
use crate::{
    db::{self, Conn},
    error::Error,
    id::EnvironmentId,
    schema::operations,
};

/// How long a claim holds without a heartbeat, in seconds.
pub const LEASE_SECONDS: i64 = 20;
/// How many are looked at in one go: more than there are workers that look for work at the same moment.
const WINDOW: i64 = 20;

/// Claims the operation that is due longest and that nobody works on, past those on the environments in `busy`.
pub fn claim_next(conn: &mut Conn, holder: &str, busy: &[EnvironmentId]) -> Result<Option<Operation>, Error> {
    loop {
        let now = db::clock(conn)?;
        let candidates: Vec<Operation> = Operation::query()
            .filter(operations::ended_at.is_null())
            .filter(operations::ready)
            .filter(operations::due_at.le(now))
            .filter(operations::lease_until.is_null().or(operations::lease_until.lt(now).assume_not_null()))
            .filter(operations::environment_id.ne_all(busy))
            .order((operations::due_at, operations::id))
            .limit(WINDOW)
            .load(conn)?;
        if candidates.is_empty() {
            return Ok(None);
        }
        for candidate in candidates {
            if let Some(claimed) = take(conn, candidate, holder)? {
                return Ok(Some(claimed));
            }
        }
        // All of them went to others meanwhile.
    }
}

/// Claims this operation, if nobody has claimed it since it was read.
pub(super) fn take(conn: &mut Conn, operation: Operation, holder: &str) -> Result<Option<Operation>, Error> {
    let now = db::clock(conn)?;
    let (fence, started_at) = (operation.fence + 1, operation.started_at.unwrap_or(now));
    let unclaimed =
        operations::id.eq(operation.id).and(operations::fence.eq(operation.fence)).and(operations::ended_at.is_null());
    let claimed = diesel::update(operations::table.filter(unclaimed))
        .set((
            operations::state.eq(OperationState::Running),
            operations::holder.eq(holder),
            operations::lease_until.eq(now + TimeDelta::seconds(LEASE_SECONDS)),
            operations::started_at.eq(started_at),
            operations::fence.eq(fence),
        ))
        .execute(conn)?;
    let (state, holder, started_at) = (OperationState::Running, Some(holder.to_owned()), Some(started_at));
    Ok((claimed == 1).then_some(Operation { fence, state, holder, started_at, ..operation }))
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
