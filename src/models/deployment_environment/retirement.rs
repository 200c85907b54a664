//! Retiring a record: what uses it, and what becomes free.

use diesel::prelude::*;

use super::{DeploymentEnvironment, ManageDeploymentEnvironment, lock_environment};
use crate::{
    db::{self, Conn},
    error::Error,
    models::{audit::Verb, permit::Permit},
    schema::{deployment_environments, environments, pipeline_sources, pipelines, runs, stages},
};

impl DeploymentEnvironment {
    /// What still uses the record, as a person reads it; it cannot be retired before that is empty.
    pub fn uses(&self, conn: &mut Conn) -> Result<Vec<String>, Error> {
        let linked: Vec<String> = pipeline_sources::table
            .inner_join(pipelines::table)
            .filter(pipeline_sources::deployment_environment_id.eq(self.id))
            .filter(pipelines::retired_at.is_null())
            .order((pipelines::name_key, pipelines::id))
            .select(pipelines::name)
            .load(conn)?;
        let targeted: Vec<(String, String)> = stages::table
            .inner_join(pipelines::table)
            .filter(stages::target_id.eq(self.id))
            .filter(stages::retired_at.is_null().and(pipelines::retired_at.is_null()))
            .order((pipelines::name_key, stages::id))
            .select((stages::name, pipelines::name))
            .load(conn)?;
        let linked = linked.into_iter().map(|pipeline| format!("the pipeline {pipeline} (linked)"));
        let targeted = targeted.into_iter().map(|(stage, pipeline)| format!("the stage {stage} of {pipeline}"));
        let mut uses: Vec<String> = linked.chain(targeted).collect();
        if self.has_unfinished_runs(conn)? {
            uses.push("a deployment that is not finished".to_owned());
        }
        Ok(uses)
    }

    /// Ends the record; the environment is free for any host again if this one had it.
    ///
    /// # Errors
    /// A conflict while something uses it.
    pub fn retire(conn: &mut Conn, permit: &Permit<ManageDeploymentEnvironment>) -> Result<(), Error> {
        let environment = lock_environment(conn, permit)?;
        let record = DeploymentEnvironment::lock(conn, permit.id)?;
        let uses = record.uses(conn)?;
        if !uses.is_empty() {
            let (name, uses) = (&record.name, uses.join(", "));
            return Err(Error::Conflict(format!("{name} is still used by {uses}. End that use first.")));
        }
        if let Some(environment) = environment.filter(|found| found.bound_host_id == Some(record.host_id)) {
            diesel::update(environments::table.find(environment.id))
                .set(environments::bound_host_id.eq(None::<String>))
                .execute(conn)?;
        }
        diesel::update(deployment_environments::table.find(record.id))
            .set(deployment_environments::retired_at.eq(db::now()))
            .execute(conn)?;
        permit.by().did(Verb::Retire, record.subject()).record(conn)
    }

    fn has_unfinished_runs(&self, conn: &mut Conn) -> Result<bool, Error> {
        let Some(environment) = self.environment_id else { return Ok(false) };
        let here = runs::source_environment_id.eq(environment).or(runs::target_environment_id.eq(environment));
        let unfinished = runs::table.filter(runs::host_id.eq(self.host_id)).filter(runs::ended_at.is_null());
        Ok(diesel::select(diesel::dsl::exists(unfinished.filter(here))).get_result(conn)?)
    }
}
