//! People in the admin center: adding, changing, links, deactivating, and the last administrator.

use chrono::TimeDelta;
use sluice::models::{
    permit::{Path, Permit},
    person::{AdministerPerson, Person},
};

use crate::support::{
    PASSWORD, Page, TestApp,
    admin::{environment, group},
    unfit_lines,
};

fn path(person: &Person) -> String {
    format!("/admin/people/{}", person.id)
}

// The path of the link that a page shows.
fn link(page: &Page) -> String {
    let address = page.attribute("[data-copy]", "data-copy").expect("a copy button");
    page.assert_has(".mono", &address);
    let at = address.find("/set-password/").expect("the address of this server");
    assert!(address.starts_with("http://"));
    address[at..].to_owned()
}

fn fields<'a>(name: &'a str, email: &'a str, administrator: bool) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("name", name), ("email", email), ("time_zone", "Europe/Berlin"), ("locale", "de-DE")];
    fields.extend(administrator.then_some(("system_administrator", "on")));
    fields
}

#[actix_web::test]
async fn a_new_person_gets_a_link_that_is_shown_once_and_works_once() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let page = ada.post("/admin/people", &[("name", "Maya Maker"), ("email", "maya@contoso.example")]).await;
    assert_eq!(page.status, 200);
    page.assert_has("h1", "Password link for Maya Maker");
    page.assert_has("dd", "Once, until ");
    let link = link(&page);
    let page = ada.get("/admin/people").await;
    page.assert_has("tbody tr", "Maya Maker maya@contoso.example No No password yet");
    let there = page.link("Maya Maker");
    let page = ada.get(&there).await;
    page.assert_has(".badge", "No password yet");
    assert!(!page.html().contains("set-password"), "no page shows it again");

    let mut maya = app.browser().await;
    let form = [("password", PASSWORD), ("password_again", PASSWORD)];
    assert_eq!(maya.post(&link, &form).await.status, 303);
    assert_eq!(app.browser().await.post(&link, &form).await.status, 404);
    assert_eq!(maya.get("/account").await.status, 200);
    ada.get(&there).await.assert_has(".badge", "Active");
}

#[actix_web::test]
async fn a_new_link_ends_the_one_before() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let bo = app.person("Bo");
    let first = link(&ada.post(&format!("{}/password-link", path(&bo)), &[]).await);
    let second = link(&ada.post(&format!("{}/password-link", path(&bo)), &[]).await);
    assert_eq!(app.browser().await.get(&first).await.status, 404);
    assert_eq!(app.browser().await.get(&second).await.status, 200);
}

#[actix_web::test]
async fn links_end_after_a_week_and_all_that_have_ended_answer_alike() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let [old, used, gone] = ["Old", "Used", "Gone"].map(|name| app.person(name));
    let mut links = vec!["/set-password/never-made".to_owned()];
    for person in [&used, &gone, &old] {
        links.push(link(&ada.post(&format!("{}/password-link", path(person)), &[]).await));
    }
    let form = [("password", PASSWORD), ("password_again", PASSWORD)];
    assert_eq!(app.browser().await.post(&links[1], &form).await.status, 303);
    ada.submit(&format!("{}/deactivation", path(&gone)), &[]).await;
    app.later(TimeDelta::days(7) - TimeDelta::minutes(1));
    assert_eq!(app.browser().await.get(&links[3]).await.status, 200);
    app.later(TimeDelta::minutes(1));
    let mut pages = Vec::new();
    for link in &links {
        let (shown, taken) = (app.browser().await.get(link).await, app.browser().await.post(link, &form).await);
        assert_eq!((shown.status, taken.status), (404, 404), "{link}");
        pages.push((shown.html(), taken.html()));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    assert!(pages[0].0.contains("This link no longer works"));
}

#[actix_web::test]
async fn no_administrator_is_asked_for_a_password_of_somebody_else() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let bo = app.person("Bo");
    for there in ["/admin/people/new".to_owned(), path(&bo), format!("{}/edit", path(&bo))] {
        assert!(ada.get(&there).await.all("input[type=password]").is_empty(), "{there}");
    }
    let mut fields = fields("Bo", &bo.email, false);
    fields.extend([("password", "chosen by somebody else"), ("password_again", "chosen by somebody else")]);
    ada.submit(&path(&bo), &fields).await;
    let sign_in = [("email", bo.email.as_str()), ("password", "chosen by somebody else")];
    assert_eq!(app.browser().await.post("/sign-in", &sign_in).await.status, 422);
}

