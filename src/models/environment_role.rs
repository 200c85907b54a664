//! Members of an environment: who has which role in it.

use diesel::prelude::*;

use super::{
    audit::Verb,
    environment::{AdministerEnvironment, Environment},
    permit::Permit,
    principal::{Granted, Named, Principal, granted},
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, GrantId},
    rules::rights::EnvironmentRole,
    schema::environment_roles,
};

/// A role that a person or a group has in an environment.
#[derive(Debug, Clone)]
pub struct Member {
    pub id: GrantId,
    pub named: Named,
    pub role: EnvironmentRole,
    /// False for people who are deactivated: the role waits for them.
    pub active: bool,
}

impl Member {
    /// The members of an environment: groups by name, then people by name.
    pub fn of(conn: &mut Conn, environment: EnvironmentId) -> Result<Vec<Member>, Error> {
        let here = environment_roles::environment_id.eq(environment);
        let all = granted!(conn, environment_roles, role, here).into_iter();
        Ok(all.map(|Granted { id, what: role, named, active }| Member { id, named, role, active }).collect())
    }

    /// The member of an environment whose role has this key.
    pub fn by_id(conn: &mut Conn, environment: EnvironmentId, id: GrantId) -> Result<Member, Error> {
        Member::of(conn, environment)?.into_iter().find(|member| member.id == id).ok_or(Error::NotFound)
    }

    /// Gives a role to a person or a group without one.
    ///
    /// # Errors
    /// A conflict for the field when they have a role there already or are gone.
    pub fn add(
        conn: &mut Conn,
        permit: &Permit<AdministerEnvironment>,
        principal: Principal,
        role: EnvironmentRole,
    ) -> Result<Named, Error> {
        let environment = permit.live(conn)?;
        let named = principal.named(conn)?;
        let inserted = conn.transaction(|conn| {
            diesel::insert_into(environment_roles::table)
                .values((
                    environment_roles::id.eq(GrantId::new()),
                    environment_roles::environment_id.eq(environment.id),
                    environment_roles::person_id.eq(principal.person()),
                    environment_roles::group_id.eq(principal.group()),
                    environment_roles::role.eq(role),
                    environment_roles::created_at.eq(db::now()),
                ))
                .execute(conn)
        });
        match inserted {
            Err(error) if db::is_duplicate(&error, "environment_roles", "environment_id") => {
                return Err(Error::Conflict(format!(
                    "{} has a role in this environment already. Change it in the list.",
                    named.name
                )));
            }
            inserted => inserted?,
        };
        let entry = permit.by().did(Verb::GiveRole, environment.subject());
        entry.set(named.field("Role"), role.label()).record(conn)?;
        Ok(named)
    }

    /// Replaces the role of a member.
    pub fn change(
        conn: &mut Conn,
        permit: &Permit<AdministerEnvironment>,
        id: GrantId,
        role: EnvironmentRole,
    ) -> Result<Member, Error> {
        let (environment, member) = Member::find(conn, permit, id)?;
        diesel::update(environment_roles::table.find(id)).set(environment_roles::role.eq(role)).execute(conn)?;
        let entry = permit.by().did(Verb::ChangeRole, environment.subject());
        entry.changed(member.named.field("Role"), member.role.label(), role.label()).record(conn)?;
        Ok(Member { role, ..member })
    }

    /// Takes the role from a member.
    pub fn remove(conn: &mut Conn, permit: &Permit<AdministerEnvironment>, id: GrantId) -> Result<Member, Error> {
        let (environment, member) = Member::find(conn, permit, id)?;
        diesel::delete(environment_roles::table.find(id)).execute(conn)?;
        let entry = permit.by().did(Verb::RemoveRole, environment.subject());
        entry.cleared(member.named.field("Role"), member.role.label()).record(conn)?;
        Ok(member)
    }

    // Among the members of the permit's environment only: a key of another one's is not found.
    fn find(
        conn: &mut Conn,
        permit: &Permit<AdministerEnvironment>,
        id: GrantId,
    ) -> Result<(Environment, Member), Error> {
        let environment = permit.live(conn)?;
        let member = Member::by_id(conn, environment.id, id)?;
        Ok((environment, member))
    }
}
