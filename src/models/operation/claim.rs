//! Claiming: by conditional update, so that of several workers one gets each operation. What is claimed is due again when
//! the lease ends, unless a heartbeat moves that on.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::{dsl::case_when, prelude::*, sql_types::Timestamp};

use super::{Operation, OperationState};
use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::EnvironmentId,
    rules::retries::LONGEST_ASKED,
    schema::operations,
};

/// How long a claim holds without a heartbeat, in seconds.
pub const LEASE_SECONDS: i64 = 20;
/// How many are looked at in one go: more than there are workers that look for work at the same moment.
const WINDOW: i64 = 20;

/// When a claim ends that is made or renewed at this instant.
pub(super) fn lease_from(now: NaiveDateTime) -> NaiveDateTime {
    now + TimeDelta::seconds(LEASE_SECONDS)
}

/// Claims the operation that is due longest and that nobody works on, past those on the environments in `busy`.
pub fn claim_next(conn: &mut Conn, holder: &str, busy: &[EnvironmentId]) -> Result<Option<Operation>, Error> {
    loop {
        let now = db::clock(conn)?;
        let candidates: Vec<Operation> = Operation::query()
            .filter(operations::ended_at.is_null())
            .filter(operations::ready)
            .filter(operations::due_at.le(now))
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

/// When the next operation becomes due of those that are not yet.
pub fn next_due(conn: &mut Conn) -> Result<Option<NaiveDateTime>, Error> {
    let later = operations::table
        .filter(operations::ended_at.is_null())
        .filter(operations::ready)
        .filter(operations::due_at.gt(db::clock(conn)?));
    Ok(later.order(operations::due_at).select(operations::due_at).first(conn).optional()?)
}

/// Claims this operation, if nobody has claimed it since it was read.
pub(super) fn take(conn: &mut Conn, unclaimed: Operation, holder: &str) -> Result<Option<Operation>, Error> {
    let (now, row) = (db::clock(conn)?, operations::table.filter(unclaimed.mine()));
    let claimed = Operation {
        state: OperationState::Running,
        holder: Some(holder.to_owned()),
        due_at: lease_from(now),
        started_at: unclaimed.started_at.or(Some(now)),
        fence: unclaimed.fence + 1,
        ..unclaimed
    };
    let taken = (
        operations::state.eq(claimed.state),
        operations::ready.eq(true),
        operations::holder.eq(holder),
        operations::due_at.eq(claimed.due_at),
        operations::started_at.eq(claimed.started_at),
        operations::fence.eq(claimed.fence),
    );
    let taken = unvaried!(diesel::update(row).set(taken)).execute(conn)?;
    Ok((taken == 1).then_some(claimed))
}

/// The heartbeat: keeps a claim for another lease; whether it still held.
pub fn renew(conn: &mut Conn, operation: &Operation) -> Result<bool, Error> {
    let until = lease_from(db::clock(conn)?);
    let mine = operations::id.eq(operation.id).and(operations::fence.eq(operation.fence));
    let renewed = diesel::update(operations::table.filter(mine).filter(operations::ended_at.is_null()))
        .set(operations::due_at.eq(until))
        .execute(conn)?;
    Ok(renewed == 1)
}

/// Gives back all that this server has claimed and no longer works on, since it stops or was stopped: how many.
pub fn give_back(conn: &mut Conn, holder: &str) -> Result<usize, Error> {
    let now = db::clock(conn)?;
    let held = operations::table.filter(operations::ended_at.is_null()).filter(operations::holder.eq(holder));
    let freed = (
        operations::holder.eq(None::<String>),
        operations::due_at.eq(now),
        operations::fence.eq(operations::fence + 1),
    );
    Ok(diesel::update(held).set(freed).execute(conn)?)
}

/// Brings near what is due further ahead than it can be, a claim at the end of its lease and all else at the end of the
/// longest wait: how many. Only a clock that was put back leaves such rows. A claim gets the time of one lease, in which
/// who is alive renews it.
pub fn pull_in(conn: &mut Conn) -> Result<usize, Error> {
    let now = db::clock(conn)?;
    let (lease, longest) = (now + TimeDelta::seconds(LEASE_SECONDS), now + TimeDelta::seconds(LONGEST_ASKED));
    let claimed = operations::holder.is_not_null();
    let far = operations::table
        .filter(operations::ended_at.is_null())
        .filter(operations::ready)
        .filter(operations::due_at.gt(lease))
        .filter(operations::due_at.gt(longest).or(claimed));
    if far.count().get_result::<i64>(conn)? == 0 {
        return Ok(0);
    }
    let due = case_when(claimed, lease.into_sql::<Timestamp>()).otherwise(now);
    Ok(diesel::update(far).set(operations::due_at.eq(due)).execute(conn)?)
}
