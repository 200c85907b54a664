//! What has been given to a person or a group, from all over the tenant: roles and shares in one list.

use diesel::prelude::*;

use super::{group::Group, principal::Principal};
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, PersonId, PipelineId},
    rules::rights::{Access, EnvironmentRole, HostRole},
    schema::{environment_roles, environments, host_roles, hosts, pipelines, shares},
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

impl Grant {
    /// Everything that a person has been given in live places, own first, then through their groups.
    pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<Grant>, Error> {
        let mut all = Grant::of(conn, Principal::Person(person))?;
        for group in Group::of(conn, person)? {
            let grants = Grant::of(conn, Principal::Group(group.id))?;
            all.extend(grants.into_iter().map(|grant| Grant { through: Some(group.name.clone()), ..grant }));
        }
        Ok(all)
    }

    /// What has been given to a person or a group itself in live places.
    pub fn of(conn: &mut Conn, principal: Principal) -> Result<Vec<Grant>, Error> {
        let mut all = environment_grants(conn, principal)?;
        all.extend(host_grants(conn, principal)?);
        all.extend(share_grants(conn, principal)?);
        Ok(all)
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

fn environment_grants(conn: &mut Conn, principal: Principal) -> Result<Vec<Grant>, Error> {
    let theirs = environment_roles::person_id.eq(principal.person());
    let rows: Vec<(EnvironmentId, String, EnvironmentRole)> = environment_roles::table
        .inner_join(environments::table)
        .filter(theirs.or(environment_roles::group_id.eq(principal.group())))
        .filter(environments::retired_at.is_null())
        .order((environments::name_key, environments::id))
        .select((environments::id, environments::name, environment_roles::role))
        .load(conn)?;
    let grant = |(id, name, role): (_, _, EnvironmentRole)| given(Place::Environment(id), name, role.label());
    Ok(rows.into_iter().map(grant).collect())
}

fn host_grants(conn: &mut Conn, principal: Principal) -> Result<Vec<Grant>, Error> {
    let theirs = host_roles::person_id.eq(principal.person());
    let rows: Vec<(EnvironmentId, String, HostRole)> = host_roles::table
        .inner_join(hosts::table.inner_join(environments::table))
        .filter(theirs.or(host_roles::group_id.eq(principal.group())))
        .filter(environments::retired_at.is_null())
        .order((environments::name_key, environments::id))
        .select((environments::id, environments::name, host_roles::role))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, role)| given(Place::Host(id), name, role.label())).collect())
}

fn share_grants(conn: &mut Conn, principal: Principal) -> Result<Vec<Grant>, Error> {
    let theirs = shares::person_id.eq(principal.person());
    let rows: Vec<(PipelineId, String, Access)> = shares::table
        .inner_join(pipelines::table)
        .filter(theirs.or(shares::group_id.eq(principal.group())))
        .filter(pipelines::retired_at.is_null())
        .order((pipelines::name_key, pipelines::id))
        .select((pipelines::id, pipelines::name, shares::access))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, access)| given(Place::Pipeline(id), name, access.label())).collect())
}

fn given(place: Place, name: String, right: &'static str) -> Grant {
    Grant { place, name, right, through: None }
}
