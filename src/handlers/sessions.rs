//! Signing in and out.

use actix_session::Session as Cookie;
use actix_web::{
    http::header::{HeaderName, HeaderValue},
    web,
};
use askama::Template;
use serde::Deserialize;

use crate::{
    auth::{Present, Visitor},
    db::{self, Db},
    error::Error,
    models::{
        audit::By,
        password,
        person::Person,
        session::{self, Device, NewSession, Session},
        sign_in::{Attempt, Blocked},
        tenant::Tenant,
    },
    web::{
        browser,
        client::Client,
        forms::{Form, NAME},
        guards::Public,
        respond::{Answer, invalid, page, see_other, too_many},
        time::wait,
    },
};

/// The longest address of a page to go to after signing in, in bytes.
const LONGEST_PATH: usize = 2000;

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

/// Why somebody is not signed in.
enum Refused {
    Wrong,
    Blocked(Blocked),
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
pub async fn create(_: Public, present: Present, cookie: Cookie, db: Db, client: Client, mut form: Form) -> Answer {
    let next = form.value("next").to_owned();
    let Some((email, password)) = typed(&mut form) else {
        return invalid(New { form, next, needs_setup: false });
    };
    match signing_in(&db, email, password, device(&client)).await? {
        Ok(new) => {
            leave(&db, present, &client).await?;
            start(&cookie, &new)?;
            see_other(own_path(&next))
        }
        Err(Refused::Wrong) => {
            form.refuse("The email or the password is not right, or the account is no longer active.");
            invalid(New { form, next, needs_setup: false })
        }
        Err(Refused::Blocked(blocked)) => {
            form.refuse(come_back(&blocked));
            too_many(New { form, next, needs_setup: false }, blocked.wait)
        }
    }
}

/// `POST /sign-out`
pub async fn destroy(_: Public, present: Present, cookie: Cookie, db: Db, client: Client) -> Answer {
    leave(&db, present, &client).await?;
    signed_out(&cookie)
}

/// Leads who is signed out by now to signing in.
pub fn signed_out(cookie: &Cookie) -> Answer {
    cookie.purge();
    let mut answer = see_other("/sign-in")?;
    // What the browser has kept of the site is for whoever was signed in alone.
    let kept = HeaderValue::from_static("\"cache\"");
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), kept);
    Ok(answer)
}

/// Signs out whoever is signed in.
pub async fn leave(db: &Db, present: Present, client: &Client) -> Result<(), Error> {
    let Some((person, id)) = present.0 else { return Ok(()) };
    let by = By::person(&person, &client.address);
    db.write(move |c| Session::sign_out(c, &by, &person, id)).await
}

/// Puts a session that has begun into the cookie, in the place of any other.
pub fn start(cookie: &Cookie, new: &NewSession) -> Result<(), Error> {
    cookie.clear();
    cookie.renew();
    cookie.insert(session::KEY, &new.key).map_err(|e| Error::internal(e.to_string()))
}

/// What somebody uses the site with, as sessions remember it.
pub fn device(client: &Client) -> Device {
    Device { browser: browser::name(&client.browser), address: client.address.clone() }
}

/// What is said to who must wait.
pub fn come_back(blocked: &Blocked) -> String {
    format!("Too many attempts. Try again in {}.", wait(blocked.wait))
}

// What is wrong with the form by itself, whoever it is about.
fn typed(form: &mut Form) -> Option<(String, String)> {
    let password = form.value("password").to_owned();
    form.set("password", "");
    if password.is_empty() {
        form.fail("password", "Enter your password.");
    } else if password.chars().count() > password::LONGEST {
        form.fail("password", format!("Use at most {} characters.", password::LONGEST));
    }
    let email = form.line_or("email", NAME, "Enter your email address.")?;
    form.is_valid().then_some((email, password))
}

// The same work whether or not there is such a person.
async fn signing_in(
    db: &Db,
    email: String,
    password: String,
    device: Device,
) -> Result<Result<NewSession, Refused>, Error> {
    let (typed, address) = (email.clone(), device.address.clone());
    let attempt = match db.write(move |c| Attempt::count(c, &typed, &address)).await? {
        Ok(attempt) => attempt,
        Err(blocked) => return Ok(Err(Refused::Blocked(blocked))),
    };
    let (person, hash) = db.read(move |c| Person::to_sign_in(c, &email)).await?;
    let proof = db::unblocked(move || password::prove(&password, hash.as_deref())).await?;
    let (person, proof) = match (person, proof) {
        (Some(person), Some(proof)) => (person, proof),
        (person, _) => {
            let by = By::visitor(&device.address);
            db.write(move |c| attempt.fail(c, &by, person.as_ref())).await?;
            return Ok(Err(Refused::Wrong));
        }
    };
    let new = db.write(move |c| person.sign_in(c, attempt, &proof, &device)).await?;
    Ok(new.ok_or(Refused::Wrong))
}

// Only a path of this site, as a browser asks for one: "//host" and "/\host" lead elsewhere.
fn own_path(next: &str) -> &str {
    let plain = next.len() <= LONGEST_PATH && next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    let own = plain && next.starts_with('/') && !next.starts_with("//");
    if own { next } else { "/" }
}
