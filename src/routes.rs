//! Every URL of the site.

use actix_web::web::{ServiceConfig, get, post, scope};

use crate::{
    error::Error,
    handlers::{
        account, activations, environment_pages, environment_retirements, environment_roles, environments,
        first_administrator, group_members, groups, home, installations, password_links, people, sessions,
        deployment_environments, first_administrator, home, host_settings, password_links, pipeline_sources, pipelines,
        role_holders, sessions, shares, stages,
    },
    web::assets,
    web::guards::Public,
    web::respond::Answer,
};

/// Adds all routes.
pub fn configure(site: &mut ServiceConfig) {
    site.configure(assets::configure).route("/", get().to(home::show)).configure(entrance);
    site.configure(own_account);
    site.configure(admin_environments);
    site.configure(admin_people);
    site.configure(admin_groups);
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

/// What everybody has.
fn own_account(site: &mut ServiceConfig) {
    site.route("/account", get().to(account::show))
        .route("/account/time-zone", post().to(account::choose_time_zone))
        .route("/account/password", post().to(account::change_password));
}

/// Admin center, All environments.
fn admin_environments(site: &mut ServiceConfig) {
    site.route("/admin/environments", get().to(environments::index))
        .route("/admin/environments", post().to(environments::create))
        .route("/admin/environments/new", get().to(environments::new))
        .route("/admin/environments/{environment}", get().to(environment_pages::show))
        .route("/admin/environments/{environment}", post().to(environments::update))
        .route("/admin/environments/{environment}/edit", get().to(environments::edit))
        .route("/admin/environments/{environment}/host", post().to(installations::create))
        .route("/admin/environments/{environment}/roles", post().to(environment_roles::create))
        .route("/admin/environments/{environment}/roles/{role}", post().to(environment_roles::update))
        .route("/admin/environments/{environment}/roles/{role}/removal", post().to(environment_roles::destroy))
        .route("/admin/environments/{environment}/retirement", get().to(environment_retirements::new))
        .route("/admin/environments/{environment}/retirement", post().to(environment_retirements::create));
}

/// Admin center, People.
fn admin_people(site: &mut ServiceConfig) {
    site.route("/admin/people", get().to(people::index))
        .route("/admin/people", post().to(people::create))
        .route("/admin/people/new", get().to(people::new))
        .route("/admin/people/{person}", get().to(people::show))
        .route("/admin/people/{person}", post().to(people::update))
        .route("/admin/people/{person}/edit", get().to(people::edit))
        .route("/admin/people/{person}/password-link", post().to(password_links::issue))
        .route("/admin/people/{person}/deactivation", get().to(activations::ask_deactivation))
        .route("/admin/people/{person}/deactivation", post().to(activations::deactivate))
        .route("/admin/people/{person}/reactivation", get().to(activations::ask_reactivation))
        .route("/admin/people/{person}/reactivation", post().to(activations::reactivate));
}

/// Admin center, Groups.
fn admin_groups(site: &mut ServiceConfig) {
    site.route("/admin/groups", get().to(groups::index))
        .route("/admin/groups", post().to(groups::create))
        .route("/admin/groups/new", get().to(groups::new))
        .route("/admin/groups/{group}", get().to(groups::show))
        .route("/admin/groups/{group}", post().to(groups::update))
        .route("/admin/groups/{group}/edit", get().to(groups::edit))
        .route("/admin/groups/{group}/members", post().to(group_members::create))
        .route("/admin/groups/{group}/members/{person}/removal", post().to(group_members::destroy))
        .route("/admin/groups/{group}/retirement", get().to(groups::ask_retirement))
        .route("/admin/groups/{group}/retirement", post().to(groups::retire));
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
