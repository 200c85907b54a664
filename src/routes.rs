//! Every URL of the site: one table, which is how requests find their handlers and what tests go through.

mod tree;
mod untyped;

use actix_web::{
    Route as ActixRoute, guard,
    http::Method,
    web::{ServiceConfig, route},
};

use self::{tree::Tree, untyped::Untyped};

pub use crate::handlers::nothing::show as nothing;
use crate::{handlers::*, web::assets};

/// An address and method that the site answers.
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// The pattern, with names for what differs: `/runs/{run}`.
    pub path: &'static str,
}

// Who asks by HEAD gets what GET would answer, without its body.
fn asked_by(method: Method) -> ActixRoute {
    match method {
        Method::GET => route().guard(guard::Any(guard::Get()).or(guard::Head())),
        other => route().method(other),
    }
}

/// Takes lines of `METHOD "path" => handler;`. A fixed word goes before a name in its place; a known path asked with
/// another method is not found.
macro_rules! routes {
    ($($method:ident $path:literal => $handler:path;)+) => {
        /// All routes of the site.
        pub const ALL: &[Route] = &[$(Route { method: Method::$method, path: $path }),+];

        /// Adds all routes.
        pub fn configure(site: &mut ServiceConfig) {
            let mut tree = Tree::default();
            $(tree.add($path, asked_by(Method::$method).to(Untyped::of($handler)));)+
            tree.serve(site);
        }
    };
}