#[actix_web::test]
async fn what_is_wrong_with_a_person_stands_beside_the_field() {
    let app = TestApp::new();
    let administrator = app.administrator("Ada");
    let mut ada = app.sign_in(&administrator).await;
    let bo = app.person("Bo");
    for there in ["/admin/people".to_owned(), path(&bo)] {
        for (text, sentence) in unfit_lines() {
            let page = ada.post(&there, &fields(&text, &text, false)).await;
            assert_eq!(page.status, 422, "{text:?}");
            page.assert_has("#name-error", sentence);
            page.assert_has("#email-error", sentence);
        }
        for email in ["nobody", "@", "a@", "@b", "a b@c", "a@b@c"] {
            ada.post(&there, &fields("Cy", email, false)).await.assert_has("#email-error", "Enter an email address");
        }
        let page = ada.post(&there, &fields("Cy", "ADA@Example.com", false)).await;
        assert_eq!(page.status, 422);
        page.assert_has("#email-error", "Somebody with this email is there already.");
        assert_eq!(page.attribute("#email", "value").as_deref(), Some("ADA@Example.com"));
    }
    let page = ada.post(&path(&bo), &[("name", "Bo"), ("email", "bo@example.com"), ("time_zone", "Moon/Crater")]).await;
    page.assert_has("#time_zone-error", "Choose one from the list.");
    page.assert_has("#locale-error", "Choose one from the list.");
    assert_eq!(app.read(Person::all).len(), 2);
}

#[actix_web::test]
async fn a_person_is_changed_and_shown_as_typed_never_as_html() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let bo = app.person("Bo");
    let form = ada.get(&format!("{}/edit", path(&bo))).await;
    assert_eq!(form.attribute("#email", "value").as_deref(), Some("bo@example.com"));
    let page = ada.submit(&path(&bo), &fields("<i>Bo</i>", "bo.b@contoso.example", true)).await;
    page.assert_has("h1", "<i>Bo</i>");
    page.assert_has(".badge", "System administrator");
    page.assert_has("dd", "Europe/Berlin");
    page.assert_has("dd", "German (Germany)");
    assert!(page.all("i").is_empty());
    let page = app.browser().await.post("/sign-in", &[("email", "BO.B@contoso.example"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 303);
    ada.get(&format!("{}/deactivation", path(&bo))).await.assert_has("h1", "Deactivate <i>Bo</i>?");
}

#[actix_web::test]
async fn the_last_active_system_administrator_stays_one() {
    let app = TestApp::new();
    let administrator = app.administrator("Ada");
    let mut ada = app.sign_in(&administrator).await;
    const WHY: &str = "Ada is the last active system administrator. Make somebody else one first.";
    let page = ada.get(&format!("{}/deactivation", path(&administrator))).await;
    page.assert_has("p", WHY);
    assert!(!page.has("button", "Deactivate"));
    let page = ada.post(&format!("{}/deactivation", path(&administrator)), &[]).await;
    assert_eq!(page.status, 409);
    page.assert_has("p", WHY);
    let page = ada.post(&path(&administrator), &fields("Ada", "ada@example.com", false)).await;
    assert_eq!(page.status, 422);
    page.assert_has("#system_administrator-error", WHY);

    let bo = app.administrator("Bo");
    ada.submit(&format!("{}/deactivation", path(&bo)), &[]).await;
    let page = ada.post(&path(&administrator), &fields("Ada", "ada@example.com", false)).await;
    assert_eq!(page.status, 422, "one who is deactivated does not count");
    ada.submit(&format!("{}/reactivation", path(&bo)), &[]).await;
    let page = ada.post(&path(&administrator), &fields("Ada", "ada@example.com", false)).await;
    assert_eq!(page.location(), Some("/"), "who steps back may not see the page any more");
    assert_eq!(ada.get("/admin/people").await.status, 403);
}

#[actix_web::test]
async fn two_administrators_who_deactivate_each_other_at_once_leave_one() {
    let app = TestApp::new();
    let (ada, bo) = (app.administrator("Ada"), app.administrator("Bo"));
    let permit = |by: &Person, of: &Person| {
        let path = Path::of([("person", of.id.to_string())]);
        app.read(|c| Permit::<AdministerPerson>::check(c, by.clone(), &path))
    };
    let permits = [permit(&ada, &bo), permit(&bo, &ada)];
    let done = std::thread::scope(|scope| {
        let act = |permit| scope.spawn(|| app.app.db.write_now(move |c| Person::deactivate(c, &permit)).is_ok());
        permits.map(act).map(|thread| thread.join().unwrap())
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    assert_eq!(app.read(Person::all).iter().filter(|person| person.active).count(), 1);
}

#[actix_web::test]
async fn deactivating_ends_sessions_and_links_at_once_and_can_be_undone() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let bo = app.person("Bo");
    let mut browser = app.sign_in(&bo).await;
    let open = link(&ada.post(&format!("{}/password-link", path(&bo)), &[]).await);
    ada.get(&format!("{}/deactivation", path(&bo))).await.assert_has("h1", "Deactivate Bo?");
    let page = ada.submit(&format!("{}/deactivation", path(&bo)), &[]).await;
    page.assert_has(".badge", "Deactivated");
    browser.get("/account").await.assert_has("h1", "Sign in");
    assert_eq!(app.browser().await.get(&open).await.status, 404);
    let sign_in = [("email", bo.email.as_str()), ("password", PASSWORD)];
    assert_eq!(app.browser().await.post("/sign-in", &sign_in).await.status, 422);
    assert_eq!(ada.post(&format!("{}/deactivation", path(&bo)), &[]).await.status, 409, "once");
    assert_eq!(ada.post(&format!("{}/password-link", path(&bo)), &[]).await.status, 409);

    ada.get(&format!("{}/reactivation", path(&bo))).await.assert_has("h1", "Reactivate Bo?");
    let page = ada.submit(&format!("{}/reactivation", path(&bo)), &[]).await;
    page.assert_has("[role=status]", "Bo is active again.");
    assert_eq!(app.browser().await.post("/sign-in", &sign_in).await.status, 303, "with the password of before");
    browser.get("/account").await.assert_has("h1", "Sign in");
    assert_eq!(app.browser().await.get(&open).await.status, 404, "but what was ended stays ended");
}

#[actix_web::test]
async fn a_persons_page_lists_what_they_have_and_through_whom() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let bo = app.person("Bo");
    let (qa, dev) = (environment(&mut ada, "QA").await, environment(&mut ada, "Dev").await);
    let makers = group(&mut ada, "Makers").await;
    ada.submit(&format!("{makers}/members"), &[("person", &bo.id.to_string())]).await;
    let own = format!("person:{}", bo.id);
    let through = makers.replace("/admin/groups/", "group:");
    ada.submit(&format!("{qa}/roles"), &[("principal", &own), ("role", "system_administrator")]).await;
    ada.submit(&format!("{dev}/roles"), &[("principal", &through), ("role", "basic_user")]).await;
    app.sign_in(&bo).await.submit(&format!("{qa}/host"), &[]).await;
    let page = ada.get(&path(&bo)).await;
    page.assert_has("dd", "Makers");
    let rows = page.all("tbody tr");
    assert_eq!(
        rows,
        [
            "QA Environment System Administrator Directly",
            "QA Host Deployment Pipeline Administrator Directly",
            "Dev Environment Basic User Makers",
        ]
    );
}

#[actix_web::test]
async fn the_list_is_narrowed_by_words_and_state() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let bo = app.person("Bo");
    app.person("Bob");
    ada.submit(&format!("{}/deactivation", path(&bo)), &[]).await;
    for (query, names) in [
        ("", vec!["Ada", "Bo", "Bob"]),
        ("q=BO", vec!["Bo", "Bob"]),
        ("q=bob@example", vec!["Bob"]),
        ("q=bo&state=deactivated", vec!["Bo"]),
        ("state=active", vec!["Ada", "Bob"]),
        ("q=zed", vec![]),
    ] {
        let page = ada.get(&format!("/admin/people?{query}")).await;
        assert_eq!(page.all("tbody a"), names, "{query}");
    }
    ada.get("/admin/people?q=zed").await.assert_has(".empty", "Nobody fits");
}

