//! Who administers the hosts, and that somebody always does.

use diesel::prelude::*;

use super::Host;
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, GrantId, GroupId, PersonId},
    models::tenant::Tenant,
    rules::rights::HostRole,
    schema::{environments, group_members, groups, host_roles, hosts, people},
};

/// What is about to be taken away, and from all hosts that it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// A role on a host.
    Role(GrantId),
    /// A person's place in a group.
    Member(GroupId, PersonId),
    /// A whole group.
    Group(GroupId),
    /// A person's account.
    Person(PersonId),
}

/// One way in which an active person administers a live host: by a role of their own, or by that of a group.
struct Hold {
    host: EnvironmentId,
    name: String,
    role: GrantId,
    person: PersonId,
    group: Option<GroupId>,
}

impl Hold {
    fn ends_with(&self, loss: Loss) -> bool {
        match loss {
            Loss::Role(role) => self.role == role,
            Loss::Member(group, person) => self.group == Some(group) && self.person == person,
            Loss::Group(group) => self.group == Some(group),
            Loss::Person(person) => self.person == person,
        }
    }
}

impl Host {
    /// Goes on only if every host that somebody active administers still has such a person after the loss, until the
    /// transaction ends; `who` is the person or group that loses.
    ///
    /// # Errors
    /// A conflict that names the hosts, as [`Host::left_alone`] says it.
    pub fn keep_administrators(conn: &mut Conn, loss: Loss, who: &str) -> Result<(), Error> {
        // Two who remove each other at once must not both succeed.
        Tenant::queue_up(conn)?;
        match Host::left_alone(conn, loss, who)? {
            Some(why) => Err(Error::Conflict(why)),
            None => Ok(()),
        }
    }

    /// Which hosts nobody would administer after the loss, and what to do first; none where all keep somebody.
    pub fn left_alone(conn: &mut Conn, loss: Loss, who: &str) -> Result<Option<String>, Error> {
        let hosts = Host::ids(conn)?;
        let holds = holds(conn, &hosts)?;
        let stays = |host| holds.iter().any(|hold| hold.host == host && !hold.ends_with(loss));
        let mut alone: Vec<&Hold> = holds.iter().filter(|hold| hold.ends_with(loss) && !stays(hold.host)).collect();
        alone.sort_by(|one, other| (&one.name, one.host).cmp(&(&other.name, other.host)));
        alone.dedup_by_key(|hold| hold.host);
        let names: Vec<&str> = alone.iter().map(|hold| hold.name.as_str()).collect();
        if names.is_empty() {
            return Ok(None);
        }
        Ok(Some(format!(
            "Without {who} nobody would be left to administer {}. Give Deployment Pipeline Administrator there to \
             somebody else first, under Configuration, Security.",
            names.join(" and ")
        )))
    }
}

fn holds(conn: &mut Conn, at: &[EnvironmentId]) -> Result<Vec<Hold>, Error> {
    let live = host_roles::table
        .inner_join(hosts::table.inner_join(environments::table))
        .filter(environments::retired_at.is_null().and(hosts::id.eq_any(at)))
        .filter(host_roles::role.eq(HostRole::Administrator));
    let own: Vec<(EnvironmentId, String, GrantId, PersonId)> = live
        .clone()
        .inner_join(people::table)
        .filter(people::active.eq(true))
        .select((hosts::id, environments::name, host_roles::id, people::id))
        .load(conn)?;
    let of_groups: Vec<(EnvironmentId, String, GrantId, PersonId, GroupId)> = live
        .inner_join(groups::table.inner_join(group_members::table.inner_join(people::table)))
        .filter(groups::retired_at.is_null().and(people::active.eq(true)))
        .select((hosts::id, environments::name, host_roles::id, people::id, groups::id))
        .load(conn)?;
    let hold = |(host, name, role, person), group| Hold { host, name, role, person, group };
    let own = own.into_iter().map(|own| hold(own, None));
    let of_groups = of_groups.into_iter();
    let of_groups = of_groups.map(|(host, name, role, person, group)| hold((host, name, role, person), Some(group)));
    Ok(own.chain(of_groups).collect())
}
