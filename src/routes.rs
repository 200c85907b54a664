//! Every URL of the site.

use actix_web::web::{ServiceConfig, get, post, scope};

use crate::{
    error::Error,
    handlers::{
        deployment_environments, first_administrator, home, host_settings, password_links, pipeline_sources, pipelines,
        role_holders, sessions, shares, stages,
    },
    web::assets,
    web::guards::Public,
    web::respond::Answer,
};

/// Adds all routes.
pub fn configure(site: &mut ServiceConfig) {
    site.configure(assets::configure).route("/", get().to(home::show)).configure(entrance).configure(configuration);
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

/// For who administers a host.
fn configuration(site: &mut ServiceConfig) {
    site.route("/hosts/{host}/security", get().to(role_holders::index))
        .route("/hosts/{host}/security", post().to(role_holders::create))
        .route("/hosts/{host}/security/{role}/removal", get().to(role_holders::confirm_removal))
        .route("/hosts/{host}/security/{role}/removal", post().to(role_holders::remove))
        .route("/hosts/{host}/settings", get().to(host_settings::edit))
        .route("/hosts/{host}/settings", post().to(host_settings::update))
        .configure(deployment_environments)
        .configure(pipelines)
        .configure(parts_of_pipelines);
}

fn deployment_environments(site: &mut ServiceConfig) {
    site.route("/hosts/{host}/environments", get().to(deployment_environments::index))
        .route("/hosts/{host}/environments", post().to(deployment_environments::create))
        .route("/hosts/{host}/environments/new", get().to(deployment_environments::new))
        .route("/hosts/{host}/environments/{record}", get().to(deployment_environments::show))
        .route("/hosts/{host}/environments/{record}", post().to(deployment_environments::update))
        .route("/hosts/{host}/environments/{record}/edit", get().to(deployment_environments::edit))
        .route("/hosts/{host}/environments/{record}/validation", post().to(deployment_environments::refresh))
        .route("/hosts/{host}/environments/{record}/force-link", get().to(deployment_environments::confirm_force_link))
        .route("/hosts/{host}/environments/{record}/force-link", post().to(deployment_environments::force_link))
        .route("/hosts/{host}/environments/{record}/retirement", get().to(deployment_environments::confirm_retirement))
        .route("/hosts/{host}/environments/{record}/retirement", post().to(deployment_environments::retire));
}

fn pipelines(site: &mut ServiceConfig) {
    site.route("/hosts/{host}/pipelines", get().to(pipelines::index))
        .route("/hosts/{host}/pipelines", post().to(pipelines::create))
        .route("/hosts/{host}/pipelines/new", get().to(pipelines::new))
        .route("/hosts/{host}/pipelines/{pipeline}", get().to(pipelines::configure))
        .route("/hosts/{host}/pipelines/{pipeline}", post().to(pipelines::update))
        .route("/hosts/{host}/pipelines/{pipeline}/edit", get().to(pipelines::edit))
        .route("/hosts/{host}/pipelines/{pipeline}/retirement", get().to(pipelines::confirm_retirement))
        .route("/hosts/{host}/pipelines/{pipeline}/retirement", post().to(pipelines::retire));
}

fn parts_of_pipelines(site: &mut ServiceConfig) {
    site.service(
        scope("/hosts/{host}/pipelines/{pipeline}")
            .route("/environments/new", get().to(pipeline_sources::new))
            .route("/environments", post().to(pipeline_sources::create))
            .route("/environments/{record}/removal", get().to(pipeline_sources::confirm_removal))
            .route("/environments/{record}/removal", post().to(pipeline_sources::remove))
            .route("/stages/new", get().to(stages::new))
            .route("/stages", post().to(stages::create))
            .route("/stages/{stage}/edit", get().to(stages::edit))
            .route("/stages/{stage}", post().to(stages::update))
            .route("/stages/{stage}/retirement", get().to(stages::confirm_retirement))
            .route("/stages/{stage}/retirement", post().to(stages::retire))
            .route("/shares", get().to(shares::index))
            .route("/shares", post().to(shares::create))
            .route("/shares/{share}", post().to(shares::update))
            .route("/shares/{share}/removal", get().to(shares::confirm_removal))
            .route("/shares/{share}/removal", post().to(shares::remove)),
    );
}

/// What answers at an address that is none of ours.
pub async fn nothing(_: Public) -> Answer {
    Err(Error::NotFound)
}
