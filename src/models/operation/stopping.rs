//! Stopping: an operation that has begun is stopped by its platform only, which is asked once somebody wants it. Whether it
//! did, the operation's own outcome tells.

use diesel::prelude::*;

use super::Operation;
use crate::{
    db::{self, Conn},
    error::Error,
    id::OperationId,
    schema::operations,
};

impl Operation {
    /// Has its platform asked to stop it. What waits for its time is looked at again at once.
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
