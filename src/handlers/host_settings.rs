//! Configuration → Settings of a host.

use actix_session::Session;
use askama::Template;

use crate::{
    db::Db,
    models::{
        host::{Host, ManageHost},
        host_settings::HostSettings,
        permit::Permit,
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "host_settings/edit.html")]
struct Edit {
    layout: Layout,
    host: Host,
    form: Form,
}

/// `GET /hosts/{host}/settings`
pub async fn edit(permit: Permit<ManageHost>, layout: Layout) -> Answer {
    let host = permit.into_subject();
    let ticked = |set: bool| if set { "on".to_owned() } else { String::new() };
    let form = Form::of([
        ("allow_cross_region", ticked(host.allow_cross_region)),
        ("require_managed", ticked(host.require_managed)),
    ]);
    page(Edit { layout, host, form })
}

/// `POST /hosts/{host}/settings`
pub async fn update(permit: Permit<ManageHost>, layout: Layout, session: Session, db: Db, mut form: Form) -> Answer {
    let there = format!("/hosts/{}/settings", permit.id);
    let ticked = (form.tick("allow_cross_region"), form.tick("require_managed"));
    let (Some(allow_cross_region), Some(require_managed)) = ticked else {
        return invalid(Edit { layout, host: permit.into_subject(), form });
    };
    let new = HostSettings { allow_cross_region, require_managed };
    db.write(move |c| Host::change_settings(c, &permit, new)).await?;
    done(&session, there, "The settings are saved.")
}
