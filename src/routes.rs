//! Every URL of the site.

use actix_web::web::{ServiceConfig, get, post};

use crate::{
    error::Error,
    handlers::{
        account, activations, environment_pages, environment_retirements, environment_roles, environments,
        first_administrator, group_members, groups, home, installations, password_links, people, sessions,
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

/// What answers at an address that is none of ours.
pub async fn nothing(_: Public) -> Answer {
    Err(Error::NotFound)
}
