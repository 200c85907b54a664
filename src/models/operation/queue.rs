//! Putting operations into the queue: due at once, as soon as they have their lane, or claimed already.

use diesel::prelude::*;

use super::{Operation, OperationKind, OperationState, claim, lane};
use crate::{
    db::{self, Conn, unvaried},
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
        let operation = Operation {
            id,
            environment_id: self.environment,
            run_id: self.run,
            kind: self.kind,
            lane: self.lane,
            input: self.input.clone(),
            state,
            handle: None,
            result: None,
            error: None,
            percent: None,
            message: String::new(),
            attempts: 0,
            due_at,
            holder: holder.map(str::to_owned),
            fence,
            started_by: by,
            created_at: now,
            started_at: holder.map(|_| now),
            ended_at: None,
        };
        let ready = !self.lane || holder.is_some();
        let row = (&operation, operations::ready.eq(ready), operations::cancel_due.eq(false));
        // Not read back: SQLite copies every page that an insert changes which answers with its row.
        unvaried!(diesel::insert_into(operations::table).values(row)).execute(conn)?;
        Ok(operation)
    }
}
