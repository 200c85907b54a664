//! Your account: what everybody sees and changes about themselves.

use actix_session::Session as Cookie;
use askama::Template;

use super::{
    first_administrator::new_password,
    sessions::{self, come_back, device},
};
use crate::{
    db::{self, Db},
    error::Error,
    models::{
        group::Group,
        password::{self, Proof},
        permit::Permit,
        person::{Person, UseAccount},
        session::Session,
        sign_in::{Attempt, Blocked},
    },
    web::{
        client::Client,
        forms::Form,
        layout::Layout,
        locale::Locale,
        respond::{Answer, done, invalid, page, too_many},
        zones::{self, Zones},
    },
    zone::Zone,
};

#[derive(Template)]
#[template(path = "account/show.html")]
struct Show {
    layout: Layout,
    person: Person,
    groups: Vec<Group>,
    sessions: usize,
    zones: Zones,
    locales: Vec<(&'static str, &'static str)>,
    form: Form,
}

impl Show {
    // An example of what is chosen.
    fn formats_hint(&self) -> String {
        match self.form.value("locale").parse::<Locale>() {
            Ok(locale) => format!("For example {}.", locale.example()),
            Err(_) => String::new(),
        }
    }
}

/// `GET /account`
pub async fn show(db: Db, permit: Permit<UseAccount>, layout: Layout) -> Answer {
    page(shown(&db, permit.into_subject(), layout, Form::default()).await?)
}

/// `POST /account/formats`
pub async fn choose_formats(
    cookie: Cookie,
    db: Db,
    permit: Permit<UseAccount>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let (zone, locale) = (form.choice::<Zone>("time_zone"), form.choice::<Locale>("locale"));
    let (Some(zone), Some(locale)) = (zone, locale) else {
        return invalid(shown(&db, permit.into_subject(), layout, form).await?);
    };
    db.write(move |c| Person::choose_formats(c, &permit, zone, locale.tag())).await?;
    done(&cookie, "/account", "Saved. Times, dates and numbers are shown like this now.")
}

/// `POST /account/password`
pub async fn change_password(
    cookie: Cookie,
    db: Db,
    permit: Permit<UseAccount>,
    layout: Layout,
    client: Client,
    mut form: Form,
) -> Answer {
    let (person, device) = (permit.clone(), device(&client));
    let current = form.value("current_password").to_owned();
    form.set("current_password", "");
    let new = new_password(&mut form, &person.name, &person.email);
    let proof = match proven(&db, &permit, current).await? {
        Ok(proof) => proof,
        Err(blocked) => {
            form.fail("current_password", come_back(&blocked));
            return too_many(shown(&db, person, layout, form).await?, blocked.wait);
        }
    };
    if proof.is_none() {
        form.fail("current_password", "This is not your current password.");
    }
    let (Some(new), Some(proof)) = (new, proof) else {
        return invalid(shown(&db, person, layout, form).await?);
    };
    let hash = db::unblocked(move || password::hash(&new)).await?;
    let session = db.write(move |c| {
        Person::change_password(c, &permit, &proof, &hash)?;
        Session::begin(c, &permit, &device)
    });
    sessions::start(&cookie, &session.await?)?;
    done(&cookie, "/account", "Your password is changed. You are signed out everywhere else.")
}

// The present password is guarded as it is at signing in: a session left open is not to be where it is guessed.
async fn proven(
    db: &Db,
    permit: &Permit<UseAccount>,
    current: String,
) -> Result<Result<Option<Proof>, Blocked>, Error> {
    // What nobody can have as a password is no attempt at one.
    if current.is_empty() || current.chars().count() > password::LONGEST {
        return Ok(Ok(None));
    }
    let (by, person, asked) = (permit.by(), permit.person().clone(), permit.person().clone());
    let (email, address) = (person.email.clone(), permit.address().to_owned());
    let attempt = match db.write(move |c| Attempt::count(c, &email, &address)).await? {
        Ok(attempt) => attempt,
        Err(blocked) => return Ok(Err(blocked)),
    };
    let hash = db.read(move |c| asked.password_hash(c)).await?;
    let proof = db::unblocked(move || password::prove(&current, hash.as_deref())).await?;
    let proven = proof.is_some();
    let told = db.write(move |c| if proven { attempt.succeed(c) } else { attempt.fail(c, &by, Some(&person)) });
    told.await?;
    Ok(Ok(proof))
}

async fn shown(db: &Db, person: Person, layout: Layout, mut form: Form) -> Result<Show, Error> {
    // A form about something else leaves these as they are.
    if form.error("time_zone").is_none() && form.error("locale").is_none() {
        form.set("time_zone", person.zone().name());
        form.set("locale", person.locale.parse::<Locale>().unwrap_or_default().tag());
    }
    let (zones, locales) = (zones::all(), Locale::all());
    db.read(move |c| {
        let (groups, sessions) = (Group::of(c, person.id)?, Session::of(c, person.id)?.len());
        Ok(Show { layout, person, groups, sessions, zones, locales, form })
    })
    .await
}
