//! Every page is open to everybody: it keeps WCAG 2.2 A and AA as far as axe-core can tell, in both themes, and fits a desk,
//! a phone, and a desk on which everything is shown twice as large.

mod axe;
mod rare;
mod routes;
mod walk;

use crate::{
    browser::DESK,
    demo::{self, sign_in},
    programs::Server,
    tell,
};
use walk::Walk;

const SOLUTION: &str = "/environments/{environment}/solutions/{solution}";

/// Pages with a form that cannot be left empty.
const FORMS: [&str; 20] = [
    "/account",
    "/environments/{environment}/new-solution",
    "/environments/{environment}/connections/new",
    "/environments/{environment}/connections/{connection}/edit",
    "/environments/{environment}/solutions/{solution}/version",
    "/runs/{run}/schedule",
    "/hosts/{host}/security",
    "/hosts/{host}/environments/new",
    "/hosts/{host}/environments/{record}/edit",
    "/hosts/{host}/pipelines/new",
    "/hosts/{host}/pipelines/{pipeline}/edit",
    "/hosts/{host}/pipelines/{pipeline}/stages/new",
    "/hosts/{host}/pipelines/{pipeline}/stages/{stage}/edit",
    "/hosts/{host}/pipelines/{pipeline}/shares",
    "/admin/environments/new",
    "/admin/environments/{environment}/edit",
    "/admin/people/new",
    "/admin/people/{person}/edit",
    "/admin/groups/new",
    "/admin/groups/{group}/edit",
];

#[actix_web::test]
async fn whoever_is_not_signed_in_can_use_every_page() {
    let (empty, demo) = (Server::empty(), demo::start());
    tell(&demo.url, DESK, async |browser| {
        let mut walk = Walk::new(browser);
        walk.visit(&empty.first_link, 200).await;
        walk.leave_empty(&empty.first_link).await;
        walk.visit("/sign-in", 200).await;
        walk.leave_empty("/sign-in").await;
        walk.visit("/set-password/long-over", 404).await;
        walk.visit("/nothing/of/this/name", 404).await;
        walk.is_open_to_everybody();
    })
    .await;
}

#[actix_web::test]
async fn an_administrator_can_use_every_page() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        let mut walk = Walk::new(browser);
        sign_in(browser, "admin@example.com").await;
        rare::make(&server, browser, &mut walk).await;
        walk.from("/").await;
        // A part of its solution's page to who runs scripts.
        let solution = walk.seen(SOLUTION).next().expect("a solution's page").to_owned();
        walk.visit(&format!("{solution}/contents"), 200).await;
        for pattern in FORMS {
            let address = walk.seen(pattern).next().unwrap_or_else(|| panic!("{pattern} was not met")).to_owned();
            walk.leave_empty(&address).await;
        }
        // Those were met by who is not signed in.
        let entrance = ["/sign-in", "/first-administrator/{token}"];
        let missed = routes::pages().filter(|page| walk.seen(page).next().is_none() && !entrance.contains(page));
        assert_eq!(missed.collect::<Vec<_>>(), [""; 0], "No link led there.");
        walk.is_open_to_everybody();
    })
    .await;
}

#[actix_web::test]
async fn a_maker_can_use_every_page() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        let mut walk = Walk::new(browser);
        sign_in(browser, "maker@example.com").await;
        walk.from("/").await;
        walk.visit("/admin/people", 403).await;
        walk.is_open_to_everybody();
    })
    .await;
}

#[actix_web::test]
async fn a_viewer_can_use_every_page() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        let mut walk = Walk::new(browser);
        sign_in(browser, "viewer@example.com").await;
        walk.from("/").await;
        walk.is_open_to_everybody();
    })
    .await;
}
