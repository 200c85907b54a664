//! Getting in: the first administrator, signing in and out, one-time links, and what is refused at the door.

use actix_web::test::TestRequest;
use sluice::models::{audit::By, person::Person, tenant::Tenant};

use crate::support::TestApp;

const LONG: &str = "a long enough password";

#[actix_web::test]
async fn the_one_time_link_makes_the_first_administrator_once() {
    let app = TestApp::new();
    let token = app.write(Tenant::new_setup_token);
    let path = format!("/first-administrator/{token}");
    let mut browser = app.browser().await;
    browser.get(&path).await.assert_has("h1", "Create the first administrator");
    let form = [("name", "Ada"), ("email", "ada@example.com"), ("password", LONG), ("password_again", LONG)];
    let page = browser.post(&path, &form).await;
    assert_eq!(page.status, 303);
    assert_eq!(browser.get(&path).await.status, 404, "the link works once");
    assert_eq!(app.browser().await.post(&path, &form).await.status, 404);
}

#[actix_web::test]
async fn what_is_wrong_with_the_first_administrator_stands_beside_the_field() {
    let app = TestApp::new();
    let path = format!("/first-administrator/{}", app.write(Tenant::new_setup_token));
    let form = [("name", ""), ("email", "nobody"), ("password", "short"), ("password_again", "other")];
    let common = [("name", "Ada Administrator"), ("email", "ada@example.com"), ("password", "Password1234")];
    app.browser().await.post(&path, &common).await.assert_has("#password-error", "one of the commonest passwords");
    let own = [("name", "Ada Administrator"), ("email", "ada@example.com"), ("password", "ada administrator")];
    app.browser().await.post(&path, &own).await.assert_has("#password-error", "your own name");
    let page = app.browser().await.post(&path, &form).await;
    assert_eq!(page.status, 422);
    page.assert_has("#name-error", "Enter a name.");
    page.assert_has("#email-error", "email");
    page.assert_has("#password-error", "12 characters");
    assert_eq!(page.attribute("#email", "value").as_deref(), Some("nobody"), "what was typed is kept");
    assert!(!page.html().contains("short"), "but never a password");
}

#[actix_web::test]
async fn signing_in_leads_to_the_page_that_was_asked_for_and_never_to_another_site() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    for (next, there) in
        [("/admin/people", "/admin/people"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("", "/")]
    {
        let form = [("email", ada.email.as_str()), ("password", crate::support::PASSWORD), ("next", next)];
        let page = app.browser().await.post("/sign-in", &form).await;
        assert_eq!(page.location(), Some(there), "next={next}");
    }
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_person_are_refused_in_the_same_words() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let wrong = app.browser().await.post("/sign-in", &[("email", &ada.email), ("password", "wrong")]).await;
    let unknown = app.browser().await.post("/sign-in", &[("email", "bo@example.com"), ("password", "wrong")]).await;
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert_eq!(wrong.all("[role=alert]"), unknown.all("[role=alert]"));
    unknown.assert_has("p", "Forgot your password? Ask a system administrator for a new link.");
}

#[actix_web::test]
async fn signing_out_ends_the_session() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let mut browser = app.sign_in(&ada).await;
    assert_eq!(browser.post("/sign-out", &[]).await.location(), Some("/sign-in"));
    browser.get("/").await.assert_has("h1", "Sign in");
}

#[actix_web::test]
async fn a_link_for_a_password_works_once() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let token = app.write(|c| bo.new_password_link(c, &By::sluice()));
    let path = format!("/set-password/{token}");
    let form = [("password", LONG), ("password_again", LONG)];
    for (password, sentence) in [
        ("iloveyou1234", "This is one of the commonest passwords. Choose another one."),
        ("bo@example.com", "This is your own name or email. Choose another one."),
    ] {
        let page = app.browser().await.post(&path, &[("password", password), ("password_again", password)]).await;
        assert_eq!(page.status, 422);
        page.assert_has("#password-error", sentence);
    }
    assert_eq!(app.browser().await.post(&path, &form).await.status, 303);
    assert_eq!(app.browser().await.get(&path).await.status, 404);
    let page = app.browser().await.post("/sign-in", &[("email", &bo.email), ("password", LONG)]).await;
    assert_eq!(page.status, 303);
}

#[actix_web::test]
async fn an_email_is_one_persons_whatever_its_case() {
    let app = TestApp::new();
    app.person("Bo");
    let again = app.app.db.write_now(|c| Person::add(c, &By::sluice(), "Bo", "BO@example.com", false));
    assert_eq!(again.unwrap_err().to_string(), "Somebody with this email is there already.");
}

#[actix_web::test]
async fn a_page_of_another_site_changes_nothing() {
    let app = TestApp::new();
    let foreign = TestRequest::post().uri("/sign-in").insert_header(("Sec-Fetch-Site", "cross-site"));
    assert_eq!(app.browser().await.send(foreign).await.status, 403);
    let silent = TestRequest::post().uri("/sign-in");
    assert_eq!(app.browser().await.send(silent).await.status, 403);
    let origin = TestRequest::post().uri("/sign-in").insert_header(("Origin", "http://localhost:8080"));
    let own = origin.insert_header(("Host", "localhost:8080")).set_form([("email", "x")]);
    assert_eq!(app.browser().await.send(own).await.status, 422);
}

#[actix_web::test]
async fn unknown_addresses_have_a_page_and_every_page_says_what_it_forbids() {
    let app = TestApp::new();
    let page = app.browser().await.get("/no/such/page").await;
    assert_eq!(page.status, 404);
    page.assert_has("h1", "Not found");
    assert_eq!(page.link("Sign in"), "/sign-in");
    page.assert_has("p", "If you have an account, sign in first.");
    let known = app.sign_in(&app.person("Bo")).await.get("/no/such/page").await;
    known.assert_has("p", "ask the person who sent it to give you access");
    assert_eq!(known.link("Go to Home"), "/");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

#[actix_web::test]
async fn the_files_of_a_page_come_with_it_before_anybody_signs_in() {
    let app = TestApp::new();
    let page = app.browser().await.get("/sign-in").await;
    let style = page.attribute("link[rel=stylesheet]", "href").expect("the page has a stylesheet");
    let style = app.browser().await.get(&style).await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
}

#[actix_web::test]
async fn of_several_links_for_a_password_one_is_left_and_using_it_ends_all() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let tokens: Vec<String> = std::thread::scope(|scope| {
        let issue = || app.write(|c| bo.new_password_link(c, &By::sluice()));
        let all: Vec<_> = (0..6).map(|_| scope.spawn(issue)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let open = |token: &&String| app.app.db.read_now(|c| Person::by_password_link(c, token)).is_ok();
    assert_eq!(tokens.iter().filter(open).count(), 1);
}
