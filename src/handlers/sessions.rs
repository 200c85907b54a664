//! Signing in and out.

use actix_session::Session;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::{
    auth::{self, Visitor},
    db::{self, Db},
    error::Error,
    models::{password, person::Person, tenant::Tenant},
    web::{
        forms::Form,
        guards::Public,
        respond::{Answer, invalid, page, see_other},
    },
};

#[derive(Template)]
#[template(path = "sessions/new.html")]
struct New {
    form: Form,
    next: String,
    needs_setup: bool,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub async fn new(_: Public, visitor: Visitor, db: Db, next: web::Query<Next>) -> Answer {
    if visitor.0.is_some() {
        return see_other("/");
    }
    let needs_setup = db.read(Tenant::needs_setup).await?;
    page(New { form: Form::default(), next: next.into_inner().next, needs_setup })
}

/// `POST /sign-in`
pub async fn create(_: Public, session: Session, db: Db, mut form: Form) -> Answer {
    let (email, password) = (form.value("email").to_owned(), form.value("password").to_owned());
    let next = form.value("next").to_owned();
    let Some(person) = signing_in(&db, email, password).await? else {
        form.set("password", "");
        form.refuse("The e-mail or the password is not right, or the account is no longer active.");
        return invalid(New { form, next, needs_setup: false });
    };
    start(&session, &person)?;
    see_other(own_path(&next))
}

/// `POST /sign-out`
pub async fn destroy(_: Public, session: Session) -> Answer {
    session.purge();
    see_other("/sign-in")
}

/// Signs `person` in, under a new session key.
pub fn start(session: &Session, person: &Person) -> Result<(), Error> {
    session.clear();
    session.renew();
    session.insert(auth::PERSON, person.id).map_err(|e| Error::internal(e.to_string()))
}

async fn signing_in(db: &Db, email: String, password: String) -> Result<Option<Person>, Error> {
    let found = db.read(move |c| Person::to_sign_in(c, &email)).await?;
    db::unblocked(move || {
        let hash = found.as_ref().and_then(|(_, hash)| hash.as_deref());
        let fits = password::verify(&password, hash)?;
        Ok(found.filter(|_| fits).map(|(person, _)| person))
    })
    .await
}

// Only a path of this site: "//host" and "/\host" lead elsewhere.
fn own_path(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if own { next } else { "/" }
}
