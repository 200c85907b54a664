//! Shares: access to one pipeline for a person or a group.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{
    audit::Verb,
    holder::Holder,
    permit::Permit,
    pipeline::Pipeline,
    principal::{Granted, Named, Principal, granted},
    problem::{Attempt, problem},
    seen_pipeline::ManagePipeline,
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{GrantId, PersonId},
    rules::{
        access::{Given, Held},
        rights::{Access, HostRole, Right},
    },
    schema::shares,
};

/// Access to one pipeline that a person or a group was given.
#[derive(Debug, Clone)]
pub struct Share {
    pub id: GrantId,
    pub named: Named,
    pub access: Access,
    /// False for people who are deactivated: the share waits for them.
    pub active: bool,
    /// All that counts for what they may do in fact: for a person with everything else they were given, for a group
    /// its own; nothing while deactivated.
    pub held: Held,
}

impl Share {
    /// The shares of a pipeline: groups by name, then people by name.
    pub fn of(conn: &mut Conn, pipeline: &Pipeline) -> Result<Vec<Share>, Error> {
        Ok(Share::with_holders(conn, pipeline)?.0)
    }

    /// The same, and everybody who sees the pipeline, by name.
    pub fn with_holders(conn: &mut Conn, pipeline: &Pipeline) -> Result<(Vec<Share>, Vec<Holder>), Error> {
        let granted = granted!(conn, shares, access, shares::pipeline_id.eq(pipeline.id));
        let (holders, dealt) = Holder::on(conn, pipeline, &[])?;
        let people: HashMap<PersonId, &Held> = holders.iter().map(|holder| (holder.person.id, &holder.held)).collect();
        let share = |Granted { id, what: access, named, active }| {
            let held = match named.principal {
                Principal::Person(person) => people.get(&person).copied().cloned().unwrap_or_default(),
                Principal::Group(group) => of_group(dealt.of_groups.get(&group), access),
            };
            Share { id, named, access, active, held }
        };
        let shares = granted.into_iter().map(share).collect();
        Ok((shares, holders))
    }

    /// The share with this key on the pipeline.
    pub fn by_id(conn: &mut Conn, pipeline: &Pipeline, id: GrantId) -> Result<Share, Error> {
        Share::of(conn, pipeline)?.into_iter().find(|share| share.id == id).ok_or(Error::NotFound)
    }

    /// What they may do in fact.
    pub fn right(&self) -> Right {
        self.held.right()
    }

    /// Whether it says *Run* but a role on the host is missing for that.
    pub fn lacks_role(&self) -> bool {
        self.access == Access::Run && self.right() < Right::Run
    }

    /// Shares the pipeline with a person or a group.
    pub fn add(
        conn: &mut Conn,
        permit: &Permit<ManagePipeline>,
        principal: Principal,
        access: Access,
    ) -> Attempt<Share> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let named = match principal.named(conn) {
            Err(Error::Conflict(message)) => return problem("principal", message),
            named => named?,
        };
        if Share::of(conn, &pipeline)?.iter().any(|share| share.named.principal == principal) {
            let sentence = format!("{} has a share of this pipeline already. Change it in the list.", named.name);
            return problem("principal", sentence);
        }
        let id = GrantId::new();
        diesel::insert_into(shares::table)
            .values((
                shares::id.eq(id),
                shares::pipeline_id.eq(pipeline.id),
                shares::person_id.eq(principal.person()),
                shares::group_id.eq(principal.group()),
                shares::access.eq(access),
                shares::created_at.eq(db::now()),
            ))
            .execute(conn)?;
        let entry = permit.by().did(Verb::Share, pipeline.subject());
        entry.set(named.field("Share"), access.label()).record(conn)?;
        Share::by_id(conn, &pipeline, id).map(Ok)
    }

    /// Replaces what a share gives.
    pub fn change(
        conn: &mut Conn,
        permit: &Permit<ManagePipeline>,
        id: GrantId,
        access: Access,
    ) -> Result<Share, Error> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let share = Share::by_id(conn, &pipeline, id)?;
        diesel::update(shares::table.find(id)).set(shares::access.eq(access)).execute(conn)?;
        let entry = permit.by().did(Verb::ChangeShare, pipeline.subject());
        entry.changed(share.named.field("Share"), share.access.label(), access.label()).record(conn)?;
        Share::by_id(conn, &pipeline, id)
    }

    /// Ends a share.
    pub fn remove(conn: &mut Conn, permit: &Permit<ManagePipeline>, id: GrantId) -> Result<Share, Error> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let share = Share::by_id(conn, &pipeline, id)?;
        diesel::delete(shares::table.find(id)).execute(conn)?;
        let entry = permit.by().did(Verb::RemoveShare, pipeline.subject());
        entry.cleared(share.named.field("Share"), share.access.label()).record(conn)?;
        Ok(share)
    }
}

// What counts for a group itself: its roles on the host and this share.
fn of_group(roles: Option<&Vec<HostRole>>, access: Access) -> Held {
    let roles = roles.into_iter().flatten().map(|role| Given { what: *role, through: None }).collect();
    Held { system_administrator: false, roles, shares: vec![Given { what: access, through: None }] }
}
