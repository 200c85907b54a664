//! Stopping: what has not begun or changes nothing is taken back; all else is stopped by its platform only, which is asked
//! once somebody wants it. Whether it did, the operation's own outcome tells.

use diesel::prelude::*;

use super::{Operation, OperationState, Then};
use crate::{
    db::{self, Conn},
    error::Error,
    id::OperationId,
    schema::operations,
};

impl Operation {
    /// Takes back an operation that changes nothing, or that no worker has begun; whether it could be.
    pub fn withdraw(&self, conn: &mut Conn) -> Result<bool, Error> {
        let begun = if self.kind.changes_nothing() { OperationState::Running } else { OperationState::Waiting };
        let untouched = operations::id
            .eq(self.id)
            .and(operations::state.eq(OperationState::Waiting).or(operations::state.eq(begun)))
            .and(operations::ended_at.is_null());
        let ended = (
            operations::state.eq(OperationState::Failed),
            operations::message.eq("Canceled before anything was changed."),
            operations::holder.eq(None::<String>),
            operations::fence.eq(operations::fence + 1),
            operations::ended_at.eq(db::clock(conn)?),
        );
        let withdrawn = diesel::update(operations::table.filter(untouched)).set(ended).execute(conn)?;
        if withdrawn == 1 && self.lane {
            self.pass_on(conn, &Then::LetGo)?;
        }
        Ok(withdrawn == 1)
    }

    /// Has its platform asked to stop it, by whichever worker comes first.
    pub fn ask_to_stop(&self, conn: &mut Conn) -> Result<(), Error> {
        let open = operations::table.find(self.id).filter(operations::ended_at.is_null());
        diesel::update(open).set(operations::cancel_due.eq(true)).execute(conn)?;
        Ok(db::notify(conn)?)
    }

    /// Those whose platform is still to be asked.
    pub fn to_be_stopped(conn: &mut Conn) -> Result<Vec<Operation>, Error> {
        let due = Operation::query().filter(operations::cancel_due).filter(operations::ended_at.is_null());
        Ok(due.order(operations::id).load(conn)?)
    }

    /// Its platform was asked: what it makes of it is to be seen at once.
    pub fn was_asked_to_stop(conn: &mut Conn, id: OperationId) -> Result<(), Error> {
        diesel::update(operations::table.find(id)).set(operations::cancel_due.eq(false)).execute(conn)?;
        let unclaimed = operations::ended_at.is_null().and(operations::holder.is_null());
        let now = db::clock(conn)?;
        diesel::update(operations::table.find(id).filter(unclaimed)).set(operations::due_at.eq(now)).execute(conn)?;
        Ok(db::notify(conn)?)
    }
}
