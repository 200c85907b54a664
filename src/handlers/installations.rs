//! Installing Power Platform Pipelines, which makes an environment a host for good: asked first, then done.

use actix_session::Session;
use askama::Template;

use super::environments::path;
use crate::{
    db::Db,
    models::{
        environment::{AdministerEnvironment, Environment},
        host::Host,
        permit::Permit,
    },
    web::{
        layout::Layout,
        respond::{Answer, done, page},
    },
};

#[derive(Template)]
#[template(path = "installations/new.html")]
struct New {
    layout: Layout,
    environment: Environment,
}

/// `GET /admin/environments/{environment}/host`
pub async fn new(db: Db, permit: Permit<AdministerEnvironment>, layout: Layout) -> Answer {
    let environment = db.read(move |c| Host::installable(c, &permit)).await?;
    page(New { layout, environment })
}

/// `POST /admin/environments/{environment}/host`
pub async fn create(session: Session, db: Db, permit: Permit<AdministerEnvironment>) -> Answer {
    let host = db.write(move |c| Host::install(c, &permit)).await?;
    let message = format!("{} is a host now, and you are its first administrator.", host.name());
    done(&session, path(host.id), message)
}
