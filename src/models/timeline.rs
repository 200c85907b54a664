//! The timeline of one solution: when a pipeline brought it to its environments, and when it failed to.

use std::{cmp::Reverse, collections::HashSet};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{
    environment::Environment,
    matrix::{Column, columns},
    reach::Reach,
    run::{Newest, Row},
    seen_pipeline::SeenPipeline,
    sighting::Sighting,
    stage::Stage,
};
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, PipelineId, RunId, StageId},
    rules::state::State,
    schema::{deployment_environments, pipeline_sources, runs, sightings, stages},
};

/// How many deployments are told.
pub const MOST: usize = 500;
/// How long before its end a run may have been started: a week until Deploy, a year until its time.
const LONGEST: TimeDelta = TimeDelta::days(7 + 368);

/// What a pipeline did with one solution, to each of its targets.
#[derive(Debug, Clone)]
pub struct Timeline {
    pub unique_name: String,
    pub display_name: String,
    pub targets: Vec<Target>,
    /// Whether there were more than are told.
    pub cut: bool,
}

/// A stage's environment and the runs to it that ended there, newest first.
#[derive(Debug, Clone)]
pub struct Target {
    pub environment: Environment,
    pub stage: Stage,
    pub runs: Vec<Row>,
}

impl Timeline {
    /// What ended since an instant, of the solution with this folded unique name, as the person sees it.
    pub fn of(
        conn: &mut Conn,
        who: &Reach,
        pipeline: &SeenPipeline,
        key: &str,
        since: NaiveDateTime,
    ) -> Result<Timeline, Error> {
        let columns = columns(conn, who, pipeline)?;
        let (unique_name, display_name) = names(conn, pipeline, &columns, key)?;
        let mut targets = Vec::new();
        for Column { environment, stage, .. } in columns {
            let Some(stage) = stage else { continue };
            let runs = ended(conn, stage.id, environment.id, key, since)?;
            targets.push(Target { environment, stage, runs });
        }
        let cut = newest(&mut targets);
        Ok(Timeline { unique_name, display_name, targets, cut })
    }
}

/// The pipelines, among these, that moved the solution with this folded unique name or that have it in a development
/// environment which the person may look into.
pub fn knowing(
    conn: &mut Conn,
    who: &Reach,
    pipelines: Vec<SeenPipeline>,
    key: &str,
) -> Result<Vec<SeenPipeline>, Error> {
    let ids: Vec<PipelineId> = pipelines.iter().map(|one| one.pipeline.id).collect();
    let theirs = stages::table.filter(stages::pipeline_id.eq_any(&ids));
    let theirs: Vec<(StageId, PipelineId)> = theirs.select((stages::id, stages::pipeline_id)).load(conn)?;
    let there = runs::stage_id.eq_any(theirs.iter().map(|(stage, _)| *stage)).and(runs::solution_key.eq(key));
    let carried: Vec<StageId> = runs::table.filter(there).select(runs::stage_id).distinct().load(conn)?;
    let carried = theirs.iter().filter(|(stage, _)| carried.contains(stage)).map(|(_, pipeline)| *pipeline);
    let known: HashSet<PipelineId> = carried.chain(making(conn, who, &ids, key)?).collect();
    Ok(pipelines.into_iter().filter(|one| known.contains(&one.pipeline.id)).collect())
}

// The pipelines from whose sources it could be moved.
fn making(conn: &mut Conn, who: &Reach, among: &[PipelineId], key: &str) -> Result<Vec<PipelineId>, Error> {
    let moves = sightings::managed.eq(false).and(sightings::system.eq(false));
    let made = sightings::table.filter(moves.and(sightings::unique_name_key.eq(key)));
    let made: Vec<EnvironmentId> = made.select(sightings::environment_id).load(conn)?;
    let made = made.into_iter().filter(|environment| who.role_in(*environment).is_some());
    let linked = pipeline_sources::table.inner_join(deployment_environments::table);
    let linked = linked.filter(pipeline_sources::pipeline_id.eq_any(among));
    let linked = linked.filter(deployment_environments::environment_id.eq_any(made));
    Ok(linked.select(pipeline_sources::pipeline_id).load(conn)?)
}

// As the newest run knows it, else as it is in development.
fn names(conn: &mut Conn, pipeline: &SeenPipeline, columns: &[Column], key: &str) -> Result<(String, String), Error> {
    let theirs = stages::table.filter(stages::pipeline_id.eq(pipeline.id)).select(stages::id);
    let mut newest: Option<Newest> = None;
    for stage in theirs.load(conn)? {
        let run = Newest::of(conn, stage, key)?;
        newest = newest.into_iter().chain(run).max_by_key(|run| run.id);
    }
    if let Some(run) = newest {
        return Ok((run.solution_name, run.solution_display_name));
    }
    for column in columns.iter().filter(|column| column.stage.is_none()) {
        if let Some(seen) = Sighting::of(conn, column.environment.id, key)? {
            return Ok((seen.unique_name, seen.display_name));
        }
    }
    Err(Error::NotFound)
}

// One more than are told: by stage and solution, of which an index has the newest runs at hand.
fn ended(
    conn: &mut Conn,
    stage: StageId,
    at: EnvironmentId,
    key: &str,
    since: NaiveDateTime,
) -> Result<Vec<Row>, Error> {
    let these = runs::stage_id.eq(stage).and(runs::solution_key.eq(key)).and(runs::target_environment_id.eq(at));
    let lately = runs::id.ge(RunId::first_at(since - LONGEST)).and(runs::ended_at.ge(since));
    let told = runs::state.eq(State::Succeeded).or(runs::state.eq(State::Failed));
    let most = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
    let query = Row::query().filter(these.and(lately).and(told)).order(runs::id.desc()).limit(most);
    Ok(query.load(conn)?)
}

// Leaves only the newest of all together; whether there were more.
fn newest(targets: &mut [Target]) -> bool {
    for target in targets.iter_mut() {
        target.runs.sort_by_key(|run| Reverse((run.ended_at, run.id)));
    }
    let mut all: Vec<_> = targets.iter().flat_map(|target| &target.runs).map(|run| (run.ended_at, run.id)).collect();
    all.sort_unstable_by_key(|one| Reverse(*one));
    let Some(oldest) = all.get(MOST - 1).filter(|_| all.len() > MOST) else { return false };
    for target in targets.iter_mut() {
        target.runs.retain(|run| (run.ended_at, run.id) >= *oldest);
    }
    true
}
