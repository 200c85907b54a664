//! Deactivating a person and reactivating them, each after a page that says what happens; signing them out.

use actix_session::Session;
use askama::Template;

use super::people::path;
use crate::{
    db::Db,
    models::{
        permit::Permit,
        person::{AdministerPerson, Person},
        session,
    },
    web::{
        layout::Layout,
        respond::{Answer, done, page},
    },
};

#[derive(Template)]
#[template(path = "people/deactivation.html")]
struct Deactivation {
    layout: Layout,
    person: Person,
    /// Why not, if not.
    needed: Option<String>,
}

#[derive(Template)]
#[template(path = "people/reactivation.html")]
struct Reactivation {
    layout: Layout,
    person: Person,
}

/// `GET /admin/people/{person}/deactivation`
pub async fn ask_deactivation(db: Db, permit: Permit<AdministerPerson>, layout: Layout) -> Answer {
    let person = permit.into_subject();
    let asked = person.clone();
    let needed = db.read(move |c| asked.indispensable(c)).await?;
    page(Deactivation { layout, person, needed })
}

/// `POST /admin/people/{person}/deactivation`
pub async fn deactivate(session: Session, db: Db, permit: Permit<AdministerPerson>) -> Answer {
    let person = permit.clone();
    db.write(move |c| Person::deactivate(c, &permit)).await?;
    done(&session, path(person.id), format!("{} is deactivated and signed out everywhere.", person.name))
}

/// `GET /admin/people/{person}/reactivation`
pub async fn ask_reactivation(permit: Permit<AdministerPerson>, layout: Layout) -> Answer {
    page(Reactivation { layout, person: permit.into_subject() })
}

/// `POST /admin/people/{person}/reactivation`
pub async fn reactivate(session: Session, db: Db, permit: Permit<AdministerPerson>) -> Answer {
    let person = permit.clone();
    db.write(move |c| Person::reactivate(c, &permit)).await?;
    done(&session, path(person.id), format!("{} is active again.", person.name))
}

/// `POST /admin/people/{person}/sessions/removal`
pub async fn sign_out(session: Session, db: Db, permit: Permit<AdministerPerson>) -> Answer {
    let person = permit.clone();
    db.write(move |c| session::Session::revoke_all(c, &permit)).await?;
    done(&session, path(person.id), format!("{} is signed out everywhere.", person.name))
}
