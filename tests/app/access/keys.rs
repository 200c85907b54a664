//! Session keys at the other ways in, and after an account comes back.

use actix_web::{cookie::Cookie, test::TestRequest};
use sluice::models::{audit::By, tenant::Tenant};

use crate::support::{Browser, TestApp};

const NEW: &str = "a new and better password";

async fn is_signed_in(browser: &Browser) -> bool {
    let page = browser.copy().send(TestRequest::get().uri("/account")).await;
    let form = [("time_zone", "Europe/Berlin"), ("locale", "en-GB")];
    let changed = browser.copy().post("/account/formats", &form).await;
    let signed_out = |location: Option<&str>| location.is_some_and(|there| there.starts_with("/sign-in"));
    assert_eq!(signed_out(page.location()), signed_out(changed.location()), "both or neither");
    page.status == 200
}

#[actix_web::test]
async fn a_link_takes_a_new_key_and_ends_every_other() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let there = app.sign_in(&bo).await;
    let planted = app.sign_in(&app.person("Zed")).await;
    let mut victim = planted.copy();
    let path = format!("/set-password/{}", app.write(|c| bo.new_password_link(c, &By::sluice())));
    assert_eq!(victim.post(&path, &[("password", NEW), ("password_again", NEW)]).await.status, 303);
    victim.get("/account").await.assert_has("dd", "Bo");
    assert!(!is_signed_in(&planted).await, "the key that was planted");
    assert!(!is_signed_in(&there).await, "where Bo was signed in");
}

#[actix_web::test]
async fn the_first_administrator_gets_a_new_key() {
    let app = TestApp::new();
    let path = format!("/first-administrator/{}", app.write(Tenant::new_setup_token));
    let planted = app.sign_in(&app.person("Zed")).await;
    let mut victim = planted.copy();
    let form = [("name", "Ada"), ("email", "ada@example.com"), ("password", NEW), ("password_again", NEW)];
    assert_eq!(victim.post(&path, &form).await.status, 303);
    assert!(is_signed_in(&victim).await);
    assert!(!is_signed_in(&planted).await);
}

#[actix_web::test]
async fn a_key_does_not_come_back_with_a_reactivated_account() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let bo = app.person("Bo");
    let old = app.sign_in(&bo).await;
    for act in ["deactivation", "reactivation"] {
        assert_eq!(ada.post(&format!("/admin/people/{}/{act}", bo.id), &[]).await.status, 303);
        assert!(!is_signed_in(&old).await, "{act}");
    }
}

#[actix_web::test]
async fn a_made_up_key_is_no_key() {
    let app = TestApp::new();
    app.sign_in(&app.person("Ada")).await;
    for key in ["", "x", "0".repeat(64).as_str(), &"A".repeat(4000), "%00%0d%0a"] {
        let request = TestRequest::get().uri("/account").cookie(Cookie::new("sluice", key));
        let page = app.browser().await.send(request).await;
        assert_eq!(page.location(), Some("/sign-in?next=%2Faccount"), "{key:.20}");
    }
}
