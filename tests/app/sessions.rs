//! Sessions: what a cookie opens and for how long, where one is signed in, and signing out elsewhere.

use actix_web::test::TestRequest;
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use sluice::{
    models::{
        audit::By,
        person::Person,
        session::{self, Device, Session},
    },
    schema::sessions,
};

use crate::support::{Browser, PASSWORD, TestApp};

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn sign_in(app: &TestApp, person: &Person, address: &str, agent: &str) -> Browser {
    let mut browser = app.browser().await.on(address, agent);
    let page = browser.post("/sign-in", &[("email", &person.email), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    browser
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.has("h1", "Your account")
}

fn seen(app: &TestApp) -> NaiveDateTime {
    app.read(|c| Ok(sessions::table.select(sessions::last_seen_at).first(c)?))
}

#[actix_web::test]
async fn the_cookie_is_for_the_site_alone_and_lives_as_long_as_a_session_can() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let page = app.browser().await.post("/sign-in", &[("email", &bo.email), ("password", PASSWORD)]).await;
    let cookie = page.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
        assert!(cookie.split("; ").any(|found| found == part), "{part}: {cookie}");
    }
}

#[actix_web::test]
async fn signing_in_takes_a_new_key_and_ends_the_one_that_was_there() {
    let app = TestApp::new();
    let (mallory, ada) = (app.person("Mallory"), app.administrator("Ada"));
    let mut browser = app.sign_in(&mallory).await;
    let mut planted = browser.copy();
    browser.post("/sign-in", &[("email", &ada.email), ("password", PASSWORD)]).await;
    assert_ne!(browser.cookie("sluice"), planted.cookie("sluice"));
    assert!(browser.get("/account").await.has("dd", &ada.email));
    assert!(!is_signed_in(&mut planted).await, "whoever planted the cookie has nothing of it");
    let forged = TestRequest::get().uri("/account").insert_header(("Cookie", "sluice=0123456789abcdef"));
    assert_eq!(app.browser().await.send(forged).await.location(), Some("/sign-in?next=%2Faccount"));
}

#[actix_web::test]
async fn a_cookie_is_worth_nothing_after_signing_out() {
    let app = TestApp::new();
    let mut browser = app.sign_in(&app.person("Bo")).await;
    let mut copy = browser.copy();
    assert!(is_signed_in(&mut copy).await);
    assert_eq!(browser.post("/sign-out", &[]).await.location(), Some("/sign-in"));
    assert!(browser.cookie("sluice").is_none());
    assert!(!is_signed_in(&mut copy).await);
    assert_eq!(app.read(|c| Ok(sessions::table.count().get_result::<i64>(c)?)), 0);
}

#[actix_web::test]
async fn a_session_ends_after_half_a_day_without_use_and_after_a_week_in_any_case() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let mut browser = app.sign_in(&bo).await;
    for hours in [11, 13] {
        app.later(TimeDelta::hours(hours));
        assert_eq!(is_signed_in(&mut browser).await, hours < 12, "{hours} hours without use");
    }
    let mut browser = app.sign_in(&bo).await;
    for hour in (10..=180).step_by(10) {
        app.later(TimeDelta::hours(10));
        browser.post("/account/formats", &[("time_zone", "UTC"), ("locale", "en-GB")]).await;
        assert_eq!(is_signed_in(&mut browser).await, hour < 7 * 24, "hour {hour}");
    }
    app.write(Session::purge);
    assert_eq!(app.read(|c| Ok(sessions::table.count().get_result::<i64>(c)?)), 0);
}

#[actix_web::test]
async fn that_a_session_is_used_is_noted_once_a_minute() {
    let app = TestApp::new();
    let mut browser = app.sign_in(&app.person("Bo")).await;
    app.later(TimeDelta::seconds(30));
    let before = seen(&app);
    browser.get("/account").await;
    assert_eq!(seen(&app), before, "within the minute nothing is written");
    app.later(TimeDelta::seconds(31));
    let before = seen(&app);
    browser.get("/account").await;
    assert!(seen(&app) - before > TimeDelta::seconds(60));
}

