//! Lanes: held by an operation that has not ended, or by none.

use diesel::prelude::*;

use crate::{
    db::Conn,
    error::Error,
    schema::{environments, lanes, operations},
};

/// Lanes that are held for nothing.
pub fn problems(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let idle = lanes::table
        .inner_join(environments::table)
        .inner_join(operations::table)
        .filter(
            operations::ended_at
                .is_not_null()
                .or(operations::environment_id.ne(lanes::environment_id))
                .or(operations::lane.eq(false)),
        )
        .order(lanes::environment_id)
        .select((lanes::environment_id, environments::name, operations::id));
    let idle: Vec<(String, String, String)> = idle.load(conn)?;
    let sentence = |(lane, name, operation)| {
        format!(
            "The lane of {name} is held by the operation {operation}, which has ended or needs no lane, so nothing else \
             happens there. Let go of it: UPDATE lanes SET operation_id = NULL WHERE environment_id = '{lane}';"
        )
    };
    Ok(idle.into_iter().map(sentence).collect())
}
