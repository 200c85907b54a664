//! Ways: a pipeline as one person may use it, which is the same whatever solution travels.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;

use super::{
    deployment_environment::DeploymentEnvironment, environment::Environment, host::Host, person::Person,
    pipeline::Pipeline, reach::Reach, stage::Stage,
};
use crate::{
    db::{Conn, natively, unvaried},
    error::Error,
    id::{EnvironmentId, PersonId, PipelineId, StageId},
    rules::rights::{self, EnvironmentRole, Right, Standing},
    schema::{deployment_environments, environments, pipeline_sources, stages},
};

/// A pipeline with all that it consists of, and what a person may do there.
#[derive(Debug, Clone)]
pub struct Way {
    pub who: Reach,
    pub pipeline: Pipeline,
    pub host: Host,
    pub standing: Standing,
    /// The linked development environments, by name.
    pub sources: Vec<DeploymentEnvironment>,
    /// The live stages, oldest first.
    pub stages: Vec<Stage>,
    /// Whom to ask for more of the pipeline, by name; looked up only for who may not deploy through it.
    pub administrators: Vec<String>,
    places: Vec<Place>,
}

/// An environment, and the role in it of the person.
#[derive(Debug, Clone)]
pub struct Place {
    pub environment: Environment,
    pub role: Option<EnvironmentRole>,
}

impl Way {
    /// As it stands now.
    pub fn read(conn: &mut Conn, who: &Reach, pipeline: &Pipeline) -> Result<Way, Error> {
        let host = Host::by_id(conn, pipeline.host_id)?;
        Way::of(conn, who, pipeline, host)
    }

    /// The same where the host is known.
    pub fn of(conn: &mut Conn, who: &Reach, pipeline: &Pipeline, host: Host) -> Result<Way, Error> {
        let standing = who.standing(host.id, pipeline.id);
        let may_run = rights::right(&standing) >= Right::Run;
        Ok(Way {
            who: who.clone(),
            sources: pipeline.sources(conn)?,
            stages: Stage::of_pipeline(conn, pipeline.id)?,
            administrators: if may_run { Vec::new() } else { Host::administrators(conn, host.id)? },
            places: places(conn, who, pipeline.id)?,
            pipeline: pipeline.clone(),
            host,
            standing,
        })
    }

    /// A stage of the pipeline, retired or not.
    pub fn stage(&self, conn: &mut Conn, id: StageId) -> Result<Stage, Error> {
        match self.stages.iter().find(|stage| stage.id == id) {
            Some(stage) => Ok(stage.clone()),
            None => Stage::by_id(conn, id),
        }
    }

    /// An environment, of the pipeline or of what once was a part of it.
    pub fn place(&self, conn: &mut Conn, id: EnvironmentId) -> Result<Place, Error> {
        if let Some(place) = self.places.iter().find(|place| place.environment.id == id) {
            return Ok(place.clone());
        }
        Ok(Place { environment: Environment::by_id(conn, id)?, role: self.who.role_in(id) })
    }
}

impl Place {
    /// Whether the person may change the environment's solutions.
    pub fn may_change(&self) -> bool {
        self.role.is_some_and(EnvironmentRole::may_change)
    }
}

// The environments of a pipeline's sources and live stages.
fn places(conn: &mut Conn, who: &Reach, pipeline: PipelineId) -> Result<Vec<Place>, Error> {
    let environments: Vec<Environment> = natively!(conn, |c| {
        unvaried!(Environment::query().filter(environments::id.eq_any(taking_part(pipeline)))).load(c)
    })?;
    Ok(environments.into_iter().map(|environment| Place { role: who.role_in(environment.id), environment }).collect())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn taking_part(pipeline: PipelineId) -> _ {
    let linked = pipeline_sources::table
        .filter(pipeline_sources::pipeline_id.eq(pipeline))
        .select(pipeline_sources::deployment_environment_id);
    let targets = stages::table
        .filter(stages::pipeline_id.eq(pipeline))
        .filter(stages::retired_at.is_null())
        .select(stages::target_id);
    deployment_environments::table
        .filter(deployment_environments::id.eq_any(linked).or(deployment_environments::id.eq_any(targets)))
        .filter(deployment_environments::environment_id.is_not_null())
        .select(deployment_environments::environment_id.assume_not_null())
}

/// The ways that were read in one transaction, each once. Clones share them. Where others write meanwhile, they hold for
/// the moment in which one run is judged.
#[derive(Debug, Clone, Default)]
pub struct Ways(Arc<Mutex<Vec<Arc<Way>>>>);

impl Ways {
    /// The way of this person through this pipeline.
    pub fn find(&self, conn: &mut Conn, person: PersonId, pipeline: PipelineId) -> Result<Arc<Way>, Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(way) = all.iter().find(|way| way.who.id == person && way.pipeline.id == pipeline) {
            return Ok(way.clone());
        }
        let (person, pipeline) = (Person::by_id(conn, person)?, Pipeline::by_id(conn, pipeline)?);
        let who = Reach::of(conn, person)?;
        let way = Arc::new(Way::read(conn, &who, &pipeline)?);
        all.push(way.clone());
        Ok(way)
    }
}
