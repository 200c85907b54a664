//! Hosts: environments in which Power Platform Pipelines has been installed, and who has which role there.

mod administrators;
mod installation;

pub use administrators::Loss;
pub use installation::Installation;

use diesel::prelude::*;

use super::{
    environment::Environment,
    permit::{Action, Path},
    person::Person,
    principal::groups_of,
    reach::{Named, Reach},
};
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::EnvironmentId,
    rules::rights::HostRole,
    schema::{environments, host_roles, hosts},
};

/// An environment that owns deployment environments, pipelines, roles, shares and run history.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = hosts, base_query = hosts::table.inner_join(environments::table))]
pub struct Host {
    /// The key of its environment too.
    pub id: EnvironmentId,
    pub allow_cross_region: bool,
    pub require_managed: bool,
    #[diesel(embed)]
    pub environment: Environment,
}

impl Host {
    /// The host in this environment.
    pub fn by_id(conn: &mut Conn, id: EnvironmentId) -> Result<Host, Error> {
        Ok(unvaried!(Host::query().filter(hosts::id.eq(id))).first(conn)?)
    }

    /// What people call it: its environment's name.
    pub fn name(&self) -> &str {
        &self.environment.name
    }

    /// The roles that the person has there, own and through groups.
    pub fn roles(&self, conn: &mut Conn, person: &Person) -> Result<Vec<HostRole>, Error> {
        Ok(unvaried!(
            host_roles::table
                .filter(host_roles::host_id.eq(self.id))
                .filter(host_roles::person_id.eq(person.id).or(host_roles::group_id.eq_any(groups_of(person.id))))
                .select(host_roles::role)
        )
        .load(conn)?)
    }
}

/// To configure a host: records, pipelines, shares, roles, settings. Who may not, may not know that it is a host.
pub struct ManageHost;

impl ManageHost {
    const REFUSAL: &str = "This is for Deployment Pipeline Administrators.";
}

impl Action for ManageHost {
    type Subject = Host;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Host, Error> {
        let host = Host::by_id(conn, path.id("host")?)?;
        if who.manages(host.id) { Ok(host) } else { Err(Error::NotFound) }
    }

    fn allows(_: &Person, _: &Host) -> bool {
        true
    }

    fn refusal(_: &Host) -> String {
        ManageHost::REFUSAL.into()
    }
}

/// To see all runs of a host and what it is called, for which what the person was given tells enough.
pub struct SeeHostRuns;

impl Action for SeeHostRuns {
    type Subject = Named<EnvironmentId>;

    fn find(_: &mut Conn, who: &Reach, path: &Path) -> Result<Named<EnvironmentId>, Error> {
        who.managed(path.id("host")?).cloned().ok_or(Error::NotFound)
    }

    fn allows(_: &Person, _: &Named<EnvironmentId>) -> bool {
        true
    }

    fn refusal(_: &Named<EnvironmentId>) -> String {
        ManageHost::REFUSAL.into()
    }
}
