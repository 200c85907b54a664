//! Reaches: all that a person was given anywhere, read at once, so that pages need not ask for each place.

use std::{collections::BTreeSet, ops::Deref, sync::Arc};

use chrono::NaiveDateTime;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};

use super::person::Person;
use crate::{
    db::{Conn, number, union_all, unvaried},
    error::Error,
    id::{EnvironmentId, PipelineId},
    rules::rights::{Access, EnvironmentRole, HostRole, Standing},
    schema::{environment_roles, environments, group_members, groups, host_roles, hosts, pipelines, shares},
};

/// A person and all that they were given, own and through groups, as it stands in one transaction. Reads as the person.
#[derive(Debug, Clone)]
pub struct Reach {
    person: Person,
    given: Arc<All>,
}

/// All that a person was given.
#[derive(Debug, Default)]
struct All {
    environments: Vec<Given<EnvironmentId, EnvironmentRole>>,
    hosts: Vec<Given<EnvironmentId, HostRole>>,
    shares: Vec<(PipelineId, Access)>,
    /// The pipelines of the shares and of the hosts that are administered; none for system administrators, who see all.
    seen: Arc<BTreeSet<PipelineId>>,
}

/// A role that was given, and where: in an environment or on a host.
#[derive(Debug, Clone)]
struct Given<K, V> {
    at: Named<K>,
    what: V,
}

/// A place with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<K> {
    pub id: K,
    pub name: String,
    pub live: bool,
}

/// Of which kind it is, the key and name of the place, what was given there, and whether the place is live. Shares stand
/// together in place of the key, each as that of its pipeline and what was given; and so do the pipelines of hosts.
type Line = (i32, String, String, String, bool);

impl Deref for Reach {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

impl Reach {
    /// All that the person was given. System administrators need not be given anything: of them only the hosts are read,
    /// which they administer all.
    pub fn of(conn: &mut Conn, person: Person) -> Result<Reach, Error> {
        let given = conn.kept(format!("reach of {}", person.id), |conn| All::of(conn, &person).map(Some))?;
        Ok(Reach { person, given: given.unwrap_or_default() })
    }

    /// The person alone.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The highest role in an environment.
    pub fn role_in(&self, environment: EnvironmentId) -> Option<EnvironmentRole> {
        if self.system_administrator {
            return Some(EnvironmentRole::SystemAdministrator);
        }
        self.given.environments.iter().filter(|given| given.at.id == environment).map(|given| given.what).max()
    }

    /// The live environments with at least this role, by name; none for system administrators, who have it in all.
    pub fn environments(&self, role: EnvironmentRole) -> Vec<&Named<EnvironmentId>> {
        by_name(self.given.environments.iter().filter(|given| given.what >= role && given.at.live))
    }

    /// Whether any live environment is administered.
    pub fn administers_environments(&self) -> bool {
        self.system_administrator || !self.environments(EnvironmentRole::SystemAdministrator).is_empty()
    }

    /// The live hosts that are administered, by name.
    pub fn hosts(&self) -> Vec<&Named<EnvironmentId>> {
        by_name(self.given.hosts.iter().filter(|given| given.what == HostRole::Administrator && given.at.live))
    }

    /// Whether the host is administered, live or retired.
    pub fn manages(&self, host: EnvironmentId) -> bool {
        self.system_administrator || self.roles_on(host).contains(&HostRole::Administrator)
    }

    /// A host, live or retired, where it is administered.
    pub fn managed(&self, host: EnvironmentId) -> Option<&Named<EnvironmentId>> {
        self.given
            .hosts
            .iter()
            .find(|given| given.at.id == host && given.what == HostRole::Administrator)
            .map(|given| &given.at)
    }

    /// Whether there is any role on the host.
    pub fn has_role_on(&self, host: EnvironmentId) -> bool {
        self.manages(host) || !self.roles_on(host).is_empty()
    }

    /// The pipelines that are shared, and those of the hosts that are administered, retired ones too; none for system
    /// administrators, who see all.
    pub fn seen(&self) -> &Arc<BTreeSet<PipelineId>> {
        &self.given.seen
    }

    /// All that was given on a pipeline and on its host.
    pub fn standing(&self, host: EnvironmentId, pipeline: PipelineId) -> Standing {
        let shares = self.given.shares.iter().filter(|(shared, _)| *shared == pipeline).map(|(_, access)| *access);
        Standing {
            system_administrator: self.system_administrator,
            roles: if self.system_administrator { Vec::new() } else { self.roles_on(host) },
            shares: shares.collect(),
        }
    }

    fn roles_on(&self, host: EnvironmentId) -> Vec<HostRole> {
        self.given.hosts.iter().filter(|given| given.at.id == host).map(|given| given.what).collect()
    }
}

impl All {
    fn of(conn: &mut Conn, person: &Person) -> Result<All, Error> {
        if person.system_administrator {
            return Ok(All { hosts: all_hosts(conn)?, ..All::default() });
        }
        let mut all = All::default();
        given(conn, person)?.into_iter().try_for_each(|line| all.take(line))?;
        Ok(all)
    }

