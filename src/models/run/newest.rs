//! The newest run of a solution to a stage: kept beside the runs, so that overviews need not look through all of them.

use diesel::{dsl::max, prelude::*, upsert::excluded};

use crate::{
    db::{self, Conn, natively, unvaried},
    error::Error,
    id::{PipelineId, RunId, StageId},
    rules::state::State,
    schema::{newest_runs, runs},
};

/// What an overview tells of the newest run of a solution to a stage.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = runs)]
pub struct Newest {
    pub id: RunId,
    pub state: State,
    /// The solution's unique name.
    pub solution_name: String,
    pub solution_display_name: String,
}

impl Newest {
    /// Writes down that a run was added, of the solution with this folded unique name. Where two were added at once, the
    /// later key stays, whoever is the last to write.
    pub fn note(
        conn: &mut Conn,
        pipeline: PipelineId,
        stage: StageId,
        solution_key: &str,
        run: RunId,
    ) -> Result<(), Error> {
        let row = diesel::insert_into(newest_runs::table).values((
            newest_runs::pipeline_id.eq(pipeline),
            newest_runs::solution_key.eq(solution_key),
            newest_runs::stage_id.eq(stage),
            newest_runs::run_id.eq(run),
        ));
        let known = row.on_conflict((newest_runs::pipeline_id, newest_runs::solution_key, newest_runs::stage_id));
        let later = known.do_update().set(newest_runs::run_id.eq(excluded(newest_runs::run_id)));
        let is_later = newest_runs::run_id.lt(excluded(newest_runs::run_id));
        let later = diesel::query_dsl::methods::FilterDsl::filter(later, is_later);
        unvaried!(natively(later)).execute(conn)?;
        Ok(())
    }

    /// Those of these solutions to these stages, with the stage and the folded unique name.
    pub fn to(
        conn: &mut Conn,
        pipeline: PipelineId,
        stages: &[StageId],
        keys: &[String],
    ) -> Result<Vec<(StageId, String, Newest)>, Error> {
        let these = newest_runs::table.inner_join(runs::table).filter(newest_runs::pipeline_id.eq(pipeline));
        let these = these.filter(newest_runs::solution_key.eq_any(keys)).filter(newest_runs::stage_id.eq_any(stages));
        Ok(these.select((newest_runs::stage_id, newest_runs::solution_key, Newest::as_select())).load(conn)?)
    }

    /// Those of one solution through these pipelines, whichever of their stages they went to.
    pub fn through(conn: &mut Conn, pipelines: &[PipelineId], key: &str) -> Result<Vec<(PipelineId, Newest)>, Error> {
        let these = newest_runs::table.inner_join(runs::table).filter(newest_runs::pipeline_id.eq_any(pipelines));
        let these = these.filter(newest_runs::solution_key.eq(key));
        Ok(these.select((newest_runs::pipeline_id, Newest::as_select())).load(conn)?)
    }
}

/// The solutions that have travelled through a pipeline, as unique and display name, by display name.
pub fn solutions_of(conn: &mut Conn, pipeline: PipelineId) -> Result<Vec<(String, String)>, Error> {
    let newest = newest_runs::table
        .filter(newest_runs::pipeline_id.eq(pipeline))
        .group_by(newest_runs::solution_key)
        .select(max(newest_runs::run_id).assume_not_null());
    let named = runs::table.filter(runs::id.eq_any(newest)).select((runs::solution_name, runs::solution_display_name));
    let mut names: Vec<(String, String)> = unvaried!(named).load(conn)?;
    names.sort_by_cached_key(|(name, display_name)| (db::fold(display_name), db::fold(name)));
    Ok(names)
}
