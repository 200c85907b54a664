//! Your account: what everybody sees and changes about themselves.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use sluice::schema::{people, sessions};

use crate::support::{PASSWORD, TestApp, admin::group};

const NEW: &str = "a new and better password";

fn form<'a>(current: &'a str, new: &'a str, again: &'a str) -> [(&'a str, &'a str); 3] {
    [("current_password", current), ("password", new), ("password_again", again)]
}

#[actix_web::test]
async fn everybody_sees_their_own_account() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = group(&mut ada, "Makers").await;
    let bo = app.person("Bo");
    ada.submit(&format!("{path}/members"), &[("person", &bo.id.to_string())]).await;
    let page = app.sign_in(&bo).await.get("/account").await;
    assert_eq!(page.all("dl.facts dd"), ["Bo", "bo@example.com", "Makers", "1 · Manage sessions"]);
    app.browser().await.get("/account").await.assert_has("h1", "Sign in");
}

#[actix_web::test]
async fn the_time_zone_is_chosen_from_a_list() {
    let app = TestApp::new();
    let mut bo = app.sign_in(&app.person("Bo")).await;
    let page = bo.get("/account").await;
    let zones = page.all("#time_zone option");
    assert_eq!(zones[0], "UTC");
    assert!(zones.contains(&"America/New York".to_owned()) && !zones.contains(&"US/Eastern".to_owned()));
    let page = bo.submit("/account/formats", &[("time_zone", "America/New_York"), ("locale", "en-GB")]).await;
    assert_eq!(page.attribute("#time_zone option[selected]", "value").as_deref(), Some("America/New_York"));
    let page = bo.post("/account/formats", &[("time_zone", "Moon/Crater"), ("locale", "en")]).await;
    assert_eq!(page.status, 422);
    page.assert_has("#time_zone-error", "Choose one from the list.");
    page.assert_has("#locale-error", "Choose one from the list.");
}

#[actix_web::test]
async fn the_time_zone_is_that_of_the_times_on_pages() {
    let app = TestApp::new();
    let administrator = app.administrator("Ada");
    let mut ada = app.sign_in(&administrator).await;
    ada.submit("/account/formats", &[("time_zone", "Asia/Kolkata"), ("locale", "en-IN")]).await;
    let page = ada.post(&format!("/admin/people/{}/password-link", administrator.id), &[]).await;
    page.assert_has("dd", "(Asia/Kolkata)");
}

#[actix_web::test]
async fn dates_and_times_are_written_as_who_reads_writes_them() {
    let app = TestApp::new();
    let mut bo = app.sign_in(&app.person("Bo")).await;
    let form = bo.get("/account").await;
    assert_eq!(form.attribute("#locale option[selected]", "value").as_deref(), Some("en-GB"));
    // Long enough ago to be told by its date; only the day is looked at, as a year is told when it is another.
    app.later(TimeDelta::days(2));
    let sessions = app.write(|c| {
        diesel::update(sessions::table).set(sessions::last_seen_at.eq(sluice::db::now())).execute(c)?;
        Ok(sessions::table.select(sessions::created_at).first::<NaiveDateTime>(c)?)
    });
    for (locale, day) in [("en-GB", "%-d %b"), ("en-US", "%b %-d"), ("de-DE", "%d.%m."), ("sv-SE", "%Y-%m-%d")] {
        bo.submit("/account/formats", &[("time_zone", "UTC"), ("locale", locale)]).await;
        let page = bo.get("/account/sessions").await;
        page.assert_has("td[data-label='Signed in']", &sessions.format(day).to_string());
    }
}

#[actix_web::test]
async fn changing_the_password_asks_for_the_present_one_and_ends_other_sessions() {
    let app = TestApp::new();
    let person = app.person("Bo");
    let (mut here, mut there) = (app.sign_in(&person).await, app.sign_in(&person).await);
    let page = here.submit("/account/password", &form(PASSWORD, NEW, NEW)).await;
    page.assert_has("[role=status]", "Your password is changed.");
    assert_eq!(here.get("/account").await.all("h1"), ["Your account"]);
    there.get("/account").await.assert_has("h1", "Sign in");
    let sign_in = |password| [("email", "bo@example.com"), ("password", password)];
    assert_eq!(app.browser().await.post("/sign-in", &sign_in(PASSWORD)).await.status, 422);
    assert_eq!(app.browser().await.post("/sign-in", &sign_in(NEW)).await.status, 303);
}

#[actix_web::test]
async fn what_is_wrong_with_a_password_stands_beside_the_field_and_nothing_changes() {
    let app = TestApp::new();
    let person = app.person("Bo");
    app.write(|c| {
        diesel::update(people::table).set(people::name.eq("Bo Alexandersson")).execute(c)?;
        Ok(())
    });
    let mut bo = app.sign_in(&person).await;
    let long = "x".repeat(201);
    for (form, field, sentence) in [
        (form("wrong", NEW, NEW), "current_password", "This is not your current password."),
        (form("", NEW, NEW), "current_password", "This is not your current password."),
        (form(PASSWORD, "short", "short"), "password", "Use at least 12 characters."),
        (form(PASSWORD, "", ""), "password", "Choose a password."),
        (form(PASSWORD, &long, &long), "password", "Use at most 200 characters."),
        (form(PASSWORD, "1Q2W3E4R5T6Y", "1Q2W3E4R5T6Y"), "password", "This is one of the commonest passwords."),
        (form(PASSWORD, "Bo Alexandersson", "x"), "password", "This is your own name or email."),
        (form(PASSWORD, "BO@example.com", "x"), "password", "This is your own name or email."),
        (form(PASSWORD, NEW, PASSWORD), "password_again", "This differs from the password above."),
    ] {
        let page = bo.post("/account/password", &form).await;
        assert_eq!(page.status, 422);
        page.assert_has(&format!("#{field}-error"), sentence);
        assert!(!page.html().contains(NEW) && !page.html().contains(PASSWORD), "no password is shown again");
    }
    let sign_in = [("email", "bo@example.com"), ("password", PASSWORD)];
    assert_eq!(app.browser().await.post("/sign-in", &sign_in).await.status, 303);
}
