//! Validating a record: pending until the worker has asked the environment, then success or failed.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};

use super::{DeploymentEnvironment, ManageDeploymentEnvironment, lock_environment};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{DeploymentEnvironmentId, EnvironmentId},
    models::{
        audit::{By, Verb},
        environment::Environment,
        host::Host,
        permit::Permit,
        person::Person,
    },
    rules::{
        stages::ValidationStatus,
        validation::{self, Binding, EnvironmentFacts, HostFacts, ProbeFacts, ValidationFacts},
    },
    schema::{deployment_environments, environments},
};

/// A record that waits for its validation, and the environment to ask.
#[derive(Debug, Clone)]
pub struct Pending {
    pub id: DeploymentEnvironmentId,
    pub revision: i32,
    /// None where there is no such environment: validate without a probe.
    pub environment: Option<Environment>,
}

impl DeploymentEnvironment {
    /// The records that wait for a validation, oldest first.
    pub fn pending(conn: &mut Conn) -> Result<Vec<Pending>, Error> {
        // As the index of those that wait is declared: SQLite does not see that a bound value is the same.
        let pending = sql::<Bool>("deployment_environments.status = 'pending'");
        let waiting: Vec<DeploymentEnvironment> = DeploymentEnvironment::query()
            .filter(pending)
            .filter(deployment_environments::retired_at.is_null())
            .order(deployment_environments::id)
            .load(conn)?;
        let pending = |record: DeploymentEnvironment| {
            let environment = record.environment(conn)?;
            Ok(Pending { id: record.id, revision: record.revision, environment })
        };
        waiting.into_iter().map(pending).collect()
    }

    /// Judges what the environment said of itself and binds it to the host where nothing speaks against it; `probe` is
    /// none where the environment is not there. None where the question is no longer open: asked anew, answered by
    /// another worker, or retired.
    pub fn validate(
        conn: &mut Conn,
        id: DeploymentEnvironmentId,
        revision: i32,
        probe: Option<ProbeFacts>,
    ) -> Result<Option<ValidationStatus>, Error> {
        let asked = DeploymentEnvironment::by_id(conn, id)?;
        let environment = lock_environment(conn, &asked)?;
        if !asked.claim(conn, revision)? {
            return Ok(None);
        }
        let record = DeploymentEnvironment::by_id(conn, id)?;
        let seen = record.seen(conn, environment)?;
        let facts = record.validation_facts(conn, seen.as_ref(), probe)?;
        let mut judged = validation::validate(&facts);
        if let (Ok(()), Some(environment)) = (&judged, &seen)
            && !bind(conn, environment, record.host_id)?
        {
            judged = Err(validation::bound_elsewhere(&record.name));
        }
        record.conclude(conn, seen, judged).map(Some)
    }

    /// Asks for another validation; whoever asks answers for the record from now on, if they see its environment.
    pub fn refresh(conn: &mut Conn, permit: &Permit<ManageDeploymentEnvironment>) -> Result<(), Error> {
        let record = DeploymentEnvironment::lock(conn, permit.id)?;
        let registered_by = if permit.role.is_some() { permit.person().id } else { record.registered_by };
        record.ask_again(conn)?;
        diesel::update(deployment_environments::table.find(record.id))
            .set(deployment_environments::registered_by.eq(registered_by))
            .execute(conn)?;
        let (old, new) = (record.status.label(), ValidationStatus::Pending.label());
        permit.by().did(Verb::Refresh, record.subject()).changed("Validation Status", old, new).record(conn)
    }

    pub(super) fn ask_again(&self, conn: &mut Conn) -> Result<(), Error> {
        diesel::update(deployment_environments::table.find(self.id))
            .set((
                deployment_environments::status.eq(ValidationStatus::Pending),
                deployment_environments::message.eq(""),
                deployment_environments::revision.eq(deployment_environments::revision + 1),
            ))
            .execute(conn)?;
        Ok(())
    }

    pub(super) fn validation_facts(
        &self,
        conn: &mut Conn,
        environment: Option<&Environment>,
        probe: Option<ProbeFacts>,
    ) -> Result<ValidationFacts, Error> {
        let host = Host::by_id(conn, self.host_id)?;
        let environment = environment.zip(probe).map(|(environment, probe)| EnvironmentFacts {
            probe,
            is_host: environment.id == host.id,
            binding: match environment.bound_host_id {
                None => Binding::Free,
                Some(bound) if bound == host.id => Binding::Here,
                Some(_) => Binding::Elsewhere,
            },
        });
        let (name, region) = (host.environment.name, host.environment.region);
        let host = HostFacts { name, region, allow_cross_region: host.allow_cross_region };
        Ok(ValidationFacts { record: self.name.clone(), kind: self.kind, host, environment })
    }

    // Whether the question is still open; then it stays so for others until the transaction ends.
    fn claim(&self, conn: &mut Conn, revision: i32) -> Result<bool, Error> {
        let open = deployment_environments::table
            .filter(deployment_environments::id.eq(self.id))
            .filter(deployment_environments::revision.eq(revision))
            .filter(deployment_environments::status.eq(ValidationStatus::Pending))
            .filter(deployment_environments::retired_at.is_null());
        Ok(diesel::update(open).set(deployment_environments::revision.eq(revision)).execute(conn)? == 1)
    }

    // The environment, if whoever registered it still may see it.
    fn seen(&self, conn: &mut Conn, environment: Option<Environment>) -> Result<Option<Environment>, Error> {
        let Some(environment) = environment else { return Ok(None) };
        let Some(person) = Person::active(conn, self.registered_by)? else { return Ok(None) };
        Ok(environment.role(conn, &person)?.map(|_| environment))
    }

    fn conclude(
        &self,
        conn: &mut Conn,
        seen: Option<Environment>,
        judged: Result<(), String>,
    ) -> Result<ValidationStatus, Error> {
        let (status, message) = match judged {
            Ok(()) => (ValidationStatus::Success, String::new()),
            Err(message) => (ValidationStatus::Failed, message),
        };
        diesel::update(deployment_environments::table.find(self.id))
            .set((
                deployment_environments::status.eq(status),
                deployment_environments::message.eq(&message),
                deployment_environments::validated_at.eq(db::now()),
                seen.map(|environment| deployment_environments::environment_id.eq(environment.id)),
            ))
            .execute(conn)?;
        let entry = By::sluice().did(Verb::Validate, self.subject()).because(message);
        entry.changed("Validation Status", self.status.label(), status.label()).record(conn)?;
        Ok(status)
    }
}

/// What Sluice itself knows of an environment that would answer a probe.
pub fn known(environment: &Environment) -> ProbeFacts {
    ProbeFacts { region: environment.region.clone(), managed: environment.managed, dataverse: environment.dataverse }
}

// Whether the environment is this host's now: only a free one is taken.
fn bind(conn: &mut Conn, environment: &Environment, host: EnvironmentId) -> Result<bool, Error> {
    let free = environments::bound_host_id.is_null().or(environments::bound_host_id.eq(host));
    let row = environments::table.filter(environments::id.eq(environment.id)).filter(free);
    Ok(diesel::update(row).set(environments::bound_host_id.eq(host)).execute(conn)? == 1)
}