#[actix_web::test]
async fn what_ends_while_a_request_is_under_way_stays_ended() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let new = app.write(|c| Session::begin(c, &bo, &Device::default()));
    let kept = app.read(|c| session::load(c, &new.key)).expect("an open session");
    app.write(|c| session::end(c, &new.key));
    app.write(|c| session::keep(c, &new.key, &kept.state));
    assert!(app.read(|c| session::load(c, &new.key)).is_none());
}

#[actix_web::test]
async fn whose_a_session_is_comes_from_its_row_whatever_its_state_says() {
    let app = TestApp::new();
    let (bo, ada) = (app.person("Bo"), app.administrator("Ada"));
    let new = app.write(|c| Session::begin(c, &bo, &Device::default()));
    let forged = [("person", ada.id.to_string()), ("flash", "kept".into())];
    let forged = forged.map(|(name, value)| (name.to_owned(), serde_json::to_string(&value).unwrap()));
    app.write(|c| session::keep(c, &new.key, &forged.clone().into()));
    let kept = app.read(|c| session::load(c, &new.key)).expect("an open session");
    assert_eq!((kept.person.id, kept.id), (bo.id, new.id));
    assert_eq!(kept.state["flash"], "\"kept\"");
}

#[actix_web::test]
async fn a_session_remembers_what_is_new_beside_what_it_knew_until_it_is_to_forget() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let new = app.write(|c| Session::begin(c, &bo, &Device::default()));
    let keep = |name: &str, json: &str| {
        app.write(|c| session::keep(c, &new.key, &[(name.to_owned(), json.to_owned())].into()));
    };
    keep("environment", "1");
    keep("flash", "2");
    let state = || app.read(|c| session::load(c, &new.key)).expect("an open session").state;
    assert_eq!((state()["environment"].as_str(), state()["flash"].as_str()), ("1", "2"));
    keep("flash", "null");
    assert_eq!(state().into_iter().collect::<Vec<_>>(), [("environment".to_owned(), "1".to_owned())]);
}

#[actix_web::test]
async fn everybody_sees_where_they_are_signed_in_and_signs_out_elsewhere() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let mut here = sign_in(&app, &bo, "192.0.2.7", FIREFOX).await;
    here.get("/account").await.assert_has("dd", "1 · Manage sessions");
    let page = here.get("/account/sessions").await;
    assert!(!page.has("button", "Sign out everywhere else"));
    let mut there = sign_in(&app, &bo, "2001:db8::1", "curl/8.14.1").await;
    let mut odd = sign_in(&app, &bo, "192.0.2.8", "<script>alert(1)</script>").await;
    let page = here.get("/account/sessions").await;
    let rows = page.all("tbody tr");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0], "Firefox on Windows This session 192.0.2.7 just now just now");
    page.assert_has("tbody tr", "curl 2001:db8::1 just now just now Sign out");
    page.assert_has("tbody tr", "Unknown browser 192.0.2.8");
    let keys: Vec<String> = app.read(|c| Ok(sessions::table.select(sessions::key_hash).load(c)?));
    assert!(keys.iter().all(|key| !page.html().contains(key)), "no page shows a key's hash");

    let sessions = app.read(|c| Session::of(c, bo.id));
    let curl = sessions.iter().find(|session| session.browser == "curl").unwrap();
    let removal = format!("/account/sessions/{}/removal", curl.id);
    here.submit(&removal, &[]).await.assert_has("[role=status]", "curl is signed out.");
    assert!(!is_signed_in(&mut there).await && is_signed_in(&mut odd).await);
    assert_eq!(here.post(&removal, &[]).await.status, 404, "once");
    let page = here.submit("/account/sessions/removal", &[]).await;
    page.assert_has("[role=status]", "You are signed out everywhere else.");
    assert!(is_signed_in(&mut here).await && !is_signed_in(&mut odd).await);
    let own = app.read(|c| Session::of(c, bo.id))[0].id;
    assert_eq!(here.post(&format!("/account/sessions/{own}/removal"), &[]).await.location(), Some("/sign-in"));
    assert!(!is_signed_in(&mut here).await);
}

