//! Registering an environment in a host, and what can be changed of its record later.

use diesel::{prelude::*, result::Error as DieselError};

use super::{DeploymentEnvironment, ManageDeploymentEnvironment};
use crate::{
    db::{self, Conn},
    id::DeploymentEnvironmentId,
    models::{
        audit::Verb,
        host::ManageHost,
        permit::Permit,
        problem::{Attempt, problem},
    },
    rules::{stages::ValidationStatus, validation::RecordKind},
    schema::deployment_environments,
};

/// What is said of an environment when it is registered.
#[derive(Debug, Clone)]
pub struct Registration {
    pub name: String,
    pub kind: RecordKind,
    /// The *Environment ID*, a GUID in lower case.
    pub guid: String,
    pub description: String,
}

impl DeploymentEnvironment {
    /// Adds a record, whose environment is looked for in the background.
    pub fn register(
        conn: &mut Conn,
        permit: &Permit<ManageHost>,
        new: &Registration,
    ) -> Attempt<DeploymentEnvironment> {
        let id = DeploymentEnvironmentId::new();
        let inserted = conn.transaction(|conn| {
            diesel::insert_into(deployment_environments::table)
                .values((
                    deployment_environments::id.eq(id),
                    deployment_environments::host_id.eq(permit.id),
                    deployment_environments::name.eq(&new.name),
                    deployment_environments::name_key.eq(db::fold(&new.name)),
                    deployment_environments::kind.eq(new.kind),
                    deployment_environments::environment_guid.eq(&new.guid),
                    deployment_environments::description.eq(&new.description),
                    deployment_environments::status.eq(ValidationStatus::Pending),
                    deployment_environments::message.eq(""),
                    deployment_environments::revision.eq(1),
                    deployment_environments::registered_by.eq(permit.person().id),
                    deployment_environments::created_at.eq(db::now()),
                ))
                .execute(conn)
        });
        if let Err(error) = inserted {
            return duplicate(error);
        }
        let record = DeploymentEnvironment::by_id(conn, id)?;
        let entry = permit.by().did(Verb::Register, record.subject()).set("Host", permit.name());
        let entry = entry.set("Environment Type", new.kind.label()).set("Environment ID", &new.guid);
        entry.set("Name", &new.name).set("Description", &new.description).record(conn)?;
        Ok(Ok(record))
    }

    /// Changes name and description; type and Environment ID stay as they were registered.
    pub fn edit(
        conn: &mut Conn,
        permit: &Permit<ManageDeploymentEnvironment>,
        name: &str,
        description: &str,
    ) -> Attempt<()> {
        let record = DeploymentEnvironment::lock(conn, permit.id)?;
        let updated = conn.transaction(|conn| {
            diesel::update(deployment_environments::table.find(record.id))
                .set((
                    deployment_environments::name.eq(name),
                    deployment_environments::name_key.eq(db::fold(name)),
                    deployment_environments::description.eq(description),
                ))
                .execute(conn)
        });
        if let Err(error) = updated {
            return duplicate(error);
        }
        let entry = permit.by().did(Verb::Change, record.subject()).changed("Name", &record.name, name);
        entry.changed("Description", &record.description, description).record(conn)?;
        Ok(Ok(()))
    }
}

fn duplicate<T>(error: DieselError) -> Attempt<T> {
    let is = |column| db::is_duplicate(&error, "deployment_environments", column);
    if is("environment_guid") {
        return problem(
            "guid",
            "This host has a record of this environment already. Edit that one, or retire it first.",
        );
    }
    if is("name_key") {
        return problem("name", "This host has a record with this name already. Choose another name.");
    }
    Err(error.into())
}
