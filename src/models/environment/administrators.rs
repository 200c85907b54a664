//! Who administers an environment, for those who need something of them.

use diesel::prelude::*;

use super::Environment;
use crate::{
    db::Conn,
    error::Error,
    id::EnvironmentId,
    rules::rights::EnvironmentRole,
    schema::{environment_roles, group_members, groups, people},
};

impl Environment {
    /// Two of its active System Administrators, by name; system administrators, who are it everywhere, are not counted.
    pub fn administrators(conn: &mut Conn, id: EnvironmentId) -> Result<Vec<String>, Error> {
        let here = environment_roles::table
            .filter(environment_roles::environment_id.eq(id))
            .filter(environment_roles::role.eq(EnvironmentRole::SystemAdministrator));
        let mut all: Vec<(String, String)> = here
            .inner_join(people::table)
            .filter(people::active.eq(true))
            .order((people::name_key, people::id))
            .limit(2)
            .select((people::name_key, people::name))
            .load(conn)?;
        let of_groups: Vec<(String, String)> = here
            .inner_join(groups::table.inner_join(group_members::table.inner_join(people::table)))
            .filter(groups::retired_at.is_null().and(people::active.eq(true)))
            .order((people::name_key, people::id))
            .limit(2)
            .select((people::name_key, people::name))
            .load(conn)?;
        all.extend(of_groups);
        all.sort();
        all.dedup();
        all.truncate(2);
        Ok(all.into_iter().map(|(_, name)| name).collect())
    }
}
