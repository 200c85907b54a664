//! Lanes: the right to change one environment, held by one operation at a time, first come first served.

use diesel::prelude::*;

use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, OperationId},
    schema::lanes,
};

/// Makes sure that the environment has a lane.
pub fn ensure(conn: &mut Conn, environment: EnvironmentId) -> Result<(), Error> {
    let lane = lanes::table.find(environment).select(lanes::environment_id);
    if lane.first::<EnvironmentId>(conn).optional()?.is_some() {
        return Ok(());
    }
    let row = (lanes::environment_id.eq(environment), lanes::fence.eq(0));
    let inserted = conn.transaction(|conn| diesel::insert_into(lanes::table).values(row).execute(conn));
    match inserted {
        Err(error) if db::is_duplicate(&error, "lanes", "environment_id") || is_primary_key(&error) => Ok(()),
        inserted => Ok(inserted.map(|_| ())?),
    }
}

/// Takes the lane for an operation; whether it has it now.
pub fn take(conn: &mut Conn, environment: EnvironmentId, operation: OperationId) -> Result<bool, Error> {
    let free = lanes::operation_id.is_null().or(lanes::operation_id.eq(operation));
    let taken = diesel::update(lanes::table.find(environment).filter(free))
        .set((lanes::operation_id.eq(operation), lanes::fence.eq(lanes::fence + 1)))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Passes the lane from an operation that ends to the one that follows from it, past all who wait.
pub fn hand_over(conn: &mut Conn, at: EnvironmentId, from: OperationId, to: OperationId) -> Result<(), Error> {
    let held = diesel::update(lanes::table.find(at).filter(lanes::operation_id.eq(from)))
        .set((lanes::operation_id.eq(to), lanes::fence.eq(lanes::fence + 1)))
        .execute(conn)?;
    if held == 1 { Ok(()) } else { Err(Error::internal(format!("operation {from} did not hold its lane"))) }
}

/// Lets go of the lane, where the operation holds it.
pub fn release(conn: &mut Conn, environment: EnvironmentId, operation: OperationId) -> Result<(), Error> {
    diesel::update(lanes::table.find(environment).filter(lanes::operation_id.eq(operation)))
        .set(lanes::operation_id.eq(None::<OperationId>))
        .execute(conn)?;
    Ok(())
}

/// Who holds the lane, if anybody.
pub fn holder(conn: &mut Conn, environment: EnvironmentId) -> Result<Option<OperationId>, Error> {
    let holder = lanes::table.find(environment).select(lanes::operation_id);
    Ok(holder.first::<Option<OperationId>>(conn).optional()?.flatten())
}

// PostgreSQL names a primary key after its table alone.
fn is_primary_key(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error::DatabaseError};
    matches!(error, DatabaseError(DatabaseErrorKind::UniqueViolation, info) if info.constraint_name() == Some("lanes_pkey"))
}
