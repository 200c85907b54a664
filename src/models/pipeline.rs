//! Pipelines: linked development environments and stages under one name, and who may do what with them.

mod editing;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    deployment_environment::DeploymentEnvironment, host::Host, person::Person, principal::groups_of, stage::Stage,
};
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::{EnvironmentId, PipelineId},
    rules::{
        rights::{self, Access, Right, Standing},
        stages::{self, Lacks},
    },
    schema::{environments, hosts, pipelines, shares},
};

pub use editing::PipelineInput;

/// A way for solutions from development to production.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = pipelines)]
pub struct Pipeline {
    pub id: PipelineId,
    pub host_id: EnvironmentId,
    pub name: String,
    pub description: String,
    /// *Allow redeployments of older versions*.
    pub allow_redeploy: bool,
    pub retired_at: Option<NaiveDateTime>,
}

impl Pipeline {
    /// The pipeline with this key, retired or not.
    pub fn by_id(conn: &mut Conn, id: PipelineId) -> Result<Pipeline, Error> {
        Ok(unvaried!(Pipeline::query().filter(pipelines::id.eq(id))).first(conn)?)
    }

    /// The pipeline with this key, retired or not, and its host.
    pub fn with_host(conn: &mut Conn, id: PipelineId) -> Result<(Pipeline, Host), Error> {
        let there = pipelines::table.inner_join(hosts::table.inner_join(environments::table));
        let this = there.filter(pipelines::id.eq(id));
        Ok(unvaried!(this.select((Pipeline::as_select(), Host::as_select()))).first(conn)?)
    }

    /// The live pipeline with this key, as it stands now; until the transaction ends nobody else changes it, its
    /// sources or its stages, or starts a run of it.
    ///
    /// # Errors
    /// A conflict once it is retired.
    pub fn lock(conn: &mut Conn, id: PipelineId) -> Result<Pipeline, Error> {
        let row = pipelines::table.find(id);
        diesel::update(row).set(pipelines::retired_at.eq(pipelines::retired_at)).execute(conn)?;
        let pipeline = Pipeline::by_id(conn, id)?;
        match pipeline.retired_at {
            None => Ok(pipeline),
            Some(_) => Err(Error::Conflict(format!("{} is retired, so nothing about it changes.", pipeline.name))),
        }
    }

    /// The highest right that the person has on it, own or through a group.
    pub fn right(&self, conn: &mut Conn, person: &Person) -> Result<Right, Error> {
        let host = Host::by_id(conn, self.host_id)?;
        Ok(rights::right(&self.standing(conn, &host, person)?))
    }

    /// All that the person was given on it and on its host, own and through groups.
    pub fn standing(&self, conn: &mut Conn, host: &Host, person: &Person) -> Result<Standing, Error> {
        let shares: Vec<Access> = unvaried!(
            shares::table
                .filter(shares::pipeline_id.eq(self.id))
                .filter(shares::person_id.eq(person.id).or(shares::group_id.eq_any(groups_of(person.id))))
                .select(shares::access)
        )
        .load(conn)?;
        let roles = host.roles(conn, person)?;
        Ok(Standing { system_administrator: person.system_administrator, roles, shares })
    }

    /// What is missing before it can deploy.
    pub fn lacks(&self, conn: &mut Conn) -> Result<Lacks, Error> {
        let sources = self.sources(conn)?;
        let stages = Stage::of_pipeline(conn, self.id)?;
        Ok(lacks(&sources, &stages))
    }
}

/// What a pipeline with these sources and live stages lacks.
pub fn lacks(sources: &[DeploymentEnvironment], stages: &[Stage]) -> Lacks {
    let sources: Vec<_> = sources.iter().map(DeploymentEnvironment::facts).collect();
    let targets: Vec<_> = stages.iter().map(|stage| stage.target.facts()).collect();
    let stages: Vec<_> = stages.iter().map(Stage::facts).collect();
    stages::lacks(&sources, &stages, &targets)
}
