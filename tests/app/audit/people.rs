//! People, groups, passwords and sessions in the log.

use sluice::models::{
    audit::By,
    person::Person,
    session::{Device, Session},
    tenant::Tenant,
};

use super::walk::Walk;
use crate::support::{Browser, PASSWORD, Page, TestApp};

const NEW: &str = "another long password";

/// Uses every route about people once.
pub async fn walk(walk: &mut Walk) {
    entrance(walk).await;
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let form = [("name", "Nia"), ("email", "nia@example.com")];
    walk.step(&app, &mut ada, ("/admin/people", &[]), &form, "Ada add Nia; Name:  → Nia; Email:  → nia@example.com")
        .await;
    let nia = app.read(Person::all).into_iter().find(|person| person.name == "Nia").unwrap().id.to_string();
    let form = [("name", "Nia N."), ("email", "nia@example.org"), ("time_zone", "Europe/Berlin"), ("locale", "en-GB")];
    let told =
        "Ada change Nia; Name: Nia → Nia N.; Email: nia@example.com → nia@example.org; Time zone: UTC → Europe/Berlin";
    walk.step(&app, &mut ada, ("/admin/people/{person}", &[&nia]), &form, told).await;
    let link = ("/admin/people/{person}/password-link", &[nia.as_str()][..]);
    walk.step(&app, &mut ada, link, &[], "Ada make password link Nia N.").await;
    walk.step(&app, &mut ada, ("/admin/people/{person}/deactivation", &[&nia]), &[], "Ada deactivate Nia N.").await;
    walk.step(&app, &mut ada, ("/admin/people/{person}/reactivation", &[&nia]), &[], "Ada reactivate Nia N.").await;
    let form = [("time_zone", "Asia/Tokyo"), ("locale", "en-US")];
    let told = "Ada change Ada; Time zone: UTC → Asia/Tokyo";
    walk.step(&app, &mut ada, ("/account/formats", &[]), &form, told).await;
    sessions(walk, &app, &mut ada).await;
    let form = [("current_password", PASSWORD), ("password", NEW), ("password_again", NEW)];
    walk.step(&app, &mut ada, ("/account/password", &[]), &form, "Ada set password Ada; Password:  → replaced").await;
    groups(walk, &app, &nia).await;
    walk.step(
        &app,
        &mut ada,
        ("/admin/audit/exports", &[]),
        &[("format", "csv")],
        "Ada export log Audit log; Format:  → CSV",
    )
    .await;
    walk.step(&app, &mut ada, ("/sign-out", &[]), &[], "Ada sign out Ada").await;
}

async fn sessions(walk: &mut Walk, app: &TestApp, ada: &mut Browser) {
    let eve = app.person("Eve");
    let mut first = app.sign_in(&eve).await;
    let other = Device { browser: "Firefox".into(), address: "203.0.113.7".into() };
    let session = app.write(|c| Session::begin(c, &eve, &other)).id.to_string();
    let told = "Eve end sessions Eve; Browser: Firefox → ; Address: 203.0.113.7 → ";
    walk.step(app, &mut first, ("/account/sessions/{session}/removal", &[&session]), &[], told).await;
    app.sign_in(&eve).await;
    walk.step(app, &mut first, ("/account/sessions/removal", &[]), &[], "Eve end sessions Eve; Sessions: 1 → ").await;
    let id = eve.id.to_string();
    let route = ("/admin/people/{person}/sessions/removal", &[id.as_str()][..]);
    walk.step(app, ada, route, &[], "Ada end sessions Eve; Sessions: 1 → ").await;
    let route = ("/admin/people/{person}/deactivation", &[id.as_str()][..]);
    app.sign_in(&eve).await;
    walk.step(app, ada, route, &[], "Ada end sessions Eve; Sessions: 1 → ").await;
}

async fn entrance(walk: &mut Walk) {
    let app = TestApp::new();
    let token = app.write(Tenant::new_setup_token);
    let mut nobody = app.browser().await;
    let form = [("name", "Ada"), ("email", "ada@example.com"), ("password", NEW), ("password_again", NEW)];
    let route = ("/first-administrator/{token}", &[token.as_str()][..]);
    let told = "Not signed in add Ada; Name:  → Ada; Email:  → ada@example.com; System administrator:  → yes";
    walk.step(&app, &mut nobody, route, &form, told).await;
    let bo = app.person("Bo");
    let token = app.write(|c| bo.new_password_link(c, &By::sluice()));
    let form = [("password", NEW), ("password_again", NEW)];
    let route = ("/set-password/{token}", &[token.as_str()][..]);
    walk.step(&app, &mut app.browser().await, route, &form, "Bo set password Bo; Password:  → replaced").await;
    let form = [("email", "bo@example.com"), ("password", NEW)];
    walk.step(&app, &mut app.browser().await, ("/sign-in", &[]), &form, "Bo sign in Bo").await;
}

async fn groups(walk: &mut Walk, app: &TestApp, nia: &str) {
    let fay = app.administrator("Fay");
    let mut fay = app.sign_in(&fay).await;
    let form = [("name", "Makers"), ("description", "Who makes")];
    let told = "Fay create Makers; Name:  → Makers; Description:  → Who makes";
    let page = walk.step(app, &mut fay, ("/admin/groups", &[]), &form, told).await;
    let group = last(&page);
    let form = [("name", "Builders"), ("description", "Who makes")];
    walk.step(app, &mut fay, ("/admin/groups/{group}", &[&group]), &form, "Fay change Makers; Name: Makers → Builders")
        .await;
    let route = ("/admin/groups/{group}/members", &[group.as_str()][..]);
    walk.step(app, &mut fay, route, &[("person", nia)], "Fay add member Builders; Member:  → Nia N.").await;
    let route = ("/admin/groups/{group}/members/{person}/removal", &[group.as_str(), nia][..]);
    walk.step(app, &mut fay, route, &[], "Fay remove member Builders; Member: Nia N. → ").await;
    let route = ("/admin/groups/{group}/retirement", &[group.as_str()][..]);
    walk.step(app, &mut fay, route, &[], "Fay retire Builders").await;
}

/// The key at the end of where an answer leads.
pub fn last(page: &Page) -> String {
    page.location().and_then(|there| there.rsplit('/').next()).expect("a redirect to the new thing").to_owned()
}
