//! Every URL of the site.

use actix_web::web::{ServiceConfig, get, post, scope};

use crate::{
    error::Error,
    handlers::{
        account, activations, connections, deployment_environments, deployments, environment_pages,
        environment_retirements, environment_roles, environments, exports, first_administrator, group_members, groups,
        home, host_settings, imports, installations, password_links, people, pipeline_sources, pipelines, removals,
        role_holders,
        runs::{cancellation, deployment, downloads, promotion, redeployment, retry, settings_file, show as show_run},
        sessions, shares, sightings, solution_pipelines, solution_versions,
        solutions::{self, new as new_solutions, overview},
        stage_runs, stages,
    },
    web::{assets, guards::Public, respond::Answer},
};

/// Adds all routes.
pub fn configure(site: &mut ServiceConfig) {
    site.configure(assets::configure)
        .route("/", get().to(home::show))
        .configure(entrance)
        .configure(own_account)
        .configure(makers)
        .configure(runs)
        .configure(configuration)
        .configure(admin_environments)
        .configure(admin_people)
        .configure(admin_groups);
}

/// Runs: their history, their pages, and how they begin.
fn runs(site: &mut ServiceConfig) {
    site.route("/deployments", get().to(deployments::index))
        .route("/hosts/{host}/runs", get().to(deployments::of_host))
        .route("/pipelines/{pipeline}", get().to(solution_pipelines::of_pipeline))
        .route("/pipelines/{pipeline}/stages/{stage}/runs/new", get().to(stage_runs::new))
        .route("/pipelines/{pipeline}/stages/{stage}/runs", post().to(stage_runs::create))
        .route("/runs/{run}", get().to(show_run))
        .route("/runs/{run}/deployment", post().to(deployment::create))
        .route("/runs/{run}/settings-file", get().to(settings_file::show))
        .route("/runs/{run}/settings-file", post().to(settings_file::create))
        .route("/runs/{run}/cancellation", post().to(cancellation::create))
        .route("/runs/{run}/retry", post().to(retry::create))
        .route("/runs/{run}/promotion", post().to(promotion::create))
        .route("/runs/{run}/redeployment", get().to(redeployment::new))
        .route("/runs/{run}/redeployment", post().to(redeployment::create))
        .route("/runs/{run}/packages/{kind}", get().to(downloads::show));
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
        .route("/environments/{environment}/solutions/{solution}/pipelines", get().to(solution_pipelines::show))
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
