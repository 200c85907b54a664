//! What a deployment would carry to its stage: an artifact, or what the development environment has now.

use super::{Ask, Situation};
use crate::{
    db::Conn,
    error::Error,
    models::{
        artifact::Artifact, environment::Environment, run::track::Arrival, sighting::Sighting, stage::Stage, way::Place,
    },
    rules::facts::{self, InSource, Position},
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
    pub fn find(
        conn: &mut Conn,
        situation: &mut Situation,
        ask: &Ask,
        previous: Option<&Stage>,
    ) -> Result<Traveller, Error> {
        match previous {
            None => first(conn, situation, ask),
            Some(previous) => later(conn, situation, ask, previous),
        }
    }
}

// To the first stage travels what the development environment has, or what its version is bound to.
fn first(conn: &mut Conn, situation: &mut Situation, ask: &Ask) -> Result<Traveller, Error> {
    let way = situation.way.clone();
    let given = ask.artifact.cloned();
    let source_id = given.as_ref().map(|artifact| artifact.source_environment_id).or(ask.source);
    let source = source_id.map(|id| way.place(conn, id)).transpose()?;
    let seen = source_id.map(|id| situation.seen(conn, id)).transpose()?.flatten();
    let version = match (&given, &seen) {
        (Some(artifact), _) => Some(artifact.version()?),
        (None, Some(seen)) => Some(seen.version()?),
        (None, None) => None,
    };
    let bound = match (&given, source_id, &version) {
        (Some(given), ..) => situation.bound_to(conn, given)?,
        (None, Some(source), Some(version)) => situation.bound(conn, source, version)?,
        _ => None,
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
        removed: artifact.as_ref().and_then(Artifact::removed_on),
    });
    let link = source_id.and_then(|id| way.sources.iter().find(|record| record.environment_id == Some(id)));
    let link = link.map(|record| record.status);
    let solution = match &seen {
        None => InSource::Absent,
        Some(seen) if seen.system => InSource::System,
        Some(seen) if seen.managed => InSource::Managed,
        Some(_) => InSource::Unmanaged,
    };
    let (display_name, publisher) = called(seen.as_ref(), artifact.as_ref(), &situation.solution);
    let may_export = source.as_ref().is_some_and(Place::may_change);
    let source = source.map(|source| source.environment);
    let position = Position::First { link, solution, may_export };
    Ok(Traveller { position, source, artifact, display_name, publisher, candidate })
}

// To a later stage travels what succeeded in the stage before it: the newest, or the one that was asked for.
fn later(conn: &mut Conn, situation: &mut Situation, ask: &Ask, previous: &Stage) -> Result<Traveller, Error> {
    let (artifact, bound, earlier) = match ask.artifact {
        Some(artifact) => {
            let journey = situation.journey(conn, artifact)?;
            (Some(artifact.clone()), journey.bound, journey.earlier(previous))
        }
        None => {
            let arrival = situation.track(conn, previous.id)?.and_then(|track| track.arrival.clone());
            let (artifact, bound) = arrival.map(|Arrival { artifact, bound }| (artifact, bound)).unzip();
            (artifact, bound.flatten(), situation.earlier(conn, previous)?)
        }
    };
    let seen = match (&artifact, ask.source) {
        (None, Some(id)) => situation.seen(conn, id)?,
        _ => None,
    };
    let candidate = match &artifact {
        Some(one) => Some(facts::Candidate {
            version: one.version()?,
            artifact: Some(one.id.to_string()),
            bound: bound.map(|bound| bound.to_string()),
            changed_since: false,
            removed: one.removed_on(),
        }),
        // Nothing has come this far: what the source has is what would.
        None => seen.as_ref().map(waiting).transpose()?,
    };
    let source = artifact.as_ref().map(|one| situation.way.place(conn, one.source_environment_id)).transpose()?;
    let source = source.map(|source| source.environment);
    let (display_name, publisher) = called(seen.as_ref(), artifact.as_ref(), &situation.solution);
    let position =
        Position::Later { previous: previous.name.clone(), previous_target: previous.target.name.clone(), earlier };
    Ok(Traveller { position, source, artifact, display_name, publisher, candidate })
}

fn waiting(seen: &Sighting) -> Result<facts::Candidate, Error> {
    let version = seen.version()?;
    Ok(facts::Candidate { version, artifact: None, bound: None, changed_since: false, removed: None })
}

fn called(seen: Option<&Sighting>, artifact: Option<&Artifact>, unique_name: &str) -> (String, String) {
    match (artifact, seen) {
        (Some(artifact), _) => (artifact.display_name.clone(), artifact.publisher.clone()),
        (None, Some(seen)) => (seen.display_name.clone(), seen.publisher.clone()),
        (None, None) => (unique_name.to_owned(), String::new()),
    }
}
