//! Bring back: the packages of a version that retention removed, while their bytes are there.

use actix_session::Session;
use actix_web::web;

use super::PATH;
use crate::{
    app::App,
    artifacts::Stored,
    error::Error,
    models::{
        permit::Permit,
        retention::removal::{self, AdministerPackage},
    },
    web::respond::{Answer, done},
};

/// `POST /admin/retention/packages/{artifact}/return`
pub async fn create(may: Permit<AdministerPackage>, session: Session, app: web::Data<App>) -> Answer {
    let sizes = [(&may.managed_hash, may.managed_size), (&may.unmanaged_hash, may.unmanaged_size)];
    for (hash, size) in sizes {
        let stored = Stored { hash: hash.parse().map_err(Error::internal)?, size: size.unsigned_abs() };
        if !app.artifacts.keep_on(&stored).await? {
            return Err(removal::gone(&may));
        }
    }
    let message = format!("{} has its packages again.", may.title());
    app.db.write(move |c| removal::bring_back(c, &may)).await?;
    done(&session, PATH, message)
}
