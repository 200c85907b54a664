//! One group's page: its members, and what it has been given.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{
    first_administrator::refused,
    groups::path,
    principals::{self, Chooser, Typed},
};
use crate::{
    db::{Conn, Db},
    error::Error,
    id::PersonId,
    models::{
        grant::Grant,
        group::{AdministerGroup, Group},
        permit::Permit,
        person::Person,
        principal::Principal,
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid},
    },
};

/// The page, with the form that adds a member.
#[derive(Template)]
#[template(path = "groups/show.html")]
pub struct Show {
    layout: Layout,
    group: Group,
    members: Vec<Person>,
    chooser: Chooser,
    grants: Vec<Grant>,
    form: Form,
}

impl Show {
    /// The page of `group`.
    pub fn of(conn: &mut Conn, group: Group, layout: Layout, mut form: Form) -> Result<Show, Error> {
        let search = format!("{}/members/matches", path(group.id));
        Ok(Show {
            members: group.members(conn)?,
            chooser: principals::PERSON.chooser(conn, &mut form, search)?,
            grants: Grant::of_group(conn, group.id)?,
            layout,
            group,
            form,
        })
    }
}

/// `GET /admin/groups/{group}/members/matches`
pub async fn matches(_: Permit<AdministerGroup>, typed: web::Query<Typed>, db: Db) -> Answer {
    principals::PERSON.answer(&db, typed.into_inner()).await
}

/// `POST /admin/groups/{group}/members`
pub async fn create(
    session: Session,
    db: Db,
    permit: Permit<AdministerGroup>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let asked = permit.clone();
    let group = db.read(move |c| asked.live(c)).await?;
    if let Some(person) = principals::PERSON.meant(&db, &mut form).await?.and_then(Principal::person) {
        match db.write(move |c| Group::add_member(c, &permit, person)).await {
            Ok(person) => {
                return done(&session, path(group.id), format!("{} belongs to {} now.", person.name, group.name));
            }
            Err(error) => refused(&mut form, "person", error)?,
        }
    }
    invalid(db.read(move |c| Show::of(c, group, layout, form)).await?)
}

/// `POST /admin/groups/{group}/members/{person}/removal`
pub async fn destroy(
    session: Session,
    db: Db,
    permit: Permit<AdministerGroup>,
    layout: Layout,
    ids: web::Path<(String, PersonId)>,
) -> Answer {
    let asked = permit.clone();
    let group = db.read(move |c| asked.live(c)).await?;
    match db.write(move |c| Group::remove_member(c, &permit, ids.1)).await {
        Ok(person) => done(&session, path(group.id), format!("{} no longer belongs to {}.", person.name, group.name)),
        Err(Error::Conflict(message)) => {
            let mut form = Form::default();
            form.refuse(message);
            invalid(db.read(move |c| Show::of(c, group, layout, form)).await?)
        }
        Err(error) => Err(error),
    }
}