#[actix_web::test]
async fn sessions_of_others_are_not_there() {
    let app = TestApp::new();
    let (bo, ada) = (app.person("Bo"), app.administrator("Ada"));
    let (mut bos, mut adas) = (app.sign_in(&bo).await, app.sign_in(&ada).await);
    let of_bo = app.read(|c| Session::of(c, bo.id))[0].id;
    for id in [of_bo.to_string(), "01a205dc-148e-75aa-99a9-717eb7aa0963".into(), "x".into()] {
        assert_eq!(adas.post(&format!("/account/sessions/{id}/removal"), &[]).await.status, 404, "{id}");
    }
    assert_eq!(adas.get("/account/sessions").await.all("tbody tr").len(), 1);
    adas.submit("/account/sessions/removal", &[]).await;
    assert!(is_signed_in(&mut bos).await);
    for path in ["/account/sessions/removal", "/account/sessions/x/removal"] {
        assert_eq!(app.browser().await.post(path, &[]).await.location(), Some("/sign-in"));
    }
}

#[actix_web::test]
async fn a_new_password_takes_a_new_key_here_and_ends_the_others() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let (mut here, mut there) = (app.sign_in(&bo).await, app.sign_in(&bo).await);
    let mut copy = here.copy();
    let new = "a new and better password";
    let form = [("current_password", PASSWORD), ("password", new), ("password_again", new)];
    assert_eq!(here.post("/account/password", &form).await.status, 303);
    assert!(is_signed_in(&mut here).await);
    assert!(!is_signed_in(&mut copy).await && !is_signed_in(&mut there).await);
    let token = app.write(|c| bo.new_password_link(c, &By::sluice()));
    let form = [("password", PASSWORD), ("password_again", PASSWORD)];
    assert_eq!(app.browser().await.post(&format!("/set-password/{token}"), &form).await.status, 303);
    assert!(!is_signed_in(&mut here).await, "a link ends all");
    assert_eq!(app.read(|c| Session::of(c, bo.id)).len(), 1);
}

#[actix_web::test]
async fn system_administrators_sign_somebody_out_everywhere() {
    let app = TestApp::new();
    let (bo, ada) = (app.person("Bo"), app.administrator("Ada"));
    let (mut one, mut two, mut adas) = (app.sign_in(&bo).await, app.sign_in(&bo).await, app.sign_in(&ada).await);
    let path = format!("/admin/people/{}", bo.id);
    adas.get(&path).await.assert_has("dl.facts div", "Open sessions 2");
    assert_eq!(one.post(&format!("{path}/sessions/removal"), &[]).await.status, 404);
    let page = adas.submit(&format!("{path}/sessions/removal"), &[]).await;
    page.assert_has("[role=status]", "Bo is signed out everywhere.");
    page.assert_has("dl.facts div", "Open sessions 0");
    assert!(!is_signed_in(&mut one).await && !is_signed_in(&mut two).await && is_signed_in(&mut adas).await);
}

#[actix_web::test]
async fn signing_in_as_somebody_else_signs_out_who_was_there() {
    let app = TestApp::new();
    let (ada, bo) = (app.person("Ada"), app.person("Bo"));
    let mut browser = app.sign_in(&ada).await;
    let form = [("email", bo.email.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-in", &form).await.status, 303);
    assert_eq!(app.log_of(ada.id).last().map(String::as_str), Some("sign out"));
    browser.get("/account").await.assert_has("dd", "Bo");
}
