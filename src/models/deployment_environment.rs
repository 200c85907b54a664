//! Deployment environments: a host's records of the environments it uses.

mod force_link;
mod permits;
mod registration;
mod retirement;
mod validation;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    audit::{Kind, Subject},
    environment::Environment,
    host::Host,
};
use crate::{
    db::Conn,
    error::Error,
    id::{DeploymentEnvironmentId, EnvironmentId, PersonId},
    rules::{
        stages::{RecordFacts, ValidationStatus},
        validation::RecordKind,
    },
    schema::{deployment_environments, environments},
};

pub use permits::{ForceLink, ManageDeploymentEnvironment, Registered};
pub use registration::Registration;
pub use validation::{Pending, known};

/// A host's record of an environment.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = deployment_environments)]
pub struct DeploymentEnvironment {
    pub id: DeploymentEnvironmentId,
    pub host_id: EnvironmentId,
    pub name: String,
    pub kind: RecordKind,
    /// Its *Environment ID*, a GUID in lower case.
    pub environment_guid: String,
    /// The environment itself, once a validation has found it.
    pub environment_id: Option<EnvironmentId>,
    pub description: String,
    pub status: ValidationStatus,
    /// Why the validation failed; empty otherwise.
    pub message: String,
    /// Goes up whenever a validation is asked for, so that the answer to an older question is not taken.
    pub revision: i32,
    pub validated_at: Option<NaiveDateTime>,
    /// Through whose eyes the environment is looked for.
    pub registered_by: PersonId,
    pub retired_at: Option<NaiveDateTime>,
}

impl DeploymentEnvironment {
    /// The record with this key, retired or not.
    pub fn by_id(conn: &mut Conn, id: DeploymentEnvironmentId) -> Result<DeploymentEnvironment, Error> {
        Ok(DeploymentEnvironment::query().filter(deployment_environments::id.eq(id)).first(conn)?)
    }

    /// The live records of a host, by name.
    pub fn of_host(conn: &mut Conn, host: &Host) -> Result<Vec<DeploymentEnvironment>, Error> {
        Ok(DeploymentEnvironment::query()
            .filter(deployment_environments::host_id.eq(host.id))
            .filter(deployment_environments::retired_at.is_null())
            .order((deployment_environments::name_key, deployment_environments::id))
            .load(conn)?)
    }

    /// The hosts that have a live record of this environment.
    pub fn hosts_with(conn: &mut Conn, environment: &Environment) -> Result<Vec<EnvironmentId>, Error> {
        Ok(deployment_environments::table
            .filter(deployment_environments::environment_guid.eq(&environment.guid))
            .filter(deployment_environments::retired_at.is_null())
            .select(deployment_environments::host_id)
            .load(conn)?)
    }

    /// The live record with this key, as it stands now; until the transaction ends nobody else changes it.
    ///
    /// # Errors
    /// A conflict once it is retired.
    pub fn lock(conn: &mut Conn, id: DeploymentEnvironmentId) -> Result<DeploymentEnvironment, Error> {
        diesel::update(deployment_environments::table.find(id))
            .set(deployment_environments::revision.eq(deployment_environments::revision))
            .execute(conn)?;
        let record = DeploymentEnvironment::by_id(conn, id)?;
        match record.retired_at {
            None => Ok(record),
            Some(_) => Err(Error::Conflict(format!("{} is retired in this host already.", record.name))),
        }
    }

    /// The hosts of these records, retired or not.
    pub fn hosts_of(
        conn: &mut Conn,
        ids: &[DeploymentEnvironmentId],
    ) -> Result<Vec<(DeploymentEnvironmentId, EnvironmentId)>, Error> {
        let records = deployment_environments::table.filter(deployment_environments::id.eq_any(ids));
        Ok(records.select((deployment_environments::id, deployment_environments::host_id)).load(conn)?)
    }

    /// The live environment that has its Environment ID, whoever may see it.
    pub fn environment(&self, conn: &mut Conn) -> Result<Option<Environment>, Error> {
        let live = Environment::query().filter(environments::retired_at.is_null());
        Ok(live.filter(environments::guid.eq(&self.environment_guid)).first(conn).optional()?)
    }

    /// Whether its environment is bound to another host than its own.
    pub fn bound_elsewhere(&self, conn: &mut Conn) -> Result<Option<EnvironmentId>, Error> {
        let bound = self.environment(conn)?.and_then(|environment| environment.bound_host_id);
        Ok(bound.filter(|host| *host != self.host_id))
    }

    /// What the rules need to know of it.
    pub fn facts(&self) -> RecordFacts {
        RecordFacts { name: self.name.clone(), status: self.status }
    }

    /// As the audit log names it.
    pub fn subject(&self) -> Subject {
        Subject::new(Kind::DeploymentEnvironment, self.id, &self.name)
    }
}

// Held before a record is, so that two who need both never wait for each other.
fn lock_environment(conn: &mut Conn, record: &DeploymentEnvironment) -> Result<Option<Environment>, Error> {
    diesel::update(environments::table.filter(environments::guid.eq(&record.environment_guid)))
        .set(environments::bound_host_id.eq(environments::bound_host_id))
        .execute(conn)?;
    record.environment(conn)
}
