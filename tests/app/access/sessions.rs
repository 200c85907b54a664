//! Session keys: new ones on the way in, worth nothing on the way out.

use actix_web::{cookie::Cookie, test::TestRequest};
use sluice::models::{audit::By, tenant::Tenant};

use crate::support::{Browser, PASSWORD, TestApp};

const NEW: &str = "a new and better password";

// Browsers are cloned with their cookies: who has the clone has the key.
async fn is_signed_in(browser: &Browser) -> bool {
    let mut browser = browser.clone();
    let page = browser.send(TestRequest::get().uri("/account")).await;
    let changed = browser.post("/account/time-zone", &[("time_zone", "Europe/Berlin")]).await;
    let signed_out = |location: Option<&str>| location.is_some_and(|there| there.starts_with("/sign-in"));
    assert_eq!(signed_out(page.location()), signed_out(changed.location()), "both or neither");
    page.status == 200
}

#[actix_web::test]
async fn a_key_from_before_signing_in_is_worth_nothing_after() {
    let app = TestApp::new();
    let (ada, bo, zed) = (app.person("Ada"), app.person("Bo"), app.person("Zed"));
    let link = app.write(|c| bo.new_password_link(c, &By::sluice()));
    let words = [("password", NEW), ("password_again", NEW)];
    for (name, path, form) in [
        ("Ada", "/sign-in".to_owned(), vec![("email", ada.email.as_str()), ("password", PASSWORD)]),
        ("Bo", format!("/set-password/{link}"), words.to_vec()),
    ] {
        let planted = app.sign_in(&zed).await;
        let mut victim = planted.clone();
        assert_eq!(victim.post(&path, &form).await.status, 303, "{path}");
        victim.get("/account").await.assert_has("dd", name);
        assert!(!is_signed_in(&planted).await, "{path}: the planted key opens a session");
    }
}

#[actix_web::test]
async fn the_first_administrator_gets_a_new_key() {
    let app = TestApp::new();
    let path = format!("/first-administrator/{}", app.write(Tenant::new_setup_token));
    let planted = app.sign_in(&app.person("Zed")).await;
    let mut victim = planted.clone();
    let form = [("name", "Ada"), ("email", "ada@example.com"), ("password", NEW), ("password_again", NEW)];
    assert_eq!(victim.post(&path, &form).await.status, 303);
    assert!(is_signed_in(&victim).await);
    assert!(!is_signed_in(&planted).await);
}

#[actix_web::test]
async fn a_key_is_not_played_again_after_signing_out() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let thief = ada.clone();
    assert!(is_signed_in(&thief).await);
    ada.post("/sign-out", &[]).await;
    assert!(!is_signed_in(&thief).await);
    assert!(!is_signed_in(&ada).await);
}

#[actix_web::test]
async fn a_new_password_ends_every_other_key_and_renews_ones_own() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let (mut here, there) = (app.sign_in(&bo).await, app.sign_in(&bo).await);
    let thief = here.clone();
    let form = [("current_password", PASSWORD), ("password", NEW), ("password_again", NEW)];
    assert_eq!(here.post("/account/password", &form).await.status, 303);
    assert!(is_signed_in(&here).await);
    assert!(!is_signed_in(&there).await, "another browser");
    assert!(!is_signed_in(&thief).await, "the key from before");

    let path = format!("/set-password/{}", app.write(|c| bo.new_password_link(c, &By::sluice())));
    let mut by_link = app.browser().await;
    assert_eq!(by_link.post(&path, &[("password", PASSWORD), ("password_again", PASSWORD)]).await.status, 303);
    assert!(is_signed_in(&by_link).await);
    assert!(!is_signed_in(&here).await, "a password set through a link");
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
