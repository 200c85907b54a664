//! The one-time link with which a person sets a password.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{first_administrator::new_password, sessions};
use crate::{
    db::{self, Db},
    models::{password, person::Person, session},
    web::{
        forms::Form,
        guards::Public,
        respond::{Answer, done, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "password_links/show.html")]
struct Show {
    form: Form,
    token: String,
    email: String,
}

/// `GET /set-password/{token}`
pub async fn show(_: Public, db: Db, token: web::Path<String>) -> Answer {
    let token = token.into_inner();
    let asked = token.clone();
    let person = db.read(move |c| Person::by_password_link(c, &asked)).await?;
    page(Show { form: Form::default(), token, email: person.email })
}

/// `POST /set-password/{token}`
pub async fn create(_: Public, session: Session, db: Db, token: web::Path<String>, mut form: Form) -> Answer {
    let token = token.into_inner();
    let asked = token.clone();
    let person = db.read(move |c| Person::by_password_link(c, &asked)).await?;
    let Some(password) = new_password(&mut form) else {
        return invalid(Show { form, token, email: person.email });
    };
    let hash = db::unblocked(move || password::hash(&password)).await?;
    let person = db
        .write(move |c| {
            let person = Person::use_password_link(c, &token, &hash)?;
            session::end_all(c, person.id)?;
            Ok(person)
        })
        .await?;
    sessions::start(&session, &person)?;
    done(&session, "/", "Your password is set.")
}
