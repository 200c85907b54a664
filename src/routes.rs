//! Every URL of the site.

use actix_web::web::{ServiceConfig, get, post};

use crate::{
    error::Error,
    handlers::{
        connections, exports, first_administrator, home, imports, password_links, removals, sessions, sightings,
        solution_versions,
        solutions::{self, new as new_solutions, overview},
    },
    web::assets,
    web::guards::Public,
    web::respond::Answer,
};

/// Adds all routes.
pub fn configure(site: &mut ServiceConfig) {
    site.configure(assets::configure).route("/", get().to(home::show)).configure(entrance).configure(makers);
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

/// The maker's pages of one environment.
fn makers(site: &mut ServiceConfig) {
    site.route("/solutions", get().to(solutions::home))
        .route("/environments/{environment}/solutions", get().to(solutions::index))
        .route("/environments/{environment}/solutions", post().to(new_solutions::create))
        .route("/environments/{environment}/new-solution", get().to(new_solutions::new))
        .route("/environments/{environment}/sightings", post().to(sightings::create))
        .route("/environments/{environment}/imports/new", get().to(imports::new))
        .route("/environments/{environment}/imports", post().to(imports::create))
        .route("/environments/{environment}/imports/{operation}", get().to(imports::show))
        .route("/environments/{environment}/imports/{operation}", post().to(imports::confirm))
        .route("/environments/{environment}/connections", get().to(connections::index))
        .route("/environments/{environment}/connections", post().to(connections::create))
        .route("/environments/{environment}/connections/new", get().to(connections::new))
        .route("/environments/{environment}/connections/{connection}/removal", get().to(connections::confirm))
        .route("/environments/{environment}/connections/{connection}/removal", post().to(connections::destroy))
        .configure(solution);
}

/// One solution of an environment.
fn solution(site: &mut ServiceConfig) {
    site.route("/environments/{environment}/solutions/{solution}", get().to(overview::show))
        .route("/environments/{environment}/solutions/{solution}/version", get().to(solution_versions::new))
        .route("/environments/{environment}/solutions/{solution}/version", post().to(solution_versions::create))
        .route("/environments/{environment}/solutions/{solution}/removal", get().to(removals::new))
        .route("/environments/{environment}/solutions/{solution}/removal", post().to(removals::create))
        .route("/environments/{environment}/solutions/{solution}/exports", post().to(exports::create))
        .route("/environments/{environment}/solutions/{solution}/exports/{operation}", get().to(exports::show))
        .route(
            "/environments/{environment}/solutions/{solution}/exports/{operation}/{package}",
            get().to(exports::download),
        );
}

/// What answers at an address that is none of ours.
pub async fn nothing(_: Public) -> Answer {
    Err(Error::NotFound)
}
