//! Lanes: the right to change one environment, held by one operation at a time, first come first served. An operation
//! that waits for its lane is not ready, and becomes so in the transaction that passes the lane on to it.

use diesel::{dsl::case_when, prelude::*};

use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::{EnvironmentId, OperationId},
    models::operation::Operation,
    schema::{lanes, operations},
};

/// Makes sure that the environment has a lane.
pub fn ensure(conn: &mut Conn, environment: EnvironmentId) -> Result<(), Error> {
    let lane = lanes::table.find(environment).select(lanes::environment_id);
    if unvaried!(lane).first::<EnvironmentId>(conn).optional()?.is_some() {
        return Ok(());
    }
    let row = (lanes::environment_id.eq(environment), lanes::fence.eq(0));
    let inserted = conn.transaction(|conn| diesel::insert_into(lanes::table).values(row).execute(conn));
    match inserted {
        Err(error) if db::is_duplicate(&error, "lanes", "environment_id") => Ok(()),
        inserted => Ok(inserted.map(|_| ())?),
    }
}

/// Takes the lane for an operation that is in the queue, or has it wait there for its turn; whether it has the lane now.
///
/// The row of the lane stays locked until the transaction ends, also where another operation holds it: whoever lets go
/// of the lane at the same time finds the one that waits.
pub fn enter(conn: &mut Conn, at: EnvironmentId, operation: OperationId) -> Result<bool, Error> {
    let holder = case_when(lanes::operation_id.is_null(), Some(operation)).otherwise(lanes::operation_id);
    let holder: Option<OperationId> = diesel::update(lanes::table.find(at))
        .set((lanes::operation_id.eq(holder), lanes::fence.eq(lanes::fence + 1)))
        .returning(lanes::operation_id)
        .get_result(conn)?;
    Ok(holder == Some(operation) && make_ready(conn, operation)?)
}

/// Passes the lane from an operation that ends to the one that follows from it, past all who wait; whoever does so
/// claims that one.
pub fn hand_over(conn: &mut Conn, at: EnvironmentId, from: OperationId, to: OperationId) -> Result<(), Error> {
    if !give(conn, at, from, Some(to))? {
        return Err(Error::internal(format!("operation {from} did not hold its lane")));
    }
    Ok(())
}

/// Lets go of the lane where the operation holds it. The one that has waited longest gets it, and comes back: whoever
/// does so claims it or makes it ready.
pub fn release(conn: &mut Conn, at: EnvironmentId, operation: OperationId) -> Result<Option<Operation>, Error> {
    if !lock(conn, at, operation)? {
        return Ok(None);
    }
    let next = first_in_line(conn, at)?;
    let given = give(conn, at, operation, next.as_ref().map(|next| next.id))?;
    Ok(next.filter(|_| given))
}

/// Passes on lanes whose operation has ended and free ones that somebody waits for: how many. None are, unless somebody
/// changed rows by other ways than ours.
pub fn mend(conn: &mut Conn) -> Result<usize, Error> {
    let open = operations::table.filter(operations::ended_at.is_null());
    let held = open.select(operations::id);
    let stuck: Vec<(EnvironmentId, Option<OperationId>)> = lanes::table
        .filter(lanes::operation_id.is_null().or(lanes::operation_id.assume_not_null().ne_all(held)))
        .filter(lanes::environment_id.eq_any(open.filter(operations::lane).select(operations::environment_id)))
        .select((lanes::environment_id, lanes::operation_id))
        .load(conn)?;
    let mut mended = 0;
    for (at, holder) in stuck {
        let lane = lanes::table.find(at);
        let same = match holder {
            Some(holder) => diesel::update(lane.filter(lanes::operation_id.eq(holder)))
                .set(lanes::operation_id.eq(None::<OperationId>))
                .execute(conn)?,
            None => 1,
        };
        if same == 1
            && let Some(next) = first_in_line(conn, at)?
            && enter(conn, at, next.id)?
        {
            mended += 1;
        }
    }
    Ok(mended)
}

// Locked before the queue is read, so that who enters it meanwhile is seen or finds the lane free. False where the
// operation is known not to hold it; where nobody else writes meanwhile, that is not asked, and `give` tells.
fn lock(conn: &mut Conn, at: EnvironmentId, operation: OperationId) -> Result<bool, Error> {
    Ok(db::writes_alone(conn) || give(conn, at, operation, Some(operation))?)
}

// Whether `from` held it.
fn give(conn: &mut Conn, at: EnvironmentId, from: OperationId, to: Option<OperationId>) -> Result<bool, Error> {
    let lane = diesel::update(lanes::table.find(at).filter(lanes::operation_id.eq(from)));
    let given = unvaried!(lane.set((lanes::operation_id.eq(to), lanes::fence.eq(lanes::fence + 1)))).execute(conn)?;
    Ok(given == 1)
}

fn first_in_line(conn: &mut Conn, at: EnvironmentId) -> Result<Option<Operation>, Error> {
    let open = Operation::query().filter(operations::environment_id.eq(at)).filter(operations::ended_at.is_null());
    let waiting = open.filter(operations::lane).filter(operations::ready.eq(false));
    Ok(unvaried!(waiting.order(operations::id)).first(conn).optional()?)
}

/// Has an operation that got its lane be claimed by any worker; whether it still can be, having not ended meanwhile.
pub fn make_ready(conn: &mut Conn, operation: OperationId) -> Result<bool, Error> {
    let now = db::clock(conn)?;
    let open = operations::table.find(operation).filter(operations::ended_at.is_null());
    let ready = diesel::update(open).set((operations::ready.eq(true), operations::due_at.eq(now))).execute(conn)?;
    db::notify(conn)?;
    Ok(ready == 1)
}
