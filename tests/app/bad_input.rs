//! Bad input to every form of the site: refused in words, where it can be beside the field, and nothing of it stored.

mod bodies;
mod driver;
mod entrance;
pub mod forms;
pub mod kinds;
mod uploads;

use std::collections::BTreeSet;

use actix_web::http::Method;
use sluice::routes;

use crate::support::TestApp;

#[test]
fn every_form_says_its_fields() {
    let posts = routes::ALL.iter().filter(|route| route.method == Method::POST);
    let posts: BTreeSet<&str> = posts.map(|route| route.path).collect();
    let others = [entrance::SETUP, uploads::PACKAGE, uploads::SETTINGS];
    let listed: BTreeSet<&str> = forms::all().map(|form| form.route).chain(others).collect();
    let (without, strange) = (&posts - &listed, &listed - &posts);
    assert!(without.is_empty(), "say in tests/app/bad_input/forms.rs which fields they have: {without:#?}");
    assert!(strange.is_empty(), "there is no such route: {strange:#?}");
}

#[actix_web::test]
async fn more_than_any_form_brings_is_refused_on_a_page_of_its_own() {
    let app = TestApp::new();
    for body in bodies::too_large() {
        let page = app.browser().await.send(body.request("/sign-in")).await;
        assert_eq!((page.status, page.all("h1")), (body.status, vec!["Too large".to_owned()]), "{}", body.name);
    }
}

/// One test a room, so that they run side by side.
macro_rules! rooms {
    ($($room:ident $forms:ident;)+) => {$(
        #[actix_web::test]
        async fn $room() {
            driver::check(forms::$forms).await;
        }
    )+};
}

rooms! {
    the_entrance_and_the_own_account ENTRANCE;
    the_makers_pages MAKERS;
    runs RUNS;
    configuration_of_a_host HOST;
    pipelines_and_their_parts PIPELINES;
    the_admin_center_environments ADMIN_ENVIRONMENTS;
    the_admin_center_people_and_groups ADMIN_PEOPLE;
}
