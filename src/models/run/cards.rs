//! Stage cards: what each stage of a pipeline has of a solution, and what can be done next.

use std::collections::{BTreeSet, HashMap};

use super::{Ask, Case, LastRun, Own, Situation};
use crate::{
    db::Conn,
    error::Error,
    id::EnvironmentId,
    models::{environment::Environment, sighting::Sighting, stage::Stage},
    package::version::Version,
    rules::{
        deploy::Asked,
        verdict::{Judgement, Rule},
        whereabouts,
    },
};

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
    pub run: Option<LastRun>,
    /// How far that run is.
    pub percent: Option<i32>,
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
pub fn cards(conn: &mut Conn, situation: &mut Situation, source: Option<EnvironmentId>) -> Result<Vec<Card>, Error> {
    let stages = in_order(conn, situation)?;
    // What came to a stage is counted for those after it.
    if stages.iter().any(|(_, stage, behind)| *behind && stage.previous_stage_id.is_some()) {
        situation.count(conn)?;
    }
    let ahead = ahead(conn, situation, &stages)?;
    let cards = stages.into_iter().zip(ahead);
    cards.map(|((depth, stage, _), behind)| card(conn, situation, (depth, stage), behind, source)).collect()
}

fn card(
    conn: &mut Conn,
    situation: &mut Situation,
    (depth, stage): (usize, Stage),
    behind: BTreeSet<Version>,
    source: Option<EnvironmentId>,
) -> Result<Card, Error> {
    let ask = Ask { stage: &stage, source, artifact: None, redeploy: false, own: Own::Nothing };
    let case = Case::read(conn, situation, ask)?;
    let track = situation.track(conn, stage.id)?;
    let (run, percent) = track.map(|track| (track.newest.clone(), track.percent)).unwrap_or_default();
    let seen = case.target.as_ref().map(|target| situation.seen(conn, target.id)).transpose()?.flatten();
    let judgement = case.judge(Asked::Card);
    let raises = judgement.first_no().is_some_and(|reason| match reason.rule {
        Rule::Bytes => true,
        Rule::Version => stage.previous_stage_id.is_none() && !case.facts.is_up_to_date(),
        _ => false,
    });
    Ok(Card {
        behind,
        raises,
        depth,
        seen,
        run,
        percent,
        version: case.facts.candidate.as_ref().map(|candidate| candidate.version.to_string()),
        judgement,
        target: case.target,
        stage,
    })
}

// The stages in order, each with how many come before it and whether it is behind, which is told by the rule of What is
// where: what comes before the first stage are the development environments.
fn in_order(conn: &mut Conn, situation: &Situation) -> Result<Vec<(usize, Stage, bool)>, Error> {
    let mut places = Vec::new();
    for (_, seen) in origins(conn, situation)? {
        places.push((seen.as_ref().map(Sighting::version).transpose()?, Vec::new()));
    }
    let sources = places.len();
    let stages = Stage::in_order(situation.way.stages.clone());
    for (_, stage) in &stages {
        let before = match stage.previous_stage_id {
            None => (0..sources).collect(),
            Some(previous) => {
                let place = stages.iter().position(|(_, stage)| stage.id == previous);
                place.map(|place| sources + place).into_iter().collect()
            }
        };
        places.push((here(conn, situation, stage)?, before));
    }
    let behind = whereabouts::behind(&places).split_off(sources);
    Ok(stages.into_iter().zip(behind).map(|((depth, stage), behind)| (depth, stage, behind.is_some())).collect())
}

// The version that the target of a stage has.
fn here(conn: &mut Conn, situation: &Situation, stage: &Stage) -> Result<Option<Version>, Error> {
    let seen = stage.target.environment_id.map(|target| situation.seen(conn, target)).transpose()?.flatten();
    seen.as_ref().map(Sighting::version).transpose()
}

// How many versions came to the places before each stage that is behind, and are higher than what it has.
fn ahead(
    conn: &mut Conn,
    situation: &mut Situation,
    stages: &[(usize, Stage, bool)],
) -> Result<Vec<BTreeSet<Version>>, Error> {
    let mut made = BTreeSet::new();
    for (_, seen) in origins(conn, situation)? {
        made.extend(seen.as_ref().map(Sighting::version).transpose()?);
    }
    let (mut all, mut came) = (Vec::new(), HashMap::new());
    for (_, stage, behind) in stages {
        let here = here(conn, situation, stage)?;
        let mut before = stage.previous_stage_id.and_then(|id| came.get(&id)).unwrap_or(&made).clone();
        let higher = before.iter().filter(|version| here.as_ref().is_some_and(|here| *version > here));
        all.push(if *behind { higher.cloned().collect() } else { BTreeSet::new() });
        before.extend(here);
        before.extend(situation.track(conn, stage.id)?.into_iter().flat_map(|track| track.came.iter().cloned()));
        came.insert(stage.id, before);
    }
    Ok(all)
}

/// The development environments of a pipeline that the person may look into, with what each has of a solution.
pub fn origins(conn: &mut Conn, situation: &Situation) -> Result<Vec<(Environment, Option<Sighting>)>, Error> {
    let mut origins = Vec::new();
    for id in situation.way.sources.iter().filter_map(|source| source.environment_id) {
        let place = situation.way.place(conn, id)?;
        if place.role.is_some() {
            origins.push((place.environment, situation.seen(conn, id)?));
        }
    }
    Ok(origins)
}
