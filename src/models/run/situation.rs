//! Situations: what there is to know of one solution on one way, each thing read once and for all stages together.

use std::sync::Arc;

use diesel::prelude::*;

use super::{
    journey::{Journey, earlier},
    occupant::{Held, Occupant, Tenant},
    track::Track,
};
use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::{EnvironmentId, PipelineId, StageId},
    models::{
        artifact::Artifact,
        deployment_environment::DeploymentEnvironment,
        environment::Environment,
        host::Host,
        pipeline::Pipeline,
        reach::Reach,
        sighting::Sighting,
        stage::Stage,
        way::{Leading, Record, Way, record, taking_part},
        whom::Whom,
    },
    package::version::Version,
    rules::{
        facts::Earlier,
        rights::{self, Right},
    },
    schema::{artifact_bindings, artifacts, deployment_environments, lanes, operations, runs, sightings},
};

/// One solution on one way. What not every question needs is read when the first one needs it.
#[derive(Debug, Clone)]
pub struct Situation {
    pub way: Arc<Way>,
    /// The solution's unique name.
    pub solution: String,
    grounds: Vec<Ground>,
    journeys: Vec<Journey>,
    tracks: Option<Vec<Track>>,
    whom: Option<Whom>,
}

/// An environment of the way, as the solution finds it.
#[derive(Debug, Clone)]
struct Ground {
    at: EnvironmentId,
    seen: Option<Sighting>,
    /// What the version that was seen there is bound to.
    bound: Option<Artifact>,
    occupant: Option<Occupant>,
}

// A record with what belongs to its environment.
type Row = (
    DeploymentEnvironment,
    Option<Environment>,
    Option<Leading>,
    Option<PipelineId>,
    Option<Sighting>,
    Option<Artifact>,
    Option<Held>,
    Option<Tenant>,
);

impl Situation {
    /// As it stands now, with the way itself.
    pub fn of(
        conn: &mut Conn,
        who: &Reach,
        pipeline: &Pipeline,
        host: &Host,
        solution: &str,
    ) -> Result<Situation, Error> {
        let (records, grounds): (Vec<_>, Vec<_>) = read(conn, pipeline, solution)?.into_iter().map(apart).unzip();
        let way = Arc::new(Way::through(who, pipeline, host, records));
        Ok(Situation { grounds: grounds.into_iter().flatten().collect(), ..Situation::on(way, solution) })
    }

    /// The same where the way was read already: what it is about is asked of each environment when it is needed, which is
    /// less than all of them.
    pub fn on(way: Arc<Way>, solution: &str) -> Situation {
        Situation {
            way,
            solution: solution.to_owned(),
            grounds: Vec::new(),
            journeys: Vec::new(),
            tracks: None,
            whom: None,
        }
    }

    /// What an environment has of the solution, of the way or of what once was a part of it.
    pub fn seen(&self, conn: &mut Conn, at: EnvironmentId) -> Result<Option<Sighting>, Error> {
        match self.ground(at) {
            Some(ground) => Ok(ground.seen.clone()),
            None => Sighting::of(conn, at, &self.solution),
        }
    }

    /// What a version of the solution from this source is bound to.
    pub fn bound(&self, conn: &mut Conn, at: EnvironmentId, version: &Version) -> Result<Option<Artifact>, Error> {
        if let Some(bound) = self.known(at, version) {
            return Ok(bound.clone());
        }
        let bound = Artifact::bound(conn, at, &self.solution, version)?;
        bound.map(|bound| Artifact::by_id(conn, bound)).transpose()
    }

    /// What the version of an artifact is bound to, which is that very artifact more often than not.
    pub fn bound_to(&mut self, conn: &mut Conn, artifact: &Artifact) -> Result<Option<Artifact>, Error> {
        if let Some(bound) = self.known(artifact.source_environment_id, &artifact.version()?) {
            return Ok(bound.clone());
        }
        match self.journey(conn, artifact)?.bound {
            Some(bound) if bound == artifact.id => Ok(Some(artifact.clone())),
            bound => bound.map(|bound| Artifact::by_id(conn, bound)).transpose(),
        }
    }

    // What is bound of the version that was seen in an environment, if that is this one.
    fn known(&self, at: EnvironmentId, version: &Version) -> Option<&Option<Artifact>> {
        let ground = self.ground(at)?;
        Artifact::is_key(&ground.seen.as_ref()?.version, version).then_some(&ground.bound)
    }

    /// Who holds the lane of an environment.
    pub fn occupant(&self, conn: &mut Conn, at: EnvironmentId) -> Result<Option<Occupant>, Error> {
        match self.ground(at) {
            Some(ground) => Ok(ground.occupant.clone()),
            None => Occupant::of(conn, at),
        }
    }

