//! What many people hold on a pipeline, a host or an environment, own and through groups, with where it comes from.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{person::Person, pipeline::Pipeline};
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, GroupId, PersonId},
    rules::{
        access::{Given, Held},
        rights::{Access, EnvironmentRole, HostRole, Right},
    },
    schema::{environment_roles, environments, group_members, groups, host_roles, people, pipelines, shares},
};

/// An active person and what they hold.
#[derive(Debug, Clone)]
pub struct Holder {
    pub person: Person,
    pub held: Held,
    /// The live pipelines of the host that are shared to run with them, by name; of a host only.
    pub to_run: Vec<String>,
}

/// What each person was given of one kind.
pub type Hands<T> = HashMap<PersonId, Vec<Given<T>>>;

// Something that was given, and the person or the group that has it.
type Row<T> = (T, Option<PersonId>, Option<GroupId>);

impl Holder {
    /// Everybody who sees a pipeline, by name.
    pub fn of_pipeline(conn: &mut Conn, pipeline: &Pipeline) -> Result<Vec<Holder>, Error> {
        let given: Vec<Row<Access>> = shares::table
            .filter(shares::pipeline_id.eq(pipeline.id))
            .select((shares::access, shares::person_id, shares::group_id))
            .load(conn)?;
        let (shares, roles) = (deal(conn, given)?, roles_on(conn, pipeline.host_id)?);
        let mut all = holders(conn, roles, shares)?;
        all.retain(|holder| holder.held.right() >= Right::View);
        Ok(all)
    }

    /// Everybody with a role on a host, with all rights there, or with a share that waits for a role, by name.
    pub fn of_host(conn: &mut Conn, host: EnvironmentId) -> Result<Vec<Holder>, Error> {
        let given: Vec<(String, Option<PersonId>, Option<GroupId>)> = shares::table
            .inner_join(pipelines::table)
            .filter(pipelines::host_id.eq(host).and(pipelines::retired_at.is_null()))
            .filter(shares::access.eq(Access::Run))
            .order((pipelines::name_key, pipelines::id))
            .select((pipelines::name, shares::person_id, shares::group_id))
            .load(conn)?;
        let shared = deal(conn, given)?;
        let to_run = |id: PersonId| shared.get(&id).map(|given| named_once(given)).unwrap_or_default();
        let waiting: Hands<Access> = shared.keys().map(|id| (*id, Vec::new())).collect();
        let roles = roles_on(conn, host)?;
        let holders = holders(conn, roles, waiting)?;
        Ok(holders.into_iter().map(|holder| Holder { to_run: to_run(holder.person.id), ..holder }).collect())
    }
}

/// The roles in an environment of everybody who has one.
pub fn roles_in(conn: &mut Conn, environment: EnvironmentId) -> Result<Hands<EnvironmentRole>, Error> {
    let given = environment_roles::table
        .inner_join(environments::table)
        .filter(environments::id.eq(environment))
        .select((environment_roles::role, environment_roles::person_id, environment_roles::group_id))
        .load(conn)?;
    deal(conn, given)
}

fn roles_on(conn: &mut Conn, host: EnvironmentId) -> Result<Hands<HostRole>, Error> {
    let given = host_roles::table
        .filter(host_roles::host_id.eq(host))
        .select((host_roles::role, host_roles::person_id, host_roles::group_id))
        .load(conn)?;
    deal(conn, given)
}

// Deals what was given out to people: the members of a live group have what the group has.
fn deal<T: Clone>(conn: &mut Conn, rows: Vec<Row<T>>) -> Result<Hands<T>, Error> {
    let ids: HashSet<GroupId> = rows.iter().filter_map(|(_, _, group)| *group).collect();
    let members: Vec<(GroupId, String, PersonId)> = group_members::table
        .inner_join(groups::table)
        .filter(groups::retired_at.is_null().and(groups::id.eq_any(ids)))
        .order((groups::name_key, groups::id))
        .select((groups::id, groups::name, group_members::person_id))
        .load(conn)?;
    let mut hands: Hands<T> = HashMap::new();
    for (what, person, group) in rows {
        if let Some(person) = person {
            hands.entry(person).or_default().push(Given { what: what.clone(), through: None });
        }
        for (_, name, member) in members.iter().filter(|(id, ..)| Some(*id) == group) {
            let given = Given { what: what.clone(), through: Some(name.clone()) };
            hands.entry(*member).or_default().push(given);
        }
    }
    Ok(hands)
}

// The active people who have something in their hands, and the system administrators, by name.
fn holders(conn: &mut Conn, mut roles: Hands<HostRole>, mut shares: Hands<Access>) -> Result<Vec<Holder>, Error> {
    let ids: HashSet<PersonId> = roles.keys().chain(shares.keys()).copied().collect();
    let people: Vec<Person> = Person::query()
        .filter(people::active.eq(true))
        .filter(people::system_administrator.eq(true).or(people::id.eq_any(ids)))
        .order((people::name_key, people::id))
        .load(conn)?;
    let holder = |person: Person| {
        let held = Held {
            system_administrator: person.system_administrator,
            roles: roles.remove(&person.id).unwrap_or_default(),
            shares: shares.remove(&person.id).unwrap_or_default(),
        };
        Holder { person, held, to_run: Vec::new() }
    };
    Ok(people.into_iter().map(holder).collect())
}

fn named_once(given: &[Given<String>]) -> Vec<String> {
    let mut names: Vec<String> = given.iter().map(|one| one.what.clone()).collect();
    names.dedup();
    names
}
