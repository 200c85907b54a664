//! A pipeline's linked development environments.

use diesel::prelude::*;

use super::{
    audit::Verb,
    deployment_environment::DeploymentEnvironment,
    permit::Permit,
    pipeline::Pipeline,
    problem::{Attempt, problem},
    seen_pipeline::ManagePipeline,
};
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::{DeploymentEnvironmentId, PipelineId},
    rules::validation::RecordKind,
    schema::{deployment_environments, pipeline_sources},
};

impl Pipeline {
    /// The linked development environments, by name.
    pub fn sources(&self, conn: &mut Conn) -> Result<Vec<DeploymentEnvironment>, Error> {
        let linked = pipeline_sources::table
            .filter(pipeline_sources::pipeline_id.eq(self.id))
            .select(pipeline_sources::deployment_environment_id);
        Ok(unvaried!(
            DeploymentEnvironment::query()
                .filter(deployment_environments::id.eq_any(linked))
                .order((deployment_environments::name_key, deployment_environments::id))
        )
        .load(conn)?)
    }

    /// The linked development environments of several pipelines, by name.
    pub fn sources_of(conn: &mut Conn, ids: &[PipelineId]) -> Result<Vec<(PipelineId, DeploymentEnvironment)>, Error> {
        Ok(pipeline_sources::table
            .inner_join(deployment_environments::table)
            .filter(pipeline_sources::pipeline_id.eq_any(ids))
            .order((deployment_environments::name_key, deployment_environments::id))
            .select((pipeline_sources::pipeline_id, DeploymentEnvironment::as_select()))
            .load(conn)?)
    }

    /// The host's live development environments that are not linked yet, by name.
    pub fn linkable(&self, conn: &mut Conn) -> Result<Vec<DeploymentEnvironment>, Error> {
        let linked = pipeline_sources::table
            .filter(pipeline_sources::pipeline_id.eq(self.id))
            .select(pipeline_sources::deployment_environment_id);
        Ok(DeploymentEnvironment::query()
            .filter(deployment_environments::host_id.eq(self.host_id))
            .filter(deployment_environments::retired_at.is_null())
            .filter(deployment_environments::kind.eq(RecordKind::Development))
            .filter(diesel::dsl::not(deployment_environments::id.eq_any(linked)))
            .order((deployment_environments::name_key, deployment_environments::id))
            .load(conn)?)
    }

    /// Links a development environment of the host.
    pub fn link(
        conn: &mut Conn,
        permit: &Permit<ManagePipeline>,
        id: DeploymentEnvironmentId,
    ) -> Attempt<DeploymentEnvironment> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let Some(source) = pipeline.linkable(conn)?.into_iter().find(|record| record.id == id) else {
            return problem("record", "Choose a development environment of this host that is not linked yet.");
        };
        let source = DeploymentEnvironment::lock(conn, source.id)?;
        diesel::insert_into(pipeline_sources::table)
            .values((
                pipeline_sources::pipeline_id.eq(pipeline.id),
                pipeline_sources::deployment_environment_id.eq(source.id),
            ))
            .execute(conn)?;
        let entry = permit.by().did(Verb::LinkEnvironment, pipeline.subject());
        entry.set("Development Environment", &source.name).record(conn)?;
        Ok(Ok(source))
    }

    /// The linked development environment with this key.
    pub fn source(&self, conn: &mut Conn, id: DeploymentEnvironmentId) -> Result<DeploymentEnvironment, Error> {
        self.sources(conn)?.into_iter().find(|source| source.id == id).ok_or(Error::NotFound)
    }

    /// Ends a link; what was deployed from there goes on through the later stages.
    pub fn unlink(
        conn: &mut Conn,
        permit: &Permit<ManagePipeline>,
        id: DeploymentEnvironmentId,
    ) -> Result<DeploymentEnvironment, Error> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let source = pipeline.source(conn, id)?;
        diesel::delete(pipeline_sources::table.find((pipeline.id, source.id))).execute(conn)?;
        let entry = permit.by().did(Verb::UnlinkEnvironment, pipeline.subject());
        entry.cleared("Development Environment", &source.name).record(conn)?;
        Ok(source)
    }
}
