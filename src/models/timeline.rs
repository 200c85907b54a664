//! The timeline of one solution: when a pipeline brought it to its environments, and when it failed to.

use std::cmp::Reverse;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{
    environment::Environment,
    matrix::{Column, columns},
    part::Part,
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
    schema::{deployment_environments, pipeline_sources, runs, sightings},
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

/// The pipelines of which somebody sees what they did with one solution.
#[derive(Debug, Clone)]
pub struct Known {
    pub pipelines: Vec<SeenPipeline>,
    /// The newest runs of the solution, to each stage.
    runs: Vec<(PipelineId, Newest)>,
    /// The development environments that have it.
    made: Vec<(PipelineId, Sighting)>,
}

impl Known {
    /// Those, among these, that moved the solution with this folded unique name or that have it in a development
    /// environment which the person may look into.
    pub fn among(conn: &mut Conn, who: &Reach, mut pipelines: Vec<SeenPipeline>, key: &str) -> Result<Known, Error> {
        let ids: Vec<PipelineId> = pipelines.iter().map(|one| one.pipeline.id).collect();
        let runs = Newest::through(conn, &ids, key)?;
        let made = making(conn, who, &ids, key)?;
        let moved = |id| runs.iter().any(|(pipeline, _)| *pipeline == id);
        pipelines.retain(|one| moved(one.id) || made.iter().any(|(pipeline, _)| *pipeline == one.id));
        Ok(Known { pipelines, runs, made })
    }

    // As the newest run knows it, else as it is in development.
    fn names(&self, pipeline: PipelineId) -> Option<(String, String)> {
        let runs = self.runs.iter().filter(|(of, _)| *of == pipeline).map(|(_, run)| run);
        let run = runs.max_by_key(|run| run.id).map(|run| (&run.solution_name, &run.solution_display_name));
        let made = || self.made.iter().find(|(of, _)| *of == pipeline).map(|(_, seen)| seen);
        let names = run.or_else(|| made().map(|seen| (&seen.unique_name, &seen.display_name)));
        names.map(|(unique_name, display_name)| (unique_name.clone(), display_name.clone()))
    }
}

impl Timeline {
    /// What ended since an instant in one of the pipelines that know the solution with this folded unique name, as the
    /// person sees it.
    pub fn of(
        conn: &mut Conn,
        who: &Reach,
        known: &Known,
        pipeline: PipelineId,
        key: &str,
        since: NaiveDateTime,
    ) -> Result<Timeline, Error> {
        let (unique_name, display_name) = known.names(pipeline).ok_or(Error::NotFound)?;
        let target = |Column { environment, stage, .. }| Some(Target { environment, stage: stage?, runs: Vec::new() });
        let columns = columns(who, pipeline, &Part::of(conn, &[pipeline])?);
        let mut targets: Vec<Target> = columns.into_iter().filter_map(target).collect();
        for (stage, at, run) in ended(conn, pipeline, &targets, key, since)? {
            let target = targets.iter_mut().find(|target| (target.stage.id, target.environment.id) == (stage, at));
            target.into_iter().for_each(|target| target.runs.push(run.clone()));
        }
        let cut = newest(&mut targets);
        Ok(Timeline { unique_name, display_name, targets, cut })
    }
}

// From whose sources it could be moved, and what these have of it, by name.
fn making(conn: &mut Conn, who: &Reach, among: &[PipelineId], key: &str) -> Result<Vec<(PipelineId, Sighting)>, Error> {
    let record = deployment_environments::environment_id.eq(sightings::environment_id.nullable());
    let linked = pipeline_sources::table.inner_join(deployment_environments::table);
    let made = linked.inner_join(sightings::table.on(record)).filter(sightings::unique_name_key.eq(key));
    let made = made.filter(sightings::managed.eq(false).and(sightings::system.eq(false)));
    let made = made.filter(pipeline_sources::pipeline_id.eq_any(among));
    let made = made.order((deployment_environments::name_key, deployment_environments::id));
    let mut made: Vec<(PipelineId, Sighting)> =
        made.select((pipeline_sources::pipeline_id, Sighting::as_select())).load(conn)?;
    made.retain(|(_, seen)| who.role_in(seen.environment_id).is_some());
    Ok(made)
}

// One more than are told: by pipeline and solution, of which an index has the newest runs at hand.
fn ended(
    conn: &mut Conn,
    pipeline: PipelineId,
    targets: &[Target],
    key: &str,
    since: NaiveDateTime,
) -> Result<Vec<(StageId, EnvironmentId, Row)>, Error> {
    let there = |target: &Target| (target.stage.id, target.environment.id);
    let (stages, places): (Vec<StageId>, Vec<EnvironmentId>) = targets.iter().map(there).unzip();
    let these = runs::pipeline_id.eq(pipeline).and(runs::solution_key.eq(key));
    let there = runs::stage_id.eq_any(stages).and(runs::target_environment_id.eq_any(places));
    let lately = runs::id.ge(RunId::first_at(since - LONGEST)).and(runs::ended_at.ge(since));
    let told = runs::state.eq(State::Succeeded).or(runs::state.eq(State::Failed));
    let most = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
    let query = runs::table.filter(these.and(lately).and(told).and(there)).order(runs::id.desc()).limit(most);
    Ok(query.select((runs::stage_id, runs::target_environment_id, Row::as_select())).load(conn)?)
}

// Leaves only the newest of all together; whether there were more.
fn newest(targets: &mut [Target]) -> bool {
    for target in targets.iter_mut() {
        target.runs.sort_unstable_by_key(|run| Reverse((run.ended_at, run.id)));
    }
    let mut all: Vec<_> = targets.iter().flat_map(|target| &target.runs).map(|run| (run.ended_at, run.id)).collect();
    all.sort_unstable_by_key(|one| Reverse(*one));
    let Some(oldest) = all.get(MOST - 1).filter(|_| all.len() > MOST) else { return false };
    for target in targets.iter_mut() {
        target.runs.retain(|run| (run.ended_at, run.id) >= *oldest);
    }
    true
}
