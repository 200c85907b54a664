//! Ways: a pipeline as one person may use it, which is the same whatever solution travels.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::prelude::*;

use super::{
    deployment_environment::DeploymentEnvironment, environment::Environment, host::Host, person::Person,
    pipeline::Pipeline, reach::Reach, run::Situation, stage::Stage,
};
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::{EnvironmentId, PersonId, PipelineId, StageId},
    rules::rights::{EnvironmentRole, Standing},
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
    places: Vec<Place>,
}

/// An environment, and the role in it of the person.
#[derive(Debug, Clone)]
pub struct Place {
    pub environment: Environment,
    pub role: Option<EnvironmentRole>,
}

/// What the sources and targets of a pipeline are read as: the record with its environment, the live stage that leads to
/// it, and whether the pipeline begins there.
pub(super) type Record = (DeploymentEnvironment, Option<Environment>, Option<Leading>, Option<PipelineId>);

/// A live stage, without its target: key, name, description and previous stage.
pub(super) type Leading = (StageId, String, String, Option<StageId>);

/// The records that take part in a pipeline, by name, for a query that goes on.
macro_rules! taking_part {
    ($pipeline:expr) => {{
        use $crate::schema::{deployment_environments, environments, pipeline_sources, stages};
        let pipeline: $crate::id::PipelineId = $pipeline;
        let (linked, leading) = diesel::alias!(pipeline_sources as linked, stages as leading);
        let linked = linked
            .filter(linked.field(pipeline_sources::pipeline_id).eq(pipeline))
            .select(linked.field(pipeline_sources::deployment_environment_id));
        let led_to = leading
            .filter(leading.field(stages::pipeline_id).eq(pipeline))
            .filter(leading.field(stages::retired_at).is_null())
            .select(leading.field(stages::target_id));
        let stage = stages::target_id
            .eq(deployment_environments::id)
            .and(stages::pipeline_id.eq(pipeline))
            .and(stages::retired_at.is_null());
        let source = pipeline_sources::deployment_environment_id
            .eq(deployment_environments::id)
            .and(pipeline_sources::pipeline_id.eq(pipeline));
        deployment_environments::table
            .left_join(environments::table.on(environments::id.nullable().eq(deployment_environments::environment_id)))
            .left_join(stages::table.on(stage))
            .left_join(pipeline_sources::table.on(source))
            .filter($crate::db::within(deployment_environments::id, $crate::db::union_all(linked, led_to)))
            .order((deployment_environments::name_key, deployment_environments::id))
    }};
}

/// The columns of a [`Record`], and more.
macro_rules! record {
    ($($more:expr),* $(,)?) => {{
        use $crate::schema::{pipeline_sources, stages};
        (
            DeploymentEnvironment::as_select(),
            Option::<Environment>::as_select(),
            (stages::id, stages::name, stages::description, stages::previous_stage_id).nullable(),
            pipeline_sources::pipeline_id.nullable(),
            $($more),*
        )
    }};
}

pub(super) use {record, taking_part};

impl Way {
    /// As it stands now.
    pub fn of(conn: &mut Conn, who: &Reach, pipeline: &Pipeline, host: &Host) -> Result<Way, Error> {
        let records = taking_part!(pipeline.id);
        let records: Vec<Record> = unvaried!(records.select(record!())).load(conn)?;
        Ok(Way::through(who, pipeline, host, records))
    }

    /// What these records, in order of their names, make of the pipeline.
    pub(super) fn through(
        who: &Reach,
        pipeline: &Pipeline,
        host: &Host,
        records: impl IntoIterator<Item = Record>,
    ) -> Way {
        let mut way = Way {
            who: who.clone(),
            standing: who.standing(host.id, pipeline.id),
            sources: Vec::new(),
            stages: Vec::new(),
            places: Vec::new(),
            pipeline: pipeline.clone(),
            host: host.clone(),
        };
        for (record, environment, stage, source) in records {
            way.places.extend(environment.map(|environment| Place { role: who.role_in(environment.id), environment }));
            if source.is_some() {
                way.sources.push(record.clone());
            }
            way.stages.extend(stage.map(|(id, name, description, previous_stage_id)| Stage {
                id,
                pipeline_id: pipeline.id,
                name,
                description,
                previous_stage_id,
                target_id: record.id,
                retired_at: None,
                target: record,
            }));
        }
        way.stages.sort_unstable_by_key(|stage| stage.id);
        way
    }

    /// Its environments in which the person may not change solutions.
    pub fn closed(&self) -> Vec<EnvironmentId> {
        self.places.iter().filter(|place| !place.may_change()).map(|place| place.environment.id).collect()
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

/// The ways that were read in one transaction, each once. Clones share them. Where others write meanwhile, they hold for
/// the moment in which one run is judged.
#[derive(Debug, Clone, Default)]
pub struct Ways(Arc<Mutex<Vec<Arc<Way>>>>);

impl Ways {
    /// What there is to know of a solution on the way of this person through this pipeline.
    pub fn situation(
        &self,
        conn: &mut Conn,
        person: PersonId,
        pipeline: PipelineId,
        solution: &str,
    ) -> Result<Situation, Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(way) = all.iter().find(|way| way.who.id == person && way.pipeline.id == pipeline) {
            return Ok(Situation::on(way.clone(), solution));
        }
        let person = Person::by_id(conn, person)?;
        let who = Reach::of(conn, person)?;
        let (pipeline, host) = Pipeline::with_host(conn, pipeline)?;
        let situation = Situation::of(conn, &who, &pipeline, &host, solution)?;
        all.push(situation.way.clone());
        Ok(situation)
    }
}