    /// Where an artifact of it has been.
    pub fn journey(&mut self, conn: &mut Conn, artifact: &Artifact) -> Result<&Journey, Error> {
        let at = match self.journeys.iter().position(|journey| journey.artifact == artifact.id) {
            Some(at) => at,
            None => {
                self.journeys.push(Journey::of(conn, artifact, self.way.pipeline.id)?);
                self.journeys.len() - 1
            }
        };
        Ok(&self.journeys[at])
    }

    /// What a stage of the pipeline has had of it; none where it has not come there.
    pub fn track(&mut self, conn: &mut Conn, stage: StageId) -> Result<Option<&Track>, Error> {
        Ok(self.tracks(conn)?.iter().find(|track| track.stage == stage))
    }

    /// How far whatever there is of it has come in a stage, where no artifact is asked about.
    pub fn earlier(&mut self, conn: &mut Conn, stage: &Stage) -> Result<Earlier, Error> {
        Ok(match self.track(conn, stage.id)? {
            None => Earlier::NotYet,
            Some(track) if track.arrival.is_some() => Earlier::Succeeded,
            Some(track) => earlier(stage, track.tries.iter()),
        })
    }

    fn tracks(&mut self, conn: &mut Conn) -> Result<&[Track], Error> {
        let tracks = match self.tracks.take() {
            Some(tracks) => tracks,
            None => Track::all(conn, self.way.pipeline.id, &self.solution, false)?,
        };
        Ok(self.tracks.insert(tracks))
    }

    /// Has what the stages have had of it read with the versions that came to each.
    pub fn count(&mut self, conn: &mut Conn) -> Result<(), Error> {
        self.tracks = Some(Track::all(conn, self.way.pipeline.id, &self.solution, true)?);
        Ok(())
    }

    /// Who administers an environment in which the person may not change solutions.
    pub fn administrators(&mut self, conn: &mut Conn, of: EnvironmentId) -> Result<Vec<String>, Error> {
        match self.way.closed().contains(&of) {
            true => Ok(self.whom(conn)?.in_environment(of)),
            // Of what once was a part of the way.
            false => Environment::administrators(conn, of),
        }
    }

    /// Who administers what the person lacks rights on: the host, where they may not deploy, and environments of the way.
    pub fn whom(&mut self, conn: &mut Conn) -> Result<&Whom, Error> {
        let whom = match self.whom.take() {
            Some(whom) => whom,
            None => {
                let host = [self.way.host.id];
                let host: &[_] = if rights::right(&self.way.standing) >= Right::Run { &[] } else { &host };
                Whom::of(conn, host, &self.way.closed())?
            }
        };
        Ok(self.whom.insert(whom))
    }

    fn ground(&self, at: EnvironmentId) -> Option<&Ground> {
        self.grounds.iter().find(|ground| ground.at == at)
    }
}

fn apart((record, environment, stage, source, seen, bound, held, run): Row) -> (Record, Option<Ground>) {
    let occupant = held.map(|held| Occupant::new(held, run));
    let ground = record.environment_id.map(|at| Ground { at, seen, bound, occupant });
    ((record, environment, stage, source), ground)
}

fn read(conn: &mut Conn, pipeline: &Pipeline, solution: &str) -> Result<Vec<Row>, Error> {
    let key = db::fold(solution);
    let seen = sightings::environment_id
        .nullable()
        .eq(deployment_environments::environment_id)
        .and(sightings::unique_name_key.eq(&key));
    // Of a version whose text is no key, `Situation::bound` asks by the key.
    let binding = artifact_bindings::source_environment_id
        .nullable()
        .eq(deployment_environments::environment_id)
        .and(artifact_bindings::unique_name_key.eq(&key))
        .and(artifact_bindings::version_key.nullable().eq(sightings::version.nullable()));
    let bound = artifacts::id.nullable().eq(artifact_bindings::artifact_id.nullable());
    let lane = lanes::environment_id.nullable().eq(deployment_environments::environment_id);
    let holder = operations::id.nullable().eq(lanes::operation_id.nullable());
    let run = runs::id.nullable().eq(operations::run_id.nullable());
    let there = taking_part!(pipeline.id)
        .left_join(sightings::table.on(seen))
        .left_join(artifact_bindings::table.on(binding))
        .left_join(artifacts::table.on(bound))
        .left_join(lanes::table.on(lane))
        .left_join(operations::table.on(holder))
        .left_join(runs::table.on(run));
    Ok(unvaried!(there.select(record!(
        Option::<Sighting>::as_select(),
        Option::<Artifact>::as_select(),
        Option::<Held>::as_select(),
        Option::<Tenant>::as_select(),
    )))
    .load(conn)?)
}
