//! Stage cards: what each stage of a pipeline has of a solution, and what can be done next.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::{Ask, Case, Run};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::{
        environment::Environment, reach::Reach, seen_pipeline::SeenPipeline, sighting::Sighting, stage::Stage, way::Way,
    },
    package::version::Version,
    rules::{
        deploy::Asked,
        state::State,
        verdict::{Judgement, Rule},
        whereabouts,
    },
    schema::{deployment_environments, pipeline_sources, runs},
};

/// How many of the last runs of a stage are looked through for versions.
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
    /// The higher versions that came to places before it; none where it is not behind.
    pub behind: BTreeSet<Version>,
    /// Whether a higher version in the source would lift what forbids Deploy.
    pub raises: bool,
    /// What the rules say to Deploy.
    pub judgement: Judgement,
}

/// The cards of a pipeline for a solution, in the order of the stages.
pub fn cards(conn: &mut Conn, way: &Way, solution: &str, source: Option<EnvironmentId>) -> Result<Vec<Card>, Error> {
    let stages = Stage::in_order(way.stages.clone());
    let cards = stages.into_iter().map(|(depth, stage)| card(conn, way, depth, stage, solution, source));
    let mut cards: Vec<Card> = cards.collect::<Result<_, Error>>()?;
    let ahead = ahead(conn, way, solution, &cards)?;
    for (card, ahead) in cards.iter_mut().zip(ahead) {
        card.behind = ahead;
    }
    Ok(cards)
}

fn card(
    conn: &mut Conn,
    way: &Way,
    depth: usize,
    stage: Stage,
    solution: &str,
    source: Option<EnvironmentId>,
) -> Result<Card, Error> {
    let ask = Ask { way, stage: &stage, solution, source, artifact: None, redeploy: false, run: None };
    let case = Case::read(conn, ask)?;
    let run = Run::query()
        .filter(runs::stage_id.eq(stage.id))
        .filter(runs::solution_key.eq(db::fold(solution)))
        .order(runs::id.desc())
        .first(conn)
        .optional()?;
    let seen = case.target.as_ref().map(|target| Sighting::of(conn, target.id, solution)).transpose()?.flatten();
    let judgement = case.judge(Asked::Card);
    let raises = judgement.first_no().is_some_and(|reason| match reason.rule {
        Rule::Bytes => true,
        Rule::Version => case.previous.is_none() && !case.facts.is_up_to_date(),
        _ => false,
    });
    Ok(Card {
        behind: BTreeSet::new(),
        raises,
        depth,
        seen,
        run,
        version: case.facts.candidate.as_ref().map(|candidate| candidate.version.to_string()),
        judgement,
        target: case.target,
        stage,
    })
}

// Whether one is behind is told by the rule of What is where: what comes before the first stage are the development
// environments.
fn ahead(conn: &mut Conn, way: &Way, solution: &str, cards: &[Card]) -> Result<Vec<BTreeSet<Version>>, Error> {
    let mut places = Vec::new();
    for (_, seen) in origins(conn, way, solution)? {
        places.push((seen.as_ref().map(Sighting::version).transpose()?, Vec::new()));
    }
    let sources = places.len();
    let made: BTreeSet<Version> = places.iter().filter_map(|(version, _)| version.clone()).collect();
    for card in cards {
        let before = match card.stage.previous_stage_id {
            None => (0..sources).collect(),
            Some(previous) => {
                let place = cards.iter().position(|card| card.stage.id == previous);
                place.map(|place| sources + place).into_iter().collect()
            }
        };
        places.push((card.seen.as_ref().map(Sighting::version).transpose()?, before));
    }
    let behind = whereabouts::behind(&places).split_off(sources);
    let (mut all, mut came) = (Vec::new(), HashMap::new());
    for (card, behind) in cards.iter().zip(behind) {
        let here = card.seen.as_ref().map(Sighting::version).transpose()?;
        let mut before = card.stage.previous_stage_id.and_then(|id| came.get(&id)).unwrap_or(&made).clone();
        let higher = before.iter().filter(|version| here.as_ref().is_some_and(|here| *version > here));
        all.push(if behind.is_some() { higher.cloned().collect() } else { BTreeSet::new() });
        before.extend(here);
        before.extend(succeeded(conn, &card.stage, solution)?);
        came.insert(card.stage.id, before);
    }
    Ok(all)
}

// Versions are compared as numbers, which the database cannot.
fn succeeded(conn: &mut Conn, stage: &Stage, solution: &str) -> Result<Vec<Version>, Error> {
    // What succeeded in a target that the stage had before cannot go on.
    let Some(target) = stage.target.environment_id else { return Ok(Vec::new()) };
    let versions: Vec<String> = runs::table
        .filter(runs::stage_id.eq(stage.id))
        .filter(runs::target_environment_id.eq(target))
        .filter(runs::solution_key.eq(db::fold(solution)))
        .filter(runs::state.eq(State::Succeeded))
        .order(runs::id.desc())
        .limit(COUNTED)
        .select(runs::version)
        .load(conn)?;
    Ok(versions.iter().filter_map(|version| version.parse().ok()).collect())
}

/// The development environments of a pipeline that the person may look into, with what each has of a solution.
pub fn origins(conn: &mut Conn, way: &Way, solution: &str) -> Result<Vec<(Environment, Option<Sighting>)>, Error> {
    let mut origins = Vec::new();
    for id in way.sources.iter().filter_map(|source| source.environment_id) {
        let place = way.place(conn, id)?;
        if place.role.is_some() {
            origins.push((place.environment, Sighting::of(conn, id, solution)?));
        }
    }
    Ok(origins)
}

/// The live pipelines that a solution of this environment can take, of those that the person sees.
pub fn pipelines_from(conn: &mut Conn, who: &Reach, source: EnvironmentId) -> Result<Vec<SeenPipeline>, Error> {
    let linked: Vec<PipelineId> = pipeline_sources::table
        .inner_join(deployment_environments::table)
        .filter(deployment_environments::environment_id.eq(source))
        .filter(deployment_environments::retired_at.is_null())
        .select(pipeline_sources::pipeline_id)
        .load(conn)?;
    let seen = SeenPipeline::visible_to(conn, who)?;
    Ok(seen.into_iter().filter(|seen| linked.contains(&seen.pipeline.id)).collect())
}
