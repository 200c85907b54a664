//! That an entry and the change it tells of happen together, from where, and without secrets.

use actix_web::test::TestRequest;
use diesel::{prelude::*, sql_query};
use sluice::{
    db,
    models::{audit::By, group::Group, run::Run, tenant::Tenant},
    schema::{audit, runs},
    web::front::Front,
};

use super::people::last;
use crate::support::{Browser, Contoso, PASSWORD, TestApp, contoso::tables};

#[actix_web::test]
async fn what_is_refused_leaves_no_entry() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    let group = last(&ada.post("/admin/groups", &[("name", "Makers"), ("description", "")]).await);
    let before = c.app.audit();
    assert_eq!(ada.post("/admin/groups", &[("name", "makers"), ("description", "")]).await.status, 422);
    // Refused after it had been written, as the host is in use.
    let retirement = format!("/admin/environments/{}/retirement", c.host.id);
    assert_ne!(ada.post(&retirement, &[]).await.status, 303);
    assert_eq!(c.app.audit(), before);
    let mut maya = c.app.sign_in(&c.maya).await;
    let before = c.app.audit();
    assert_eq!(maya.post(&format!("/admin/groups/{group}"), &[("name", "Mine")]).await.status, 404);
    assert_eq!(c.app.audit(), before);
}

#[actix_web::test]
async fn what_cannot_be_logged_is_not_done() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let rename = |from: &str, to: &str| {
        let rename = sql_query(format!("ALTER TABLE {from} RENAME TO {to}"));
        app.write(|c| Ok(rename.execute(c)?));
    };
    rename("audit", "gone");
    assert_eq!(ada.post("/admin/groups", &[("name", "Makers"), ("description", "")]).await.status, 500);
    rename("gone", "audit");
    assert!(app.read(Group::all).is_empty());
    assert_eq!(ada.post("/admin/groups", &[("name", "Makers"), ("description", "")]).await.status, 303);
}

#[actix_web::test]
async fn the_address_is_the_one_behind_trusted_proxies() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let url = Some("https://sluice.example.com".parse().unwrap());
    let front = Front { url, proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Front::default() };
    let mut browser = Browser::new(&app.app.clone().behind(front)).await;
    let sign_in = [("email", ada.email.as_str()), ("password", PASSWORD)];
    let asked = |path: &str, peer: &str, form: &[(&str, &str)]| {
        let request = TestRequest::post().uri(path).peer_addr(peer.parse().unwrap());
        let request = request.insert_header(("Sec-Fetch-Site", "same-origin"));
        request.insert_header(("X-Forwarded-For", "198.51.100.4, 203.0.113.7")).set_form(form)
    };
    assert_eq!(browser.send(asked("/sign-in", "10.1.2.3:4000", &sign_in)).await.status, 303);
    let addresses = || -> Vec<String> {
        let made = audit::table.filter(audit::action.eq("create")).order(audit::id);
        app.read(|c| Ok(made.select(audit::address).load(c)?))
    };
    for (name, peer) in [("Behind", "10.1.2.3:4000"), ("Direct", "192.0.2.9:4000")] {
        let page = browser.send(asked("/admin/groups", peer, &[("name", name), ("description", "")])).await;
        assert_eq!(page.status, 303, "{}", page.text());
    }
    assert_eq!(addresses(), ["203.0.113.7", "192.0.2.9"]);
}

#[actix_web::test]
async fn what_ends_runs_is_told_of_sluice() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    c.import(&c.development, &tables("1.0.0.2")).await;
    let old = c.validated(&mut maya, &c.test, "contoso_core").await;
    let long_ago = db::now() - chrono::TimeDelta::days(8);
    c.app.write(|db| Ok(diesel::update(runs::table.find(old.id)).set(runs::started_at.eq(long_ago)).execute(db)?));
    c.app.write(Run::expire);
    let told = "Sluice expire Contoso Core 1.0.0.2 to Test; State: Validation succeeded → Canceled; \
                Nobody chose Deploy for 7 days.";
    assert_eq!(c.app.audit().last().unwrap(), told);
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    c.unshare();
    c.app.run_worker().await;
    let told = "Sluice fail Contoso Core 1.0.0.2 to Test; State: Queued → Failed; ";
    let last = c.app.audit().pop().unwrap();
    assert!(last.starts_with(told) && last.len() > told.len(), "{last}");
}

#[actix_web::test]
async fn failures_that_block_an_account_are_told_without_what_was_typed() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let blocks = || app.audit().into_iter().filter(|line| line.contains(" block ")).collect::<Vec<_>>();
    let mut nobody = app.browser().await;
    for (email, subject) in [(bo.email.as_str(), "Bo"), ("my-password@example.com", "Unknown account")] {
        let form = [("email", email), ("password", "not the password")];
        for _ in 0..4 {
            assert_eq!(nobody.post("/sign-in", &form).await.status, 422);
        }
        assert!(!blocks().iter().any(|line| line.contains(subject)), "four failures have no consequence");
        nobody.post("/sign-in", &form).await;
        let told = format!("Not signed in block {subject}; Blocked until:  → ");
        assert!(blocks().last().unwrap().starts_with(&told), "{:?}", blocks());
        assert_eq!(nobody.post("/sign-in", &form).await.status, 429);
    }
    assert_eq!(blocks().len(), 2, "who must wait adds nothing");
    assert!(!app.audit().concat().contains("my-password"));
}

#[actix_web::test]
async fn secrets_are_in_no_entry() {
    const MARKER: &str = "MARKER is a long password";
    let app = TestApp::new();
    let token = app.write(Tenant::new_setup_token);
    let mut ada = app.browser().await;
    let form = [("name", "Ada"), ("email", "ada@example.com"), ("password", MARKER), ("password_again", MARKER)];
    assert_eq!(ada.post(&format!("/first-administrator/{token}"), &form).await.status, 303);
    let wrong = [("email", "ada@example.com"), ("password", "MARKER but wrong")];
    app.browser().await.post("/sign-in", &wrong).await;
    let other = "MARKER is another password";
    let form = [("current_password", MARKER), ("password", other), ("password_again", other)];
    assert_eq!(ada.post("/account/password", &form).await.status, 303);
    let bo = app.person("Bo");
    let link = app.write(|c| bo.new_password_link(c, &By::sluice()));
    let form = [("password", other), ("password_again", other)];
    assert_eq!(app.browser().await.post(&format!("/set-password/{link}"), &form).await.status, 303);
    let all = everything(&app);
    assert!(all.contains("set password") && all.contains("make password link"), "{all}");
    for secret in ["MARKER", "$argon2", &token, &link] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

// Each text of each entry.
fn everything(app: &TestApp) -> String {
    let columns =
        (audit::action, audit::subject_id, audit::subject_name, audit::changes, audit::detail, audit::search_key);
    let rows: Vec<(String, String, String, String, String, String)> =
        app.read(|c| Ok(audit::table.select(columns).load(c)?));
    format!("{rows:?}")
}
