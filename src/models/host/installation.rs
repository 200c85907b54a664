//! Power Platform Pipelines in an environment: what makes it a host.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Host;
use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, GrantId},
    models::{
        audit::Verb,
        environment::{AdministerEnvironment, Environment},
        permit::Permit,
    },
    rules::rights::HostRole,
    schema::{host_roles, hosts, people},
};

impl Host {
    /// The environment as it is now, where Power Platform Pipelines can be installed in it.
    ///
    /// # Errors
    /// A conflict when the environment has no Dataverse database, is a host already, or is retired.
    pub fn installable(conn: &mut Conn, permit: &Permit<AdministerEnvironment>) -> Result<Environment, Error> {
        let environment = permit.live(conn)?;
        if !environment.dataverse {
            let name = &environment.name;
            return Err(Error::Conflict(format!("{name} has no Dataverse database. Add one with Edit, then install.")));
        }
        match Installation::of(conn, environment.id)? {
            None => Ok(environment),
            Some(_) => Err(installed(&environment)),
        }
    }

    /// Installs Power Platform Pipelines in an environment, with the installer as its first administrator.
    ///
    /// # Errors
    /// A conflict when it cannot be installed there.
    pub fn install(conn: &mut Conn, permit: &Permit<AdministerEnvironment>) -> Result<Host, Error> {
        let environment = Host::installable(conn, permit)?;
        let inserted = conn.transaction(|conn| {
            diesel::insert_into(hosts::table)
                .values((
                    hosts::id.eq(environment.id),
                    hosts::allow_cross_region.eq(false),
                    hosts::require_managed.eq(false),
                    hosts::installed_by.eq(permit.person().id),
                    hosts::installed_at.eq(db::now()),
                ))
                .execute(conn)
        });
        match inserted {
            Err(error) if db::is_duplicate(&error, "hosts", "id") => return Err(installed(&environment)),
            inserted => inserted?,
        };
        diesel::insert_into(host_roles::table)
            .values((
                host_roles::id.eq(GrantId::new()),
                host_roles::host_id.eq(environment.id),
                host_roles::person_id.eq(permit.person().id),
                host_roles::role.eq(HostRole::Administrator),
                host_roles::created_at.eq(db::now()),
            ))
            .execute(conn)?;
        let entry = permit.by().did(Verb::InstallPipelines, environment.subject());
        let role = format!("Role of {}", permit.person().name);
        entry.set(role, HostRole::Administrator.label()).record(conn)?;
        Host::by_id(conn, environment.id)
    }

    /// The keys of all environments that are hosts.
    pub fn ids(conn: &mut Conn) -> Result<Vec<EnvironmentId>, Error> {
        Ok(hosts::table.select(hosts::id).load(conn)?)
    }
}

fn installed(environment: &Environment) -> Error {
    Error::Conflict(format!("Power Platform Pipelines is installed in {} already.", environment.name))
}

/// Who made an environment a host, and when.
#[derive(Debug, Clone)]
pub struct Installation {
    pub by: String,
    pub at: NaiveDateTime,
}

impl Installation {
    /// That of an environment; none when it is no host.
    pub fn of(conn: &mut Conn, id: EnvironmentId) -> Result<Option<Installation>, Error> {
        let found: Option<(String, NaiveDateTime)> = hosts::table
            .inner_join(people::table)
            .filter(hosts::id.eq(id))
            .select((people::name, hosts::installed_at))
            .first(conn)
            .optional()?;
        Ok(found.map(|(by, at)| Installation { by, at }))
    }
}
