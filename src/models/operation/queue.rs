//! Putting operations into the queue: due at once, as soon as they have their lane, or claimed already.

use diesel::prelude::*;

use super::{Operation, OperationKind, OperationState, claim, lane};
use crate::{
    db::{self, Conn, natively, unvaried},
    error::Error,
    id::{EnvironmentId, OperationId, PersonId, RunId},
    schema::operations,
};

/// An operation to be put into the queue.
#[derive(Debug)]
pub struct NewOperation {
    pub environment: EnvironmentId,
    pub run: Option<RunId>,
    pub kind: OperationKind,
    /// Whether it needs the environment's lane.
    pub lane: bool,
    /// What is to be done, in the words of the platform.
    pub input: String,
}

impl NewOperation {
    /// Puts the operation into the queue: due at once, or as soon as it has its lane.
    pub fn queue(self, conn: &mut Conn, by: PersonId) -> Result<OperationId, Error> {
        if self.lane {
            lane::ensure(conn, self.environment)?;
        }
        let id = self.insert(conn, by, None)?.id;
        match self.lane {
            true => drop(lane::enter(conn, self.environment, id)?),
            false => db::notify(conn)?,
        }
        Ok(id)
    }

    // Waiting, or claimed by this server already.
    pub(super) fn insert(&self, conn: &mut Conn, by: PersonId, holder: Option<&str>) -> Result<Operation, Error> {
        let (id, now) = (OperationId::new(), db::clock(conn)?);
        let (state, fence, due_at) = match holder {
            Some(_) => (OperationState::Running, 1, claim::lease_from(now)),
            None => (OperationState::Waiting, 0, now),
        };
        let row = diesel::insert_into(operations::table);
        let rows: Vec<Operation> = natively!(conn, |c| {
            let row = row.values((
                operations::id.eq(id),
                operations::environment_id.eq(self.environment),
                operations::run_id.eq(self.run),
                operations::kind.eq(self.kind),
                operations::lane.eq(self.lane),
                operations::input.eq(&self.input),
                operations::state.eq(state),
                operations::message.eq(""),
                operations::attempts.eq(0),
                operations::due_at.eq(due_at),
                operations::holder.eq(holder),
                operations::fence.eq(fence),
                operations::started_by.eq(by),
                operations::created_at.eq(now),
                operations::started_at.eq(holder.map(|_| now)),
                operations::ready.eq(!self.lane || holder.is_some()),
                operations::cancel_due.eq(false),
            ));
            // To its end, where SQLite looks whether what the row refers to is there.
            unvaried!(row.returning(Operation::as_select())).get_results(c)
        })?;
        rows.into_iter().next().ok_or_else(|| Error::internal("an operation that was put into the queue is not there"))
    }
}
