//! Hands: what was given on a host, on a pipeline and in environments, as it reaches people, with where it comes from.

use std::{collections::HashMap, str::FromStr};

use diesel::prelude::*;

use super::pipeline::Pipeline;
use crate::{
    db::{Conn, among, fold, number, union_all, unvaried},
    error::Error,
    id::{EnvironmentId, GroupId, PersonId},
    rules::{
        access::Given,
        rights::{Access, EnvironmentRole, HostRole},
    },
    schema::{environment_roles, environments, group_members, groups, host_roles, pipelines, shares},
};

/// What each person was given of one kind, own and as a member of live groups.
pub type Hands<T> = HashMap<PersonId, Vec<Given<T>>>;

/// All that was given in some places.
#[derive(Debug, Default)]
pub struct Dealt {
    /// The roles on the host.
    pub roles: Hands<HostRole>,
    /// The shares of the pipeline.
    pub shares: Hands<Access>,
    /// The live pipelines of the host that are shared to run, by name.
    pub to_run: Hands<String>,
    /// The roles on the host that groups have themselves, with or without members.
    pub of_groups: HashMap<GroupId, Vec<HostRole>>,
    /// The environments that were asked for.
    pub environments: HashMap<EnvironmentId, Populated>,
}

/// An environment and the roles in it.
#[derive(Debug, Default)]
pub struct Populated {
    pub name: String,
    pub roles: Hands<EnvironmentRole>,
}

/// Something that was given to a person or to a group, with one of the group's members.
#[derive(Queryable)]
struct Line {
    kind: i32,
    at: String,
    /// What the place is called, where that matters.
    name: String,
    /// None for an environment in which nobody has a role.
    what: Option<String>,
    person: Option<PersonId>,
    group: Option<GroupId>,
    through: Option<String>,
    member: Option<PersonId>,
}

const ROLE: i32 = 0;
const SHARE: i32 = 1;
const TO_RUN: i32 = 2;
const ENVIRONMENT: i32 = 3;

/// What was given in one kind of place, as lines.
macro_rules! lines {
    ($kind:expr, $from:expr, $grants:ident, $at:expr, $name:expr, $what:expr) => {
        $from
            .left_join(groups::table.on(groups::id.nullable().eq($grants::group_id)))
            .left_join(group_members::table.on(group_members::group_id.nullable().eq($grants::group_id)))
            .filter(groups::retired_at.is_null())
            .select((
                number($kind),
                $at,
                $name,
                $what.nullable(),
                $grants::person_id.nullable(),
                $grants::group_id.nullable(),
                groups::name.nullable(),
                group_members::person_id.nullable(),
            ))
    };
}

/// The roles on a host, as lines.
macro_rules! roles_on {
    ($host:expr) => {
        lines!(ROLE, host_roles::table, host_roles, host_roles::host_id, host_roles::host_id, host_roles::role)
            .filter(host_roles::host_id.eq($host))
    };
}

impl Dealt {
    /// What was given on a pipeline, on its host and in these environments.
    pub fn on_pipeline(conn: &mut Conn, pipeline: &Pipeline, at: &[EnvironmentId]) -> Result<Dealt, Error> {
        let shares = lines!(SHARE, shares::table, shares, shares::pipeline_id, shares::pipeline_id, shares::access);
        let in_environments = lines!(
            ENVIRONMENT,
            environments::table.left_join(environment_roles::table),
            environment_roles,
            environments::id,
            environments::name,
            environment_roles::role
        );
        let all = union_all(roles_on!(pipeline.host_id), shares.filter(shares::pipeline_id.eq(pipeline.id)))
            .union_all(in_environments.filter(among(environments::id, at)));
        let lines: Vec<Line> = unvaried!(all).load(conn)?;
        Dealt::of(lines)
    }

    /// What was given on a host, and the shares of its pipelines that wait for a role there.
    pub fn on_host(conn: &mut Conn, host: EnvironmentId) -> Result<Dealt, Error> {
        let to_run = lines!(
            TO_RUN,
            shares::table.inner_join(pipelines::table),
            shares,
            shares::pipeline_id,
            pipelines::name,
            shares::access
        );
        let to_run = to_run
            .filter(pipelines::host_id.eq(host).and(pipelines::retired_at.is_null()))
            .filter(shares::access.eq(Access::Run));
        let lines: Vec<Line> = unvaried!(union_all(roles_on!(host), to_run)).load(conn)?;
        Dealt::of(lines)
    }

    fn of(mut lines: Vec<Line>) -> Result<Dealt, Error> {
        // One's own before what groups have, by their names; pipelines by theirs.
        lines.sort_by_cached_key(|line| (line.through.as_deref().map(fold), fold(&line.name)));
        let mut dealt = Dealt::default();
        lines.into_iter().try_for_each(|line| dealt.take(line))?;
        Ok(dealt)
    }

    fn take(&mut self, line: Line) -> Result<(), Error> {
        match line.kind {
            ROLE => {
                if let (Some(group), Some(what)) = (line.group, &line.what) {
                    let (roles, role) = (self.of_groups.entry(group).or_default(), read(what)?);
                    if !roles.contains(&role) {
                        roles.push(role);
                    }
                }
                line.deal(&mut self.roles)
            }
            SHARE => line.deal(&mut self.shares),
            ENVIRONMENT => {
                let here = self.environments.entry(read(&line.at)?).or_default();
                here.name.clone_from(&line.name);
                line.deal(&mut here.roles)
            }
            _ => Line { what: Some(line.name.clone()), ..line }.deal(&mut self.to_run),
        }
    }
}

impl Line {
    fn deal<T: FromStr>(self, hands: &mut Hands<T>) -> Result<(), Error> {
        if let (Some(person), Some(what)) = (self.person.or(self.member), &self.what) {
            hands.entry(person).or_default().push(Given { what: read(what)?, through: self.through });
        }
        Ok(())
    }
}

fn read<T: FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::internal(format!("{text:?} is nothing that can be given, nor a place for it")))
}
