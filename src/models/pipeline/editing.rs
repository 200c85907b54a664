//! Making, changing and retiring pipelines.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::{prelude::*, result::Error as DieselError};

use super::Pipeline;
use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::{
        audit::{self, Kind, Subject, Verb},
        host::{Host, ManageHost},
        permit::Permit,
        problem::{Attempt, problem},
        seen_pipeline::ManagePipeline,
    },
    schema::{pipelines, runs},
};

/// What a person says of a pipeline.
#[derive(Debug, Clone)]
pub struct PipelineInput {
    pub name: String,
    pub description: String,
    /// *Allow redeployments of older versions*.
    pub allow_redeploy: bool,
}

const REDEPLOY: &str = "Allow redeployments of older versions";

impl Pipeline {
    /// Adds a pipeline to a host.
    pub fn create(conn: &mut Conn, permit: &Permit<ManageHost>, new: &PipelineInput) -> Attempt<Pipeline> {
        let id = PipelineId::new();
        let inserted = conn.transaction(|conn| {
            diesel::insert_into(pipelines::table)
                .values((
                    pipelines::id.eq(id),
                    pipelines::host_id.eq(permit.id),
                    pipelines::name.eq(&new.name),
                    pipelines::name_key.eq(db::fold(&new.name)),
                    pipelines::description.eq(&new.description),
                    pipelines::allow_redeploy.eq(new.allow_redeploy),
                    pipelines::created_at.eq(db::now()),
                ))
                .execute(conn)
        });
        if let Err(error) = inserted {
            return duplicate(error);
        }
        let pipeline = Pipeline::by_id(conn, id)?;
        let entry = permit.by().did(Verb::Create, pipeline.subject()).set("Host", permit.name());
        let entry = entry.set("Name", &new.name).set("Description", &new.description);
        entry.switched(REDEPLOY, None, new.allow_redeploy).record(conn)?;
        Ok(Ok(pipeline))
    }

    /// Changes what a person said of it.
    pub fn edit(conn: &mut Conn, permit: &Permit<ManagePipeline>, new: &PipelineInput) -> Attempt<()> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let updated = conn.transaction(|conn| {
            diesel::update(pipelines::table.find(pipeline.id))
                .set((
                    pipelines::name.eq(&new.name),
                    pipelines::name_key.eq(db::fold(&new.name)),
                    pipelines::description.eq(&new.description),
                    pipelines::allow_redeploy.eq(new.allow_redeploy),
                ))
                .execute(conn)
        });
        if let Err(error) = updated {
            return duplicate(error);
        }
        let entry = permit.by().did(Verb::Change, pipeline.subject()).changed("Name", &pipeline.name, &new.name);
        let entry = entry.changed("Description", &pipeline.description, &new.description);
        entry.switched(REDEPLOY, Some(pipeline.allow_redeploy), new.allow_redeploy).record(conn)?;
        Ok(Ok(()))
    }

    /// Ends the pipeline; its page and its runs stay readable.
    ///
    /// # Errors
    /// A conflict while a deployment through it is not finished.
    pub fn retire(conn: &mut Conn, permit: &Permit<ManagePipeline>) -> Result<(), Error> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let unfinished = runs::table.filter(runs::pipeline_id.eq(pipeline.id)).filter(runs::ended_at.is_null());
        if diesel::select(diesel::dsl::exists(unfinished)).get_result(conn)? {
            let name = &pipeline.name;
            return Err(Error::Conflict(format!(
                "{name} has a deployment that is not finished. Wait for it, or cancel it under Run history, and \
                 retire {name} then."
            )));
        }
        diesel::update(pipelines::table.find(pipeline.id)).set(pipelines::retired_at.eq(db::now())).execute(conn)?;
        permit.by().did(Verb::Retire, pipeline.subject()).record(conn)
    }

    /// The pipelines of a host by name, either the live or the retired ones.
    pub fn of_host(conn: &mut Conn, host: &Host, retired: bool) -> Result<Vec<Pipeline>, Error> {
        let all = Pipeline::query().filter(pipelines::host_id.eq(host.id));
        let order = (pipelines::name_key, pipelines::id);
        match retired {
            true => Ok(all.filter(pipelines::retired_at.is_not_null()).order(order).load(conn)?),
            false => Ok(all.filter(pipelines::retired_at.is_null()).order(order).load(conn)?),
        }
    }

    /// When each pipeline of a host, its stages, sources or shares were last changed.
    pub fn last_changes(conn: &mut Conn, host: EnvironmentId) -> Result<HashMap<String, NaiveDateTime>, Error> {
        let ids: Vec<String> = pipelines::table.filter(pipelines::host_id.eq(host)).select(pipelines::id).load(conn)?;
        audit::last_changes(conn, &ids)
    }

    /// As the audit log names it, with what belongs to it.
    pub fn subject(&self) -> Subject {
        Subject::new(Kind::Pipeline, self.id, &self.name)
    }
}

fn duplicate<T>(error: DieselError) -> Attempt<T> {
    if db::is_duplicate(&error, "pipelines", "name_key") {
        return problem("name", "This host has a pipeline with this name already. Choose another name.");
    }
    Err(error.into())
}
