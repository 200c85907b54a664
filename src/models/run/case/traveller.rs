//! What a deployment would carry to its stage: an artifact, or what the development environment has now.

use diesel::prelude::*;

use super::Ask;
use crate::{
    db::{self, Conn},
    error::Error,
    id::ArtifactId,
    models::{artifact::Artifact, environment::Environment, run::Run, sighting::Sighting, stage::Stage, way::Place},
    rules::{
        facts::{self, Earlier, InSource, Position},
        state::State,
    },
    schema::runs,
};

/// What would travel, and how far it has come.
pub struct Traveller {
    pub position: Position,
    pub source: Option<Environment>,
    pub artifact: Option<Artifact>,
    pub display_name: String,
    pub publisher: String,
    pub candidate: Option<facts::Candidate>,
}

impl Traveller {
    /// What a deployment to the stage would take.
    pub fn find(conn: &mut Conn, ask: &Ask, previous: Option<&Stage>) -> Result<Traveller, Error> {
        match previous {
            None => first(conn, ask),
            Some(previous) => later(conn, ask, previous),
        }
    }
}

// To the first stage travels what the development environment has, or what its version is bound to.
fn first(conn: &mut Conn, ask: &Ask) -> Result<Traveller, Error> {
    let given = ask.artifact.cloned();
    let source_id = given.as_ref().map(|artifact| artifact.source_environment_id).or(ask.source);
    let source = source_id.map(|id| ask.way.place(conn, id)).transpose()?;
    let seen = source_id.map(|id| Sighting::of(conn, id, ask.solution)).transpose()?.flatten();
    let version = match (&given, &seen) {
        (Some(artifact), _) => Some(artifact.version()?),
        (None, Some(seen)) => Some(seen.version()?),
        (None, None) => None,
    };
    let bound = match (source_id, &version) {
        (Some(source), Some(version)) => Artifact::bound(conn, source, ask.solution, version)?,
        _ => None,
    };
    let bound = match (bound, &given) {
        (Some(bound), Some(given)) if bound == given.id => Some(given.clone()),
        (bound, _) => bound.map(|bound| Artifact::by_id(conn, bound)).transpose()?,
    };
    let changed_since = match (&bound, &seen) {
        (Some(bound), Some(seen)) => seen.version()? == bound.version()? && seen.modified_at > bound.created_at,
        _ => false,
    };
    let artifact = given.or_else(|| bound.clone());
    let candidate = version.map(|version| facts::Candidate {
        version,
        artifact: artifact.as_ref().map(|artifact| artifact.id.to_string()),
        bound: bound.map(|bound| bound.id.to_string()),
        changed_since,
        intact: true,
        removed: artifact.as_ref().and_then(Artifact::removed_on),
    });
    let link = source_id.and_then(|id| ask.way.sources.iter().find(|record| record.environment_id == Some(id)));
    let link = link.map(|record| record.status);
    let solution = match &seen {
        None => InSource::Absent,
        Some(seen) if seen.system => InSource::System,
        Some(seen) if seen.managed => InSource::Managed,
        Some(_) => InSource::Unmanaged,
    };
    let (display_name, publisher) = called(seen.as_ref(), artifact.as_ref(), ask.solution);
    let may_export = source.as_ref().is_some_and(Place::may_change);
    let source = source.map(|source| source.environment);
    let position = Position::First { link, solution, may_export };
    Ok(Traveller { position, source, artifact, display_name, publisher, candidate })
}

// To a later stage travels what succeeded in the stage before it: the newest, or the one that was asked for.
fn later(conn: &mut Conn, ask: &Ask, previous: &Stage) -> Result<Traveller, Error> {
    let artifact = match ask.artifact {
        Some(artifact) => Some(artifact.clone()),
        None => newest_success(conn, previous, ask.solution)?.map(|id| Artifact::by_id(conn, id)).transpose()?,
    };
    let earlier = earlier(conn, previous, ask.solution, artifact.as_ref())?;
    let bound = match &artifact {
        Some(one) => Artifact::bound(conn, one.source_environment_id, &one.unique_name, &one.version()?)?,
        None => None,
    };
    let seen = match (&artifact, ask.source) {
        (None, Some(id)) => Sighting::of(conn, id, ask.solution)?,
        _ => None,
    };
    let candidate = match &artifact {
        Some(one) => Some(facts::Candidate {
            version: one.version()?,
            artifact: Some(one.id.to_string()),
            bound: bound.map(|bound| bound.to_string()),
            changed_since: false,
            intact: true,
            removed: one.removed_on(),
        }),
        // Nothing has come this far: what the source has is what would.
        None => seen.as_ref().map(waiting).transpose()?,
    };
    let source = artifact.as_ref().map(|one| ask.way.place(conn, one.source_environment_id)).transpose()?;
    let source = source.map(|source| source.environment);
    let (display_name, publisher) = called(seen.as_ref(), artifact.as_ref(), ask.solution);
    let position =
        Position::Later { previous: previous.name.clone(), previous_target: previous.target.name.clone(), earlier };
    Ok(Traveller { position, source, artifact, display_name, publisher, candidate })
}

fn waiting(seen: &Sighting) -> Result<facts::Candidate, Error> {
    let version = seen.version()?;
    Ok(facts::Candidate { version, artifact: None, bound: None, changed_since: false, intact: true, removed: None })
}

fn newest_success(conn: &mut Conn, stage: &Stage, solution: &str) -> Result<Option<ArtifactId>, Error> {
    let Some(target) = stage.target.environment_id else { return Ok(None) };
    let newest = runs::table
        .filter(runs::stage_id.eq(stage.id))
        .filter(runs::solution_key.eq(db::fold(solution)))
        .filter(runs::state.eq(State::Succeeded))
        .filter(runs::target_environment_id.eq(target))
        .order((runs::ended_at.desc(), runs::id.desc()))
        .select(runs::artifact_id)
        .first::<Option<ArtifactId>>(conn)
        .optional()?;
    Ok(newest.flatten())
}

fn earlier(conn: &mut Conn, stage: &Stage, solution: &str, artifact: Option<&Artifact>) -> Result<Earlier, Error> {
    let there = Run::query().filter(runs::stage_id.eq(stage.id)).filter(runs::solution_key.eq(db::fold(solution)));
    let all: Vec<Run> = match artifact {
        Some(artifact) => there.filter(runs::artifact_id.eq(artifact.id)).order(runs::id.desc()).load(conn)?,
        None => there.order(runs::id.desc()).limit(50).load(conn)?,
    };
    let succeeded = |run: &&Run| run.state == State::Succeeded;
    let here = |run: &&Run| Some(run.target_environment_id) == stage.target.environment_id;
    if all.iter().filter(succeeded).any(|run| here(&run)) {
        return Ok(Earlier::Succeeded);
    }
    if all.iter().any(|run| !run.state.is_final()) {
        return Ok(Earlier::UnderWay);
    }
    let elsewhere = all.iter().find(succeeded).map(|run| run.target_name.clone());
    Ok(elsewhere.map_or(Earlier::NotYet, Earlier::SucceededElsewhere))
}

fn called(seen: Option<&Sighting>, artifact: Option<&Artifact>, unique_name: &str) -> (String, String) {
    match (artifact, seen) {
        (Some(artifact), _) => (artifact.display_name.clone(), artifact.publisher.clone()),
        (None, Some(seen)) => (seen.display_name.clone(), seen.publisher.clone()),
        (None, None) => (unique_name.to_owned(), String::new()),
    }
}