routes! {
    // The front door.
    GET  "/"                           => home::show;
    GET  "/static/{version}/{name:.+}" => assets::show;
    GET  "/healthz"                    => health::alive;
    GET  "/readyz"                     => health::ready;

    // For whom is not signed in yet.
    GET  "/sign-in"                     => sessions::new;
    POST "/sign-in"                     => sessions::create;
    POST "/sign-out"                    => sessions::destroy;
    GET  "/first-administrator/{token}" => first_administrator::new;
    POST "/first-administrator/{token}" => first_administrator::create;
    GET  "/set-password/{token}"        => password_links::show;
    POST "/set-password/{token}"        => password_links::create;

    // What everybody has.
    GET  "/account"                            => account::show;
    POST "/account/formats"                    => account::choose_formats;
    POST "/account/password"                   => account::change_password;
    GET  "/account/sessions"                   => own_sessions::index;
    POST "/account/sessions/removal"           => own_sessions::remove_others;
    POST "/account/sessions/{session}/removal" => own_sessions::remove;
    GET  "/help"                               => help::index;
    GET  "/help/{page}"                        => help::show;

    // The maker's pages of one environment.
    GET  "/solutions"                                                   => solutions::home;
    GET  "/environments/{environment}/solutions"                        => solutions::index;
    POST "/environments/{environment}/solutions"                        => solutions::new::create;
    GET  "/environments/{environment}/new-solution"                     => solutions::new::new;
    POST "/environments/{environment}/sightings"                        => sightings::create;
    GET  "/environments/{environment}/imports/new"                      => imports::new;
    POST "/environments/{environment}/imports"                          => imports::create;
    GET  "/environments/{environment}/imports/{operation}"              => imports::show;
    POST "/environments/{environment}/imports/{operation}"              => imports::confirm;
    GET  "/environments/{environment}/connections"                      => connections::index;
    POST "/environments/{environment}/connections"                      => connections::create;
    GET  "/environments/{environment}/connections/new"                  => connections::new;
    POST "/environments/{environment}/connections/{connection}"         => connections::edit::update;
    GET  "/environments/{environment}/connections/{connection}/edit"    => connections::edit::show;
    GET  "/environments/{environment}/connections/{connection}/removal" => connections::confirm;
    POST "/environments/{environment}/connections/{connection}/removal" => connections::destroy;

    // One solution of an environment.
    GET  "/environments/{environment}/solutions/{solution}"                               => solutions::overview::show;
    GET  "/environments/{environment}/solutions/{solution}/contents"                      => solutions::contents::show;
    GET  "/environments/{environment}/solutions/{solution}/pipelines"                     => solution_pipelines::show;
    GET  "/environments/{environment}/solutions/{solution}/version"                       => solution_versions::new;
    POST "/environments/{environment}/solutions/{solution}/version"                       => solution_versions::create;
    GET  "/environments/{environment}/solutions/{solution}/removal"                       => removals::new;
    POST "/environments/{environment}/solutions/{solution}/removal"                       => removals::create;
    POST "/environments/{environment}/solutions/{solution}/exports"                       => exports::create;
    GET  "/environments/{environment}/solutions/{solution}/exports/{operation}"           => exports::show;
    GET  "/environments/{environment}/solutions/{solution}/exports/{operation}/{package}" => exports::download;

    // Runs: their history, their pages, and how they begin.
    GET  "/deployments"                                  => deployments::index;
    GET  "/deployments/matches"                          => deployments::matches::index;
    GET  "/matrix"                                       => matrix::index;
    GET  "/matrix/{solution}"                            => timelines::show;
    GET  "/search"                                       => search::index;
    GET  "/hosts/{host}/runs"                            => deployments::of_host;
    GET  "/hosts/{host}/runs/matches"                    => deployments::matches::of_host;
    GET  "/pipelines/{pipeline}"                         => solution_pipelines::of_pipeline;
    GET  "/pipelines/{pipeline}/stages/{stage}/runs/new" => stage_runs::new;
    POST "/pipelines/{pipeline}/stages/{stage}/runs"     => stage_runs::create;
    GET  "/runs/{run}"                                   => runs::show;
    POST "/runs/{run}/deployment"                        => runs::deployment::create;
    GET  "/runs/{run}/settings-file"                     => runs::settings_file::show;
    POST "/runs/{run}/settings-file"                     => runs::settings_file::create;
    GET  "/runs/{run}/schedule"                          => runs::schedule::edit;
    POST "/runs/{run}/schedule"                          => runs::schedule::update;
    POST "/runs/{run}/cancellation"                      => runs::cancellation::create;
    POST "/runs/{run}/retry"                             => runs::retry::create;
    POST "/runs/{run}/promotion"                         => runs::promotion::create;
    GET  "/runs/{run}/redeployment"                      => runs::redeployment::new;
    POST "/runs/{run}/redeployment"                      => runs::redeployment::create;
    GET  "/runs/{run}/packages/{kind}"                   => runs::downloads::show;

    // For who administers a host: security and settings.
    GET  "/hosts/{host}/security"                => role_holders::index;
    POST "/hosts/{host}/security"                => role_holders::create;
    GET  "/hosts/{host}/security/matches"        => role_holders::matches;
    GET  "/hosts/{host}/security/{role}/removal" => role_holders::confirm_removal;
    POST "/hosts/{host}/security/{role}/removal" => role_holders::remove;
    GET  "/hosts/{host}/settings"                => host_settings::edit;
    POST "/hosts/{host}/settings"                => host_settings::update;

    // For who administers a host: deployment environments.
    GET  "/hosts/{host}/environments"                     => deployment_environments::index;
    POST "/hosts/{host}/environments"                     => deployment_environments::create;
    GET  "/hosts/{host}/environments/new"                 => deployment_environments::new;
    GET  "/hosts/{host}/environments/{record}"            => deployment_environments::show;
    POST "/hosts/{host}/environments/{record}"            => deployment_environments::update;
    GET  "/hosts/{host}/environments/{record}/edit"       => deployment_environments::edit;
    POST "/hosts/{host}/environments/{record}/validation" => deployment_environments::refresh;
    GET  "/hosts/{host}/environments/{record}/force-link" => deployment_environments::confirm_force_link;
    POST "/hosts/{host}/environments/{record}/force-link" => deployment_environments::force_link;
    GET  "/hosts/{host}/environments/{record}/retirement" => deployment_environments::confirm_retirement;
    POST "/hosts/{host}/environments/{record}/retirement" => deployment_environments::retire;

    // For who administers a host: pipelines and their parts.
    GET  "/hosts/{host}/pipelines"                                          => pipelines::index;
    POST "/hosts/{host}/pipelines"                                          => pipelines::create;
    GET  "/hosts/{host}/pipelines/new"                                      => pipelines::new;
    GET  "/hosts/{host}/pipelines/{pipeline}"                               => pipelines::configure;
    POST "/hosts/{host}/pipelines/{pipeline}"                               => pipelines::update;
    GET  "/hosts/{host}/pipelines/{pipeline}/edit"                          => pipelines::edit;
    GET  "/hosts/{host}/pipelines/{pipeline}/retirement"                    => pipelines::confirm_retirement;
    POST "/hosts/{host}/pipelines/{pipeline}/retirement"                    => pipelines::retire;
    GET  "/hosts/{host}/pipelines/{pipeline}/environments/new"              => pipeline_sources::new;
    POST "/hosts/{host}/pipelines/{pipeline}/environments"                  => pipeline_sources::create;
    GET  "/hosts/{host}/pipelines/{pipeline}/environments/{record}/removal" => pipeline_sources::confirm_removal;
    POST "/hosts/{host}/pipelines/{pipeline}/environments/{record}/removal" => pipeline_sources::remove;
    GET  "/hosts/{host}/pipelines/{pipeline}/stages/new"                    => stages::new;
    POST "/hosts/{host}/pipelines/{pipeline}/stages"                        => stages::create;
    GET  "/hosts/{host}/pipelines/{pipeline}/stages/{stage}/edit"           => stages::edit;
    POST "/hosts/{host}/pipelines/{pipeline}/stages/{stage}"                => stages::update;
    GET  "/hosts/{host}/pipelines/{pipeline}/stages/{stage}/people"         => stage_people::index;
    GET  "/hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement"     => stages::confirm_retirement;
    POST "/hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement"     => stages::retire;
    GET  "/hosts/{host}/pipelines/{pipeline}/shares"                        => shares::index;
    POST "/hosts/{host}/pipelines/{pipeline}/shares"                        => shares::create;
    GET  "/hosts/{host}/pipelines/{pipeline}/shares/matches"                => shares::matches;
    POST "/hosts/{host}/pipelines/{pipeline}/shares/{share}"                => shares::update;
    GET  "/hosts/{host}/pipelines/{pipeline}/shares/{share}/removal"        => shares::confirm_removal;
    POST "/hosts/{host}/pipelines/{pipeline}/shares/{share}/removal"        => shares::remove;

    // Admin center, All environments.
    GET  "/admin/environments"                                    => environments::index;
    POST "/admin/environments"                                    => environments::create;
    GET  "/admin/environments/new"                                => environments::new;
    GET  "/admin/environments/{environment}"                      => environment_pages::show;
    POST "/admin/environments/{environment}"                      => environments::update;
    GET  "/admin/environments/{environment}/edit"                 => environments::edit;
    GET  "/admin/environments/{environment}/host"                 => installations::new;
    POST "/admin/environments/{environment}/host"                 => installations::create;
    POST "/admin/environments/{environment}/roles"                => environment_roles::create;
    GET  "/admin/environments/{environment}/roles/matches"        => environment_roles::matches;
    POST "/admin/environments/{environment}/roles/{role}"         => environment_roles::update;
    POST "/admin/environments/{environment}/roles/{role}/removal" => environment_roles::destroy;
    GET  "/admin/environments/{environment}/retirement"           => environment_retirements::new;
    POST "/admin/environments/{environment}/retirement"           => environment_retirements::create;

    // Admin center, People.
    GET  "/admin/people"                           => people::index;
    POST "/admin/people"                           => people::create;
    GET  "/admin/people/new"                       => people::new;
    GET  "/admin/people/{person}"                  => people::show;
    POST "/admin/people/{person}"                  => people::update;
    GET  "/admin/people/{person}/edit"             => people::edit;
    POST "/admin/people/{person}/password-link"    => password_links::issue;
    POST "/admin/people/{person}/sessions/removal" => activations::sign_out;
    GET  "/admin/people/{person}/deactivation"     => activations::ask_deactivation;
    POST "/admin/people/{person}/deactivation"     => activations::deactivate;
    GET  "/admin/people/{person}/reactivation"     => activations::ask_reactivation;
    POST "/admin/people/{person}/reactivation"     => activations::reactivate;

    // Admin center, Groups.
    GET  "/admin/groups"                                  => groups::index;
    POST "/admin/groups"                                  => groups::create;
    GET  "/admin/groups/new"                              => groups::new;
    GET  "/admin/groups/{group}"                          => groups::show;
    POST "/admin/groups/{group}"                          => groups::update;
    GET  "/admin/groups/{group}/edit"                     => groups::edit;
    POST "/admin/groups/{group}/members"                  => group_members::create;
    GET  "/admin/groups/{group}/members/matches"          => group_members::matches;
    POST "/admin/groups/{group}/members/{person}/removal" => group_members::destroy;
    GET  "/admin/groups/{group}/retirement"               => groups::ask_retirement;
    POST "/admin/groups/{group}/retirement"               => groups::retire;

    // Admin center, Retention.
    GET  "/admin/retention"                          => retention::index;
    POST "/admin/retention"                          => retention::update;
    GET  "/admin/retention/removal"                  => retention::removal::confirm;
    POST "/admin/retention/removal"                  => retention::removal::create;
    POST "/admin/retention/packages/{artifact}/return" => retention::returns::create;

    // Admin center, Audit log.
    GET  "/admin/audit"         => audit::index;
    POST "/admin/audit/exports" => audit::exports::create;
}

/// All routes of a server that has no pages.
pub fn probes(site: &mut ServiceConfig) {
    site.route("/healthz", asked_by(Method::GET).to(health::alive));
    site.route("/readyz", asked_by(Method::GET).to(health::ready));
}

/// All routes of the listener for whoever runs the server.
pub fn monitor(site: &mut ServiceConfig) {
    site.route("/healthz", asked_by(Method::GET).to(health::alive));
    site.route("/readyz", asked_by(Method::GET).to(health::ready_in_detail));
    site.route("/metrics", asked_by(Method::GET).to(metrics::show));
}
