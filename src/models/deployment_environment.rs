//! Deployment environments: a host's records of the environments it uses.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{environment::Environment, host::Host};
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
    /// The record with this key.
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

    /// The live environment that has its Environment ID, whoever may see it.
    pub fn environment(&self, conn: &mut Conn) -> Result<Option<Environment>, Error> {
        let live = Environment::query().filter(environments::retired_at.is_null());
        Ok(live.filter(environments::guid.eq(&self.environment_guid)).first(conn).optional()?)
    }

    /// What the rules need to know of it.
    pub fn facts(&self) -> RecordFacts {
        RecordFacts { name: self.name.clone(), status: self.status }
    }
}