#[actix_web::test]
async fn people_and_groups_are_for_system_administrators() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let group = group(&mut ada, "Makers").await;
    let bo = app.person("Bo");
    let mut browser = app.sign_in(&bo).await;
    let (own, nobody) = (path(&bo), "/admin/people/01a205dc-148e-75aa-99a9-717eb7aa0963".to_owned());
    for there in ["/admin/people", "/admin/people/new", "/admin/groups", "/admin/groups/new"] {
        let page = browser.get(there).await;
        assert_eq!(page.status, 403, "{there}");
        page.assert_has("p", "Only system administrators can do this.");
    }
    assert_eq!(browser.post("/admin/people", &fields("Cy", "cy@example.com", true)).await.status, 403);
    // Who may not look at people and groups learns of none.
    for there in [&group, &own, &nobody] {
        assert_eq!(browser.get(there).await.status, 404, "{there}");
    }
    for act in ["password-link", "deactivation", "reactivation"] {
        assert_eq!(browser.post(&format!("{own}/{act}"), &[]).await.status, 404);
    }
    assert_eq!(browser.post(&own, &fields("Bo", "bo@example.com", true)).await.status, 404);
    assert_eq!(browser.post(&format!("{group}/retirement"), &[]).await.status, 404);
    assert_eq!(ada.get(&nobody).await.status, 404);
    let mut anybody = app.browser().await;
    anybody.get("/admin/people").await.assert_has("h1", "Sign in");
}
