//! The one-time link of a new tenant: making its first administrator.

use actix_session::Session as Cookie;
use actix_web::web;
use askama::Template;

use super::sessions::{self, device};
use crate::{
    auth::{Present, Visitor},
    db::{self, Db},
    error::Error,
    models::{password, session::Session, tenant::Tenant},
    web::{
        client::Client,
        forms::{Form, NAME},
        guards::Public,
        respond::{Answer, done, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "first_administrator/new.html")]
struct New {
    form: Form,
    token: String,
}

/// `GET /first-administrator/{token}`
pub async fn new(_: Public, _: Visitor, db: Db, token: web::Path<String>) -> Answer {
    let token = token.into_inner();
    let asked = token.clone();
    db.read(move |c| Tenant::check_setup_token(c, &asked)).await?;
    page(New { form: Form::default(), token })
}

/// `POST /first-administrator/{token}`
pub async fn create(
    _: Public,
    present: Present,
    cookie: Cookie,
    client: Client,
    db: Db,
    token: web::Path<String>,
    mut form: Form,
) -> Answer {
    let token = token.into_inner();
    // Before anything that takes time: whoever has no link makes the server hash nothing.
    let asked = token.clone();
    db.read(move |c| Tenant::check_setup_token(c, &asked)).await?;
    let name = form.name("name");
    let email = email(&mut form);
    let password = new_password(&mut form, name.as_deref().unwrap_or_default(), email.as_deref().unwrap_or_default());
    let (Some(name), Some(email), Some(password)) = (name, email, password) else {
        return invalid(New { form, token });
    };
    let hash = db::unblocked(move || password::hash(&password)).await?;
    let here = client.clone();
    let session = db.write(move |c| {
        let person = Tenant::set_up(c, &here.address, &token, &name, &email, &hash)?;
        Session::begin(c, &person, &device(&here))
    });
    let session = session.await?;
    sessions::leave(&db, present, &client).await?;
    sessions::start(&cookie, &session)?;
    done(&cookie, "/", "Your account is ready.")
}

/// An email address, as far as a form can tell.
pub fn email(form: &mut Form) -> Option<String> {
    let email = form.line_or("email", NAME, "Enter an email address.")?;
    let parts = email.split_once('@');
    let fits = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !fits || email.contains(' ') {
        form.fail("email", "Enter an email address such as ada@example.com.");
        return None;
    }
    Some(email)
}

/// A password typed twice, for who has this name and email; what was typed is not shown again.
pub fn new_password(form: &mut Form, person: &str, address: &str) -> Option<String> {
    let (password, again) = (form.value("password").to_owned(), form.value("password_again").to_owned());
    form.set("password", "");
    form.set("password_again", "");
    if let Some(problem) = password::problem(&password, person, address) {
        form.fail("password", problem);
        return None;
    }
    if password != again {
        form.fail("password_again", "This differs from the password above.");
        return None;
    }
    Some(password)
}

/// Whether an error is a refusal that belongs into the form.
pub fn refused(form: &mut Form, field: &str, error: Error) -> Result<(), Error> {
    match error {
        Error::Conflict(message) => {
            form.fail(field, message);
            Ok(())
        }
        other => Err(other),
    }
}
