//! What has been given to a person or a group, from all over the tenant: roles and shares in one list.

use std::str::FromStr;

use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    prelude::*,
    sql_types::{Nullable, Text},
};

use crate::{
    db::{Conn, fold, number, union_all, unvaried},
    error::Error,
    id::{EnvironmentId, GroupId, PersonId, PipelineId},
    rules::rights::{Access, EnvironmentRole, HostRole},
    schema::{environment_roles, environments, group_members, groups, host_roles, pipelines, shares},
};

/// Where something is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Environment(EnvironmentId),
    Host(EnvironmentId),
    Pipeline(PipelineId),
}

/// A role or a share.
#[derive(Debug, Clone)]
pub struct Grant {
    pub place: Place,
    /// What the place is called.
    pub name: String,
    /// The role, or the access of a share.
    pub right: &'static str,
    /// The group through which a person has it; none for their own.
    pub through: Option<String>,
}

/// Of which kind the place is, its key and name, what was given there, and the group through which.
type Line = (i32, String, String, String, Option<String>);

const ENVIRONMENT: i32 = 0;
const HOST: i32 = 1;
const PIPELINE: i32 = 2;

/// Rows of what was given, as lines of the live places where that was, with the group through which.
macro_rules! lines {
    (environment_roles, $rows:expr, $group:expr) => {
        lines!(ENVIRONMENT, environments, environment_roles::environment_id, environment_roles::role, $rows, $group)
    };
    (host_roles, $rows:expr, $group:expr) => {
        lines!(HOST, environments, host_roles::host_id, host_roles::role, $rows, $group)
    };
    (shares, $rows:expr, $group:expr) => {
        lines!(PIPELINE, pipelines, shares::pipeline_id, shares::access, $rows, $group)
    };
    ($kind:expr, $places:ident, $at:expr, $what:expr, $rows:expr, $group:expr) => {
        $rows.inner_join($places::table.on($places::id.eq($at))).filter($places::retired_at.is_null()).select((
            number($kind),
            $places::id,
            $places::name,
            $what,
            $group,
        ))
    };
}

impl Grant {
    /// Everything that a person has been given in live places, own first, then through their groups.
    pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<Grant>, Error> {
        macro_rules! theirs {
            ($grants:ident) => {{
                let own = $grants::table.filter($grants::person_id.eq(person));
                let memberships = group_members::table
                    .inner_join(groups::table)
                    .filter(group_members::person_id.eq(person).and(groups::retired_at.is_null()));
                let of_groups =
                    memberships.inner_join($grants::table.on($grants::group_id.eq(group_members::group_id.nullable())));
                union_all(lines!($grants, own, nobody()), lines!($grants, of_groups, groups::name.nullable()))
            }};
        }
        let all = union_all(theirs!(environment_roles), theirs!(host_roles)).union_all(theirs!(shares));
        let lines = unvaried!(all).load::<Line>(conn)?;
        Grant::in_order(lines)
    }

    /// What has been given to a group in live places.
    pub fn of_group(conn: &mut Conn, group: GroupId) -> Result<Vec<Grant>, Error> {
        macro_rules! theirs {
            ($grants:ident) => {
                lines!($grants, $grants::table.filter($grants::group_id.eq(group)), nobody())
            };
        }
        let all = union_all(theirs!(environment_roles), theirs!(host_roles)).union_all(theirs!(shares));
        let lines = unvaried!(all).load::<Line>(conn)?;
        Grant::in_order(lines)
    }

    // Own ones first, then by group; environments, hosts, pipelines, each by name.
    fn in_order(mut lines: Vec<Line>) -> Result<Vec<Grant>, Error> {
        lines.sort_by_cached_key(|(kind, id, name, _, group)| {
            (group.as_deref().map(fold), *kind, fold(name), id.clone())
        });
        lines.into_iter().map(Grant::read).collect()
    }

    fn read((kind, id, name, what, through): Line) -> Result<Grant, Error> {
        let (place, right) = match kind {
            ENVIRONMENT => (Place::Environment(parsed(&id)?), parsed::<EnvironmentRole>(&what)?.label()),
            HOST => (Place::Host(parsed(&id)?), parsed::<HostRole>(&what)?.label()),
            _ => (Place::Pipeline(parsed(&id)?), parsed::<Access>(&what)?.label()),
        };
        Ok(Grant { place, name, right, through })
    }

    /// The noun of the place.
    pub fn kind(&self) -> &'static str {
        match self.place {
            Place::Environment(_) => "Environment",
            Place::Host(_) => "Host",
            Place::Pipeline(_) => "Pipeline",
        }
    }

    /// What the audit log calls it: *Role in the environment Contoso QA*.
    pub fn field(&self) -> String {
        let name = &self.name;
        match self.place {
            Place::Environment(_) => format!("Role in the environment {name}"),
            Place::Host(_) => format!("Role on the host {name}"),
            Place::Pipeline(_) => format!("Share of the pipeline {name}"),
        }
    }
}

fn nobody() -> SqlLiteral<Nullable<Text>> {
    sql("NULL")
}

fn parsed<T: FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::internal(format!("{text:?} is nothing that is given, nor a place for it")))
}
