//! How the site is reached: by which address, through which proxies, and from whose pages.

use actix_web::test::TestRequest;
use sluice::{models::tenant::Tenant, web::front::Front};

use crate::support::{Browser, PASSWORD, Page, TestApp};

fn at(url: &str) -> Front {
    Front { url: Some(url.parse().unwrap()), ..Front::default() }
}

// Somebody who tries to sign in with nothing at the site that is reached so.
async fn signing_in(app: &TestApp, front: &Front, headers: &[(&str, &str)]) -> Page {
    let mut request = TestRequest::post().uri("/sign-in").set_form([("email", "")]);
    for header in headers {
        request = request.insert_header(*header);
    }
    Browser::new(&app.app.clone().behind(front.clone())).await.send(request).await
}

#[actix_web::test]
async fn only_pages_of_the_site_change_something() {
    let app = TestApp::new();
    let (public, own) = (at("https://sluice.example.com"), Front::default());
    let (inner, local) = (("Host", "10.0.0.5:8080"), ("Host", "localhost:8080"));
    for (front, headers, allowed) in [
        (&public, vec![inner, ("Sec-Fetch-Site", "same-origin")], true),
        (&public, vec![inner, ("Sec-Fetch-Site", "none")], true),
        (&public, vec![inner, ("Sec-Fetch-Site", "same-origin"), ("Origin", "https://sluice.example.com")], true),
        (&public, vec![inner, ("Sec-Fetch-Site", "same-origin"), ("Origin", "http://evil.example")], false),
        (&public, vec![inner, ("Sec-Fetch-Site", "none"), ("Origin", "http://evil.example")], false),
        (&public, vec![inner, ("Sec-Fetch-Site", "same-site")], false),
        (&public, vec![inner, ("Sec-Fetch-Site", "cross-site")], false),
        (&public, vec![inner, ("Sec-Fetch-Site", "")], false),
        (&public, vec![inner, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://sluice.example.com")], false),
        (&public, vec![inner, ("Origin", "https://sluice.example.com")], true),
        (&public, vec![inner, ("Origin", "http://sluice.example.com")], false),
        (&public, vec![inner, ("Origin", "https://sluice.example.com.evil.example")], false),
        (&public, vec![inner, ("Origin", "https://sluice.example.com:8443")], false),
        (&public, vec![inner, ("Origin", "http://10.0.0.5:8080")], false),
        (&public, vec![inner, ("Origin", "null")], false),
        (&public, vec![inner, ("Referer", "https://sluice.example.com/")], false),
        (&public, vec![inner], false),
        (&own, vec![local, ("Origin", "http://localhost:8080")], true),
        (&own, vec![local, ("Origin", "http://localhost:8081")], false),
        (&own, vec![local, ("Origin", "https://localhost:8080")], false),
        (&own, vec![("Host", "evil.example"), ("Origin", "http://evil.example")], false),
        (&own, vec![("Host", "evil.example"), ("Sec-Fetch-Site", "same-origin")], false),
    ] {
        let page = signing_in(&app, front, &headers).await;
        assert_eq!(page.status, if allowed { 422 } else { 403 }, "{headers:?}");
    }
}

#[actix_web::test]
async fn without_an_address_the_site_answers_its_own_machine_only() {
    let app = TestApp::new();
    let asked = |host: &'static str| TestRequest::get().uri("/sign-in").insert_header(("Host", host));
    let page = app.browser().await.send(asked("sluice.example.com")).await;
    assert_eq!(page.status, 403);
    page.assert_has("p", "SLUICE_URL");
    assert_eq!(app.browser().await.send(asked("127.0.0.1:8080")).await.status, 200);
    let mut public = Browser::new(&app.app.clone().behind(at("https://sluice.example.com"))).await;
    assert_eq!(public.send(asked("sluice.example.com")).await.status, 200);
}

#[actix_web::test]
async fn https_is_said_by_the_address_and_never_by_a_header() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    for (front, secure) in [
        (at("https://sluice.example.com"), true),
        (at("http://sluice.example.com"), false),
        (Front { proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Front::default() }, false),
    ] {
        let request = TestRequest::post().uri("/sign-in").insert_header(("Sec-Fetch-Site", "same-origin"));
        let told = request.insert_header(("X-Forwarded-Proto", "https")).peer_addr("127.0.0.1:4000".parse().unwrap());
        let form = told.set_form([("email", ada.email.as_str()), ("password", PASSWORD)]);
        let page = Browser::new(&app.app.clone().behind(front)).await.send(form).await;
        assert_eq!(page.status, 303);
        let cookie = page.header("set-cookie");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"));
        assert_eq!(cookie.starts_with("__Host-sluice="), secure, "{cookie}");
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
        assert_eq!(!page.header("strict-transport-security").is_empty(), secure);
    }
}

#[actix_web::test]
async fn links_that_leave_the_site_follow_its_address() {
    let app = TestApp::new();
    let (ada, bo) = (app.administrator("Ada"), app.person("Bo"));
    let mut browser = Browser::new(&app.app.clone().behind(at("https://sluice.example.com"))).await;
    browser.post("/sign-in", &[("email", &ada.email), ("password", PASSWORD)]).await;
    let request = TestRequest::post().uri(&format!("/admin/people/{}/password-link", bo.id));
    let forged = request.insert_header(("Host", "evil.example")).insert_header(("X-Forwarded-Host", "evil.example"));
    let page = browser.send(forged.insert_header(("Sec-Fetch-Site", "same-origin"))).await;
    let link = page.attribute("[data-copy]", "data-copy").expect("a link to copy");
    assert!(link.starts_with("https://sluice.example.com/set-password/"), "{link}");
    assert!(!page.html().contains("evil"));
}

#[actix_web::test]
async fn no_answer_may_be_framed_guessed_at_or_kept() {
    let app = TestApp::new();
    let token = app.write(Tenant::new_setup_token);
    for path in ["/sign-in", "/no/such/page", "/account", &format!("/first-administrator/{token}")] {
        let page = app.browser().await.send(TestRequest::get().uri(path)).await;
        for (name, value) in [
            ("content-security-policy", "frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert!(page.header(name).contains(value), "{path}: {name} is {:?}", page.header(name));
        }
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("unsafe") && !policy.contains('*') && policy.starts_with("default-src 'none'"));
    }
}
