//! Stage cards: what each stage of a pipeline has of a solution, and what can be done next.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{Ask, Case, Run};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::{
        environment::Environment, person::Person, pipeline::Pipeline, seen_pipeline::SeenPipeline, sighting::Sighting,
        stage::Stage,
    },
    package::version::Version,
    rules::{deploy::Asked, state::State, verdict::Judgement},
    schema::{deployment_environments, pipeline_sources, runs},
};

/// How many of the last runs of a stage are looked through for newer versions.
const COUNTED: i64 = 100;

/// One stage with what its target has.
#[derive(Debug, Clone)]
pub struct Card {
    pub stage: Stage,
    /// How many stages come before it.
    pub depth: usize,
    pub target: Option<Environment>,
    /// What the target has of the solution, as last seen.
    pub seen: Option<Sighting>,
    /// The newest run of the solution to this stage.
    pub run: Option<Run>,
    /// The version that Deploy would take.
    pub version: Option<String>,
    /// How many newer versions have succeeded in the stage before it, of the last ones; none where it has no version.
    pub behind: usize,
    /// What the rules say to Deploy.
    pub judgement: Judgement,
}

/// The cards of a pipeline for a solution, in the order of the stages.
pub fn cards(
    conn: &mut Conn,
    person: &Person,
    pipeline: &Pipeline,
    solution: &str,
    source: Option<EnvironmentId>,
) -> Result<Vec<Card>, Error> {
    let stages = Stage::in_order(Stage::of_pipeline(conn, pipeline.id)?);
    stages.into_iter().map(|(depth, stage)| card(conn, person, pipeline, depth, stage, solution, source)).collect()
}

fn card(
    conn: &mut Conn,
    person: &Person,
    pipeline: &Pipeline,
    depth: usize,
    stage: Stage,
    solution: &str,
    source: Option<EnvironmentId>,
) -> Result<Card, Error> {
    let ask = Ask { person, pipeline, stage: &stage, solution, source, artifact: None, redeploy: false, run: None };
    let case = Case::read(conn, ask)?;
    let run = Run::query()
        .filter(runs::stage_id.eq(stage.id))
        .filter(runs::solution_key.eq(db::fold(solution)))
        .order(runs::id.desc())
        .first(conn)
        .optional()?;
    let seen = case.target.as_ref().map(|target| Sighting::of(conn, target.id, solution)).transpose()?.flatten();
    Ok(Card {
        behind: behind(conn, case.previous.as_ref(), solution, seen.as_ref())?,
        depth,
        seen,
        run,
        version: case.facts.candidate.as_ref().map(|candidate| candidate.version.to_string()),
        judgement: case.judge(Asked::Card),
        target: case.target,
        stage,
    })
}

// Versions are compared as numbers, which the database cannot.
fn behind(conn: &mut Conn, previous: Option<&Stage>, solution: &str, seen: Option<&Sighting>) -> Result<usize, Error> {
    let (Some(previous), Some(seen)) = (previous, seen) else { return Ok(0) };
    // What succeeded in a target that the stage had before cannot go on.
    let Some(target) = previous.target.environment_id else { return Ok(0) };
    let succeeded: Vec<String> = runs::table
        .filter(runs::stage_id.eq(previous.id))
        .filter(runs::target_environment_id.eq(target))
        .filter(runs::solution_key.eq(db::fold(solution)))
        .filter(runs::state.eq(State::Succeeded))
        .order(runs::id.desc())
        .limit(COUNTED)
        .select(runs::version)
        .load(conn)?;
    let (here, there) = (seen.version()?, succeeded.iter().filter_map(|version| version.parse::<Version>().ok()));
    Ok(there.filter(|version| *version > here).collect::<BTreeSet<_>>().len())
}

/// The live pipelines that a solution of this environment can take, of those that the person sees.
pub fn pipelines_from(conn: &mut Conn, person: &Person, source: EnvironmentId) -> Result<Vec<SeenPipeline>, Error> {
    let linked: Vec<PipelineId> = pipeline_sources::table
        .inner_join(deployment_environments::table)
        .filter(deployment_environments::environment_id.eq(source))
        .filter(deployment_environments::retired_at.is_null())
        .select(pipeline_sources::pipeline_id)
        .load(conn)?;
    let seen = SeenPipeline::visible_to(conn, person)?;
    Ok(seen.into_iter().filter(|seen| linked.contains(&seen.pipeline.id)).collect())
}

/// The solutions that have travelled through a pipeline, as unique and display name, by display name.
pub fn solutions_of(conn: &mut Conn, pipeline: PipelineId) -> Result<Vec<(String, String)>, Error> {
    let names: Vec<(String, String)> = runs::table
        .filter(runs::pipeline_id.eq(pipeline))
        .group_by(runs::solution_key)
        .select((
            diesel::dsl::max(runs::solution_name).assume_not_null(),
            diesel::dsl::max(runs::solution_display_name).assume_not_null(),
        ))
        .load(conn)?;
    let mut names = names;
    names.sort_by_key(|(_, display_name)| db::fold(display_name));
    Ok(names)
}
