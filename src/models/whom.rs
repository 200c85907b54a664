//! Whom to ask: some who administer hosts and environments, by name, read together.

use std::collections::BTreeSet;

use diesel::{dsl::sql, prelude::*, sql_types::Text};

use super::environment::Environment;
use crate::{
    db::{Conn, among, union_all, unvaried},
    error::Error,
    id::EnvironmentId,
    rules::rights::{EnvironmentRole, HostRole},
    schema::{environment_roles, environments, group_members, groups, host_roles, hosts, people},
};

/// How many are named of each place.
const NAMED: usize = 2;

/// Who administers a host and environments, of whom somebody needs something.
#[derive(Debug, Clone, Default)]
pub struct Whom(Vec<Line>);

// What is administered, and by whom: the name as it is sorted, and as it is.
type Line = (String, EnvironmentId, String, String);

const ENVIRONMENT: &str = "environment";
const HOST: &str = "host";

impl Whom {
    /// Who administers these hosts and these environments.
    pub fn of(conn: &mut Conn, at: &[EnvironmentId], in_environments: &[EnvironmentId]) -> Result<Whom, Error> {
        let on_hosts = host_roles::table
            .inner_join(hosts::table.inner_join(environments::table))
            .filter(environments::retired_at.is_null().and(among(hosts::id, at)))
            .filter(host_roles::role.eq(HostRole::Administrator));
        let there = environment_roles::table
            .filter(among(environment_roles::environment_id, in_environments))
            .filter(environment_roles::role.eq(EnvironmentRole::SystemAdministrator));
        let members = groups::table.inner_join(group_members::table.inner_join(people::table));
        let active = people::active.eq(true);
        let of_groups = groups::retired_at.is_null().and(active);
        let on_host = (sql::<Text>("'host'"), hosts::id, people::name, people::name);
        let in_environment =
            (sql::<Text>("'environment'"), environment_roles::environment_id, people::name_key, people::name);
        let names = union_all(
            on_hosts.clone().inner_join(people::table).filter(active).select(on_host.clone()),
            on_hosts.inner_join(members).filter(of_groups).select(on_host),
        );
        let names = names
            .union_all(there.clone().inner_join(people::table).filter(active).select(in_environment.clone()))
            .union_all(there.inner_join(members).filter(of_groups).select(in_environment));
        Ok(Whom(unvaried!(names).load(conn)?))
    }

    /// Two of those who administer a host.
    pub fn on_host(&self, id: EnvironmentId) -> Vec<String> {
        self.first(HOST, id)
    }

    /// Two of the active System Administrators of an environment; system administrators, who are it everywhere, are not
    /// counted.
    pub fn in_environment(&self, id: EnvironmentId) -> Vec<String> {
        self.first(ENVIRONMENT, id)
    }

    fn first(&self, kind: &str, at: EnvironmentId) -> Vec<String> {
        let there = self.0.iter().filter(|(known, id, ..)| known == kind && *id == at);
        let names: BTreeSet<_> = there.map(|(_, _, key, name)| (key, name)).collect();
        names.into_iter().take(NAMED).map(|(_, name)| name.clone()).collect()
    }
}

impl Environment {
    /// Two of its active System Administrators, by name; system administrators, who are it everywhere, are not counted.
    pub fn administrators(conn: &mut Conn, id: EnvironmentId) -> Result<Vec<String>, Error> {
        Ok(Whom::of(conn, &[], &[id])?.in_environment(id))
    }
}
