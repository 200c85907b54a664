//! Force Link: taking an environment over from the host that it is bound to.

use diesel::prelude::*;

use super::{DeploymentEnvironment, ForceLink, known, lock_environment};
use crate::{
    db::{self, Conn},
    error::Error,
    models::{
        audit::{By, Verb},
        host::Host,
        permit::Permit,
    },
    rules::{
        stages::ValidationStatus,
        validation::{self, Binding},
    },
    schema::{deployment_environments, environments},
};

impl DeploymentEnvironment {
    /// Binds the environment to this record's host; the other host's record says at once that it lost it, and this one
    /// is validated anew.
    ///
    /// # Errors
    /// A conflict where no other host has it, or where the validation would fail for another reason.
    pub fn force_link(conn: &mut Conn, permit: &Permit<ForceLink>) -> Result<(), Error> {
        let environment = lock_environment(conn, permit)?.ok_or(Error::Conflict(validation::not_found()))?;
        let record = DeploymentEnvironment::lock(conn, permit.id)?;
        let Some(loser) = environment.bound_host_id.filter(|bound| *bound != record.host_id) else {
            let name = &record.name;
            return Err(Error::Conflict(format!("{name} is not bound to another host. Select Refresh instead.")));
        };
        let mut facts = record.validation_facts(conn, Some(&environment), Some(known(&environment)))?;
        if let Some(facts) = &mut facts.environment {
            facts.binding = Binding::Here;
        }
        validation::validate(&facts).map_err(Error::Conflict)?;
        diesel::update(environments::table.find(environment.id))
            .set(environments::bound_host_id.eq(record.host_id))
            .execute(conn)?;
        let lost = DeploymentEnvironment::query()
            .filter(deployment_environments::host_id.eq(loser))
            .filter(deployment_environments::environment_guid.eq(&record.environment_guid))
            .filter(deployment_environments::retired_at.is_null());
        for lost in lost.load::<DeploymentEnvironment>(conn)? {
            lost.lose(conn, &permit.by())?;
        }
        diesel::update(deployment_environments::table.find(record.id))
            .set(deployment_environments::registered_by.eq(permit.person().id))
            .execute(conn)?;
        record.ask_again(conn)?;
        let (from, to) = (Host::by_id(conn, loser)?, Host::by_id(conn, record.host_id)?);
        permit.by().did(Verb::ForceLink, record.subject()).changed("Host", from.name(), to.name()).record(conn)
    }

    fn lose(&self, conn: &mut Conn, by: &By) -> Result<(), Error> {
        diesel::update(deployment_environments::table.find(self.id))
            .set((
                deployment_environments::status.eq(ValidationStatus::Failed),
                deployment_environments::message.eq(validation::taken_over(&self.name)),
                deployment_environments::revision.eq(deployment_environments::revision + 1),
                deployment_environments::validated_at.eq(db::now()),
            ))
            .execute(conn)?;
        let entry = by.did(Verb::Lose, self.subject()).because("Taken over with Force Link.");
        entry.changed("Validation Status", self.status.label(), ValidationStatus::Failed.label()).record(conn)
    }
}
