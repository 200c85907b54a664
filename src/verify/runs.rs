//! Runs: ended, or with something that will move them, and holding what their artifact is.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::{
    db::Conn,
    error::Error,
    rules::state::State,
    schema::{artifacts, operations, runs},
};

/// Runs that nothing and nobody moves any more, and runs that tell of other packages than their artifact's.
pub fn problems(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let unfinished = runs::table.filter(runs::ended_at.is_null()).order(runs::id).select((
        runs::id,
        runs::state,
        runs::scheduled_for.is_not_null(),
    ));
    let unfinished: Vec<(String, String, bool)> = unfinished.load(conn)?;
    let worked_on = operations::table
        .filter(operations::ended_at.is_null())
        .select(operations::run_id.assume_not_null())
        .filter(operations::run_id.is_not_null());
    let worked_on: HashSet<String> = worked_on.load::<String>(conn)?.into_iter().collect();
    let mut problems = Vec::new();
    for (id, state, timed) in unfinished {
        let will_move = worked_on.contains(&id)
            || match State::ALL.iter().find(|known| known.as_str() == state) {
                Some(State::ValidationSucceeded) => true,
                Some(State::Scheduled) => timed,
                _ => false,
            };
        if !will_move {
            problems.push(format!(
                "The run {id} is {state}, and nothing will move it on. Start a new run, and end this one: UPDATE runs SET \
                 state = 'failed', ended_at = started_at WHERE id = '{id}';"
            ));
        }
    }
    let (managed, unmanaged) = (artifacts::managed_hash.nullable(), artifacts::unmanaged_hash.nullable());
    let differs = runs::managed_hash.ne(managed).or(runs::unmanaged_hash.ne(unmanaged));
    let strays =
        runs::table.inner_join(artifacts::table).filter(differs).order(runs::id).select((runs::id, artifacts::id));
    let strays: Vec<(String, String)> = strays.load(conn)?;
    problems.extend(strays.into_iter().map(|(run, artifact)| {
        format!("The run {run} tells of other packages than its artifact {artifact}. Take both rows from a backup.")
    }));
    Ok(problems)
}