    fn take(&mut self, (kind, id, name, what, live): Line) -> Result<(), Error> {
        let seen = Arc::make_mut(&mut self.seen);
        match kind {
            ENVIRONMENT => self.environments.push(read(&id, name, &what, live)?),
            HOST => self.hosts.push(read(&id, name, &what, live)?),
            OF_HOSTS => {
                for pipeline in id.split_whitespace() {
                    seen.insert(key(pipeline)?);
                }
            }
            _ => {
                for share in id.split_whitespace() {
                    let (pipeline, access) = share.split_once('=').unwrap_or_default();
                    let pipeline = key(pipeline)?;
                    seen.insert(pipeline);
                    self.shares.push((pipeline, given_as(access)?));
                }
            }
        }
        Ok(())
    }
}

const ENVIRONMENT: i32 = 0;
const HOST: i32 = 1;
const OF_HOSTS: i32 = 2;
const SHARES: i32 = 3;

fn read<K: std::str::FromStr, V: std::str::FromStr>(
    id: &str,
    name: String,
    what: &str,
    live: bool,
) -> Result<Given<K, V>, Error> {
    Ok(Given { at: Named { id: key(id)?, name, live }, what: given_as(what)? })
}

fn key<K: std::str::FromStr>(id: &str) -> Result<K, Error> {
    id.parse().map_err(|_| Error::internal(format!("{id:?} is no key")))
}

fn given_as<V: std::str::FromStr>(what: &str) -> Result<V, Error> {
    what.parse().map_err(|_| Error::internal(format!("{what:?} is nothing that can be given")))
}

fn by_name<'a, K: Ord + Copy + 'a, V: 'a>(given: impl Iterator<Item = &'a Given<K, V>>) -> Vec<&'a Named<K>> {
    let mut all: Vec<_> = given.map(|given| &given.at).collect();
    all.sort_by_cached_key(|at| (crate::db::fold(&at.name), at.id));
    all.dedup_by_key(|at| at.id);
    all
}

fn all_hosts(conn: &mut Conn) -> Result<Vec<Given<EnvironmentId, HostRole>>, Error> {
    let hosts = hosts::table.inner_join(environments::table);
    let all: Vec<(EnvironmentId, String, Option<NaiveDateTime>)> =
        unvaried!(hosts.select((hosts::id, environments::name, environments::retired_at))).load(conn)?;
    let given = |(id, name, retired_at): (_, _, Option<NaiveDateTime>)| Given {
        at: Named { id, name, live: retired_at.is_none() },
        what: HostRole::Administrator,
    };
    Ok(all.into_iter().map(given).collect())
}

// What they were given themselves and what through groups are asked for apart: each is found by an index, where "one or
// the other" is looked for twice and put together.
fn given(conn: &mut Conn, person: &Person) -> Result<Vec<Line>, Error> {
    let id = person.id;
    macro_rules! lines {
        ($grants:ident $(at $there:expr)?, $line:expr) => {
            union_all(
                $grants::table$(.inner_join($there))?.filter($grants::person_id.eq(id)).select($line),
                group_members::table
                    .inner_join(groups::table)
                    .inner_join($grants::table.on($grants::group_id.eq(group_members::group_id.nullable())))
                    $(.inner_join($there))?
                    .filter(group_members::person_id.eq(id))
                    .filter(groups::retired_at.is_null())
                    .select($line),
            )
        };
    }
    let in_environments = lines!(
        environment_roles at environments::table.on(environments::id.eq(environment_roles::environment_id)),
        (
            number(ENVIRONMENT),
            environments::id,
            environments::name,
            environment_roles::role,
            environments::retired_at.is_null(),
        )
    );
    let on_hosts = lines!(
        host_roles at environments::table.on(environments::id.eq(host_roles::host_id)),
        (number(HOST), host_roles::host_id, environments::name, host_roles::role, environments::retired_at.is_null())
    );
    // Of pipelines there may be many: they come as one text, as rows of their own would take longer than to find them.
    let together = |each: &str| sql::<Text>(&format!("coalesce(string_agg({each}, ' '), '')"));
    macro_rules! texts {
        ($kind:ident, $each:literal) => {
            (number($kind), together($each), sql::<Text>("''"), sql::<Text>("''"), sql::<Bool>("TRUE"))
        };
    }
    let of_hosts = lines!(
        host_roles at pipelines::table.on(
            pipelines::host_id.eq(host_roles::host_id).and(host_roles::role.eq(HostRole::Administrator))
        ),
        texts!(OF_HOSTS, "pipelines.id")
    );
    let shared = lines!(shares, texts!(SHARES, "shares.pipeline_id || '=' || shares.access"));
    Ok(unvaried!(union_all(in_environments, on_hosts).union_all(of_hosts).union_all(shared)).load(conn)?)
}
