//! Installing Power Platform Pipelines, which makes an environment a host.

use actix_session::Session;

use super::environments::path;
use crate::{
    db::Db,
    models::{environment::AdministerEnvironment, host::Host, permit::Permit},
    web::respond::{Answer, done},
};

/// `POST /admin/environments/{environment}/host`
pub async fn create(session: Session, db: Db, permit: Permit<AdministerEnvironment>) -> Answer {
    let host = db.write(move |c| Host::install(c, &permit)).await?;
    let message = format!("{} is a host now, and you are its first administrator.", host.name());
    done(&session, path(host.id), message)
}
