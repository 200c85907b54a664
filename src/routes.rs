//! Every URL of the site.

use actix_web::web::{ServiceConfig, get, post};

use crate::{
    error::Error,
    handlers::{first_administrator, home, password_links, sessions},
    web::assets,
    web::guards::Public,
    web::respond::Answer,
};

/// Adds all routes.
pub fn configure(site: &mut ServiceConfig) {
    site.configure(assets::configure).route("/", get().to(home::show)).configure(entrance);
}

/// For whom is not signed in yet.
fn entrance(site: &mut ServiceConfig) {
    site.route("/sign-in", get().to(sessions::new))
        .route("/sign-in", post().to(sessions::create))
        .route("/sign-out", post().to(sessions::destroy))
        .route("/first-administrator/{token}", get().to(first_administrator::new))
        .route("/first-administrator/{token}", post().to(first_administrator::create))
        .route("/set-password/{token}", get().to(password_links::show))
        .route("/set-password/{token}", post().to(password_links::create));
}

/// What answers at an address that is none of ours.
pub async fn nothing(_: Public) -> Answer {
    Err(Error::NotFound)
}
