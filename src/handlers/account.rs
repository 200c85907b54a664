//! Your account: what everybody sees and changes about themselves.

use actix_session::Session;
use askama::Template;
use chrono_tz::Tz;

use super::{first_administrator::new_password, sessions};
use crate::{
    db::{self, Db},
    models::{
        group::Group,
        password,
        permit::Permit,
        person::{Person, UseAccount},
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
        zones::{self, Zones},
    },
};

#[derive(Template)]
#[template(path = "account/show.html")]
struct Show {
    layout: Layout,
    person: Person,
    groups: Vec<Group>,
    zones: Zones,
    form: Form,
}

/// `GET /account`
pub async fn show(db: Db, permit: Permit<UseAccount>, layout: Layout) -> Answer {
    page(shown(&db, permit.into_subject(), layout, Form::default()).await?)
}

/// `POST /account/time-zone`
pub async fn choose_time_zone(
    session: Session,
    db: Db,
    permit: Permit<UseAccount>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let Some(zone) = form.choice::<Tz>("time_zone") else {
        return invalid(shown(&db, permit.into_subject(), layout, form).await?);
    };
    db.write(move |c| Person::choose_time_zone(c, &permit, zone)).await?;
    done(&session, "/account", "Saved. Times are shown in this zone now.")
}

/// `POST /account/password`
pub async fn change_password(
    session: Session,
    db: Db,
    permit: Permit<UseAccount>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let (person, asked) = (permit.clone(), permit.clone());
    let current = form.value("current_password").to_owned();
    form.set("current_password", "");
    let hash = db.read(move |c| asked.password_hash(c)).await?;
    if !db::unblocked(move || password::verify(&current, hash.as_deref())).await? {
        form.fail("current_password", "This is not your current password.");
    }
    let Some(new) = new_password(&mut form).filter(|_| form.is_valid()) else {
        return invalid(shown(&db, person, layout, form).await?);
    };
    let hash = db::unblocked(move || password::hash(&new)).await?;
    db.write(move |c| Person::change_password(c, &permit, &hash)).await?;
    sessions::start(&session, &person)?;
    done(&session, "/account", "Your password is changed. You are signed out everywhere else.")
}

async fn shown(db: &Db, person: Person, layout: Layout, mut form: Form) -> Result<Show, crate::error::Error> {
    if form.error("time_zone").is_none() {
        form.set("time_zone", person.zone().name());
    }
    db.read(move |c| Ok(Show { groups: Group::of(c, person.id)?, layout, person, zones: zones::all(), form })).await
}
