//! Who has which role on a host.

use diesel::prelude::*;

use super::{
    audit::Verb,
    host::{Host, Loss, ManageHost},
    permit::Permit,
    principal::{Granted, Named, Principal, granted},
    problem::{Attempt, problem},
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, GrantId},
    rules::rights::HostRole,
    schema::host_roles,
};

/// A role on a host that a person or a group has.
#[derive(Debug, Clone)]
pub struct RoleHolder {
    pub id: GrantId,
    pub named: Named,
    pub role: HostRole,
    /// False for people who are deactivated: the role waits for them.
    pub active: bool,
}

impl RoleHolder {
    /// Everybody with a role on the host: groups by name, then people by name.
    pub fn of(conn: &mut Conn, host: EnvironmentId) -> Result<Vec<RoleHolder>, Error> {
        let all = granted!(conn, host_roles, role, host_roles::host_id.eq(host)).into_iter();
        Ok(all.map(|Granted { id, what: role, named, active }| RoleHolder { id, named, role, active }).collect())
    }

    /// The holder with this key on the host.
    pub fn by_id(conn: &mut Conn, host: EnvironmentId, id: GrantId) -> Result<RoleHolder, Error> {
        RoleHolder::of(conn, host)?.into_iter().find(|holder| holder.id == id).ok_or(Error::NotFound)
    }

    /// Gives a role to a person or a group.
    pub fn give(conn: &mut Conn, permit: &Permit<ManageHost>, principal: Principal, role: HostRole) -> Attempt<Named> {
        let host = Host::lock(conn, permit.id)?;
        let named = match principal.named(conn) {
            Err(Error::Conflict(message)) => return problem("principal", message),
            named => named?,
        };
        let mut holders = RoleHolder::of(conn, host.id)?.into_iter();
        if holders.any(|holder| holder.named.principal == principal && holder.role == role) {
            return problem("principal", format!("{} is {} here already.", named.name, role.label()));
        }
        diesel::insert_into(host_roles::table)
            .values((
                host_roles::id.eq(GrantId::new()),
                host_roles::host_id.eq(host.id),
                host_roles::person_id.eq(principal.person()),
                host_roles::group_id.eq(principal.group()),
                host_roles::role.eq(role),
                host_roles::created_at.eq(db::now()),
            ))
            .execute(conn)?;
        let entry = permit.by().did(Verb::GiveRole, host.subject());
        entry.set(named.field("Role"), role.label()).record(conn)?;
        Ok(Ok(named))
    }

    /// Takes a role away.
    ///
    /// # Errors
    /// A conflict where nobody would be left who administers the host.
    pub fn take(conn: &mut Conn, permit: &Permit<ManageHost>, id: GrantId) -> Result<RoleHolder, Error> {
        let holder = RoleHolder::by_id(conn, permit.id, id)?;
        Host::keep_administrators(conn, Loss::Role(id), &holder.named.name)?;
        let host = Host::lock(conn, permit.id)?;
        let holder = RoleHolder::by_id(conn, host.id, id)?;
        diesel::delete(host_roles::table.find(id)).execute(conn)?;
        let entry = permit.by().did(Verb::RemoveRole, host.subject());
        entry.cleared(holder.named.field("Role"), holder.role.label()).record(conn)?;
        Ok(holder)
    }
}
