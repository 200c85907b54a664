//! What many people hold on a pipeline, a host or an environment, own and through groups, with where it comes from.

use std::{collections::HashSet, mem::take};

use diesel::prelude::*;

use super::{
    hands::{Dealt, Hands},
    person::Person,
    pipeline::Pipeline,
};
use crate::{
    db::{Conn, among, unvaried},
    error::Error,
    id::{EnvironmentId, PersonId},
    rules::{
        access::{Given, Held},
        rights::{Access, HostRole, Right},
    },
    schema::people,
};

/// An active person and what they hold.
#[derive(Debug, Clone)]
pub struct Holder {
    pub person: Person,
    pub held: Held,
    /// The live pipelines of the host that are shared to run with them, by name; of a host only.
    pub to_run: Vec<String>,
}

impl Holder {
    /// Everybody who sees a pipeline, by name.
    pub fn of_pipeline(conn: &mut Conn, pipeline: &Pipeline) -> Result<Vec<Holder>, Error> {
        Ok(Holder::on(conn, pipeline, &[])?.0)
    }

    /// The same, and what else was given on the pipeline's host and in these environments.
    pub fn on(conn: &mut Conn, pipeline: &Pipeline, at: &[EnvironmentId]) -> Result<(Vec<Holder>, Dealt), Error> {
        let mut dealt = Dealt::on_pipeline(conn, pipeline, at)?;
        let mut all = holders(conn, take(&mut dealt.roles), take(&mut dealt.shares))?;
        all.retain(|holder| holder.held.right() >= Right::View);
        Ok((all, dealt))
    }

    /// Everybody with a role on a host, with all rights there, or with a share that waits for a role, by name.
    pub fn of_host(conn: &mut Conn, host: EnvironmentId) -> Result<Vec<Holder>, Error> {
        let dealt = Dealt::on_host(conn, host)?;
        let to_run = |id: PersonId| dealt.to_run.get(&id).map(|given| named_once(given)).unwrap_or_default();
        let waiting: Hands<Access> = dealt.to_run.keys().map(|id| (*id, Vec::new())).collect();
        let holders = holders(conn, dealt.roles, waiting)?;
        Ok(holders.into_iter().map(|holder| Holder { to_run: to_run(holder.person.id), ..holder }).collect())
    }
}

// The active people who have something in their hands, and the system administrators, by name.
fn holders(conn: &mut Conn, mut roles: Hands<HostRole>, mut shares: Hands<Access>) -> Result<Vec<Holder>, Error> {
    let ids: HashSet<PersonId> = roles.keys().chain(shares.keys()).copied().collect();
    let theirs = people::system_administrator.eq(true).or(among(people::id, &ids));
    let active = Person::query().filter(people::active.eq(true)).filter(theirs);
    let people: Vec<Person> = unvaried!(active.order((people::name_key, people::id))).load(conn)?;
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
