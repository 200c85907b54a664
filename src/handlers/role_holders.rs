//! Configuration → Security: who has which role on a host.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{
    listed::{Listed, Wanted},
    principals::{self, Chooser, Typed},
    shares::everybody,
    show_problems,
};
use crate::{
    db::Db,
    error::Error,
    id::{EnvironmentId, GrantId},
    models::{
        holder::Holder,
        host::{Host, ManageHost},
        permit::Permit,
        principal::Principal,
        role_holder::RoleHolder,
    },
    rules::rights::HostRole,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

type Ids = web::Path<(EnvironmentId, GrantId)>;

#[derive(Template)]
#[template(path = "role_holders/index.html")]
struct Index {
    layout: Layout,
    host: Host,
    holders: Vec<RoleHolder>,
    chooser: Chooser,
    form: Form,
    roles: Vec<(String, String)>,
    everybody: Listed<Holder>,
}

#[derive(Template)]
#[template(path = "role_holders/removal.html")]
struct ConfirmRemoval {
    layout: Layout,
    host: Host,
    holder: RoleHolder,
    /// It is a role of whoever asks.
    own: bool,
    form: Form,
}

/// `GET /hosts/{host}/security`
pub async fn index(permit: Permit<ManageHost>, wanted: web::Query<Wanted>, layout: Layout, db: Db) -> Answer {
    page(list(permit.into_subject(), layout, &db, Form::default(), wanted.into_inner()).await?)
}

/// `GET /hosts/{host}/security/matches`
pub async fn matches(_: Permit<ManageHost>, typed: web::Query<Typed>, db: Db) -> Answer {
    principals::ANYONE.answer(&db, typed.into_inner()).await
}

/// `POST /hosts/{host}/security`
pub async fn create(permit: Permit<ManageHost>, layout: Layout, session: Session, db: Db, mut form: Form) -> Answer {
    let host = (*permit).clone();
    let (principal, role) =
        (principals::ANYONE.meant(&db, &mut form).await?, form.choice_or::<HostRole>("role", "Choose a role."));
    if let (Some(principal), Some(role)) = (principal, role) {
        match db.write(move |c| RoleHolder::give(c, &permit, principal, role)).await? {
            Ok(named) => {
                let sentence = format!("{} is now {} of {}.", named.name, role.label(), host.name());
                return done(&session, path(&host), sentence);
            }
            Err(problems) => show_problems(&mut form, problems),
        }
    }
    invalid(list(host, layout, &db, form, Wanted::default()).await?)
}

/// `GET /hosts/{host}/security/{role}/removal`
pub async fn confirm_removal(permit: Permit<ManageHost>, ids: Ids, layout: Layout, db: Db) -> Answer {
    page(confirmation(&permit, ids.1, layout, &db).await?)
}

/// `POST /hosts/{host}/security/{role}/removal`
pub async fn remove(permit: Permit<ManageHost>, ids: Ids, layout: Layout, session: Session, db: Db) -> Answer {
    let mut shown = confirmation(&permit, ids.1, layout, &db).await?;
    let id = ids.1;
    match db.write(move |c| RoleHolder::take(c, &permit, id)).await {
        Ok(holder) => {
            let sentence = format!("{} is no longer {}.", holder.named.name, holder.role.label());
            let there = if shown.own { "/".to_owned() } else { path(&shown.host) };
            done(&session, there, sentence)
        }
        Err(Error::Conflict(message)) => {
            shown.form.refuse(message);
            invalid(shown)
        }
        Err(error) => Err(error),
    }
}

async fn confirmation(
    permit: &Permit<ManageHost>,
    id: GrantId,
    layout: Layout,
    db: &Db,
) -> Result<ConfirmRemoval, Error> {
    let (host, person) = ((**permit).clone(), permit.person().clone());
    db.read(move |c| {
        let holder = RoleHolder::by_id(c, host.id, id)?;
        let theirs = holder.named.principal == Principal::Person(person.id);
        let own = theirs && holder.role == HostRole::Administrator && !person.system_administrator;
        Ok(ConfirmRemoval { layout, host, holder, own, form: Form::default() })
    })
    .await
}

async fn list(host: Host, layout: Layout, db: &Db, mut form: Form, wanted: Wanted) -> Result<Index, Error> {
    db.read(move |c| {
        let holders = RoleHolder::of(c, host.id)?;
        let chooser = principals::ANYONE.chooser(c, &mut form, format!("{}/matches", path(&host)))?;
        let everybody = everybody(Holder::of_host(c, host.id)?, wanted);
        let roles = HostRole::ALL.iter().map(|role| (role.as_str().to_owned(), role.label().to_owned())).collect();
        Ok(Index { layout, host, holders, chooser, form, roles, everybody })
    })
    .await
}

fn path(host: &Host) -> String {
    format!("/hosts/{}/security", host.id)
}
