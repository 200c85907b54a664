//! Who may see and do what, and nobody else: every route of the site times every kind of people.

mod crossed;
mod fabrikam;
mod files;
mod foreign;
mod keys;
mod objects;
pub mod rows;
pub mod snapshot;
pub mod table;
pub mod world;

use std::collections::BTreeSet;

use actix_web::{http::Method, test::TestRequest};
use sluice::routes;

use self::{table::ask, world::World};
use crate::support::TestApp;

/// The kinds of people, in the order of the table's columns.
pub const PEOPLE: [&str; 9] = [
    "anybody",
    "a stranger with an account",
    "a viewer",
    "a runner without environment rights",
    "a runner",
    "a pipeline administrator",
    "an administrator of another host",
    "a deactivated administrator",
    "a system administrator",
];

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: BTreeSet<String> = routes::ALL.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let rows: BTreeSet<String> = rows::all().map(|(route, ..)| (*route).to_owned()).collect();
    let (without, strange) = (&routes - &rows, &rows - &routes);
    assert!(without.is_empty(), "say in tests/app/access/rows.rs who may: {without:#?}");
    assert!(strange.is_empty(), "there is no such route: {strange:#?}");
    assert_eq!(routes.len(), routes::ALL.len(), "a route that stands there twice is answered by its first line");
}

#[actix_web::test]
async fn a_known_address_asked_in_another_way_is_not_found() {
    let app = TestApp::new();
    let mut browser = app.sign_in(&app.administrator("Ada")).await;
    for route in routes::ALL {
        let path = table::fill(route.path, &|_| "x".to_owned());
        let request = TestRequest::with_uri(&path).method(Method::DELETE).insert_header(("Sec-Fetch-Site", "none"));
        assert_eq!(browser.send(request).await.status, 404, "DELETE {path}");
    }
}

#[actix_web::test]
async fn who_asks_by_head_learns_no_more_and_no_less_than_by_get() {
    let world = World::new().await;
    let runner = &world.browsers[4];
    for row in rows::all().filter(|row| row.0.starts_with("GET ")) {
        let head = (&*row.0.replace("GET ", "HEAD "), row.1, row.2);
        let (get, head) =
            (ask(&world, runner, row, &|_, _| None).await, ask(&world, runner, &head, &|_, _| None).await);
        assert_eq!((get.status, get.location()), (head.status, head.location()), "{}", row.0);
    }
}

/// One test a room, so that they run side by side.
macro_rules! rooms {
    ($($room:ident $rows:ident;)+) => {$(
        #[actix_web::test]
        async fn $room() {
            table::check(rows::$rows).await;
        }
    )+};
}

rooms! {
    the_entrance_and_the_own_account ENTRANCE;
    the_makers_pages_of_an_environment MAKERS;
    the_pages_of_a_solution SOLUTION;
    runs_and_how_they_begin RUNS;
    configuration_of_a_host HOST;
    pipelines_and_their_parts PIPELINES;
    the_admin_center_environments ADMIN_ENVIRONMENTS;
    the_admin_center_people_and_groups ADMIN_PEOPLE;
    the_admin_center_retention ADMIN_RETENTION;
}
