//! The newest runs: what is kept of them beside the runs is what the runs themselves say.

use std::collections::BTreeSet;

use diesel::{dsl::max, prelude::*};

use crate::{
    db::Conn,
    error::Error,
    schema::{newest_runs, runs},
};

/// Pipeline, solution and stage, with a run.
type Line = (String, String, String, String);

/// Whether overviews are told of other runs than the newest.
pub fn problems(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let kept: Vec<Line> = newest_runs::table.load(conn)?;
    let true_ones: Vec<Line> = runs::table
        .group_by((runs::pipeline_id, runs::solution_key, runs::stage_id))
        .select((runs::pipeline_id, runs::solution_key, runs::stage_id, max(runs::id).assume_not_null()))
        .load(conn)?;
    let (kept, true_ones): (BTreeSet<_>, BTreeSet<_>) = (kept.into_iter().collect(), true_ones.into_iter().collect());
    let wrong: BTreeSet<_> = kept
        .symmetric_difference(&true_ones)
        .map(|(pipeline, solution, stage, _)| (pipeline, solution, stage))
        .collect();
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![format!(
        "Overviews know other runs than the newest in {} places. Have them look again: DELETE FROM newest_runs; INSERT \
         INTO newest_runs SELECT pipeline_id, solution_key, stage_id, max(id) FROM runs GROUP BY pipeline_id, \
         solution_key, stage_id;",
        wrong.len()
    )])
}
