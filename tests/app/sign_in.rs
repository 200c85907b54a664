//! What stands in the way of who guesses passwords: waits by account and by address, and answers that tell nothing.

use std::{sync::Barrier, time::Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    app::App,
    error::Error,
    models::{
        audit::By,
        password,
        person::Person,
        session::{Device, Session},
        sign_in::{Attempt, Blocked},
    },
    schema::{people, sign_in_attempts},
};

use crate::support::{Browser, PASSWORD, Page, TestApp};

const WRONG: &str = "not the right password";

async fn sign_in(browser: &mut Browser, email: &str, password: &str) -> Page {
    browser.post("/sign-in", &[("email", email), ("password", password)]).await
}

fn count(app: &App, email: &str, address: &str) -> Result<Attempt, Blocked> {
    app.db.write_now(|c| Attempt::count(c, email, address)).unwrap()
}

fn wait(app: &App, email: &str, address: &str) -> TimeDelta {
    count(app, email, address).expect_err("nobody may try now").wait
}

// A page without what was typed, and without how long it is until the next attempt.
fn told(page: &Page, email: &str) -> String {
    page.html().replace(email, "…").replace(|c: char| c.is_ascii_digit(), "0")
}

#[actix_web::test]
async fn every_account_that_cannot_be_signed_in_to_answers_alike_and_is_locked_alike() {
    let app = TestApp::new();
    let (ada, gone) = (app.administrator("Ada"), app.person("Gone"));
    let invited = app.write(|c| Person::add(c, &By::sluice(), "New", "new@example.com", false));
    app.write(|c| {
        diesel::update(people::table.find(gone.id)).set(people::active.eq(false)).execute(c)?;
        Ok(())
    });
    let mut pages = Vec::new();
    for email in [ada.email.as_str(), "nobody@example.com", &gone.email, &invited.email] {
        let mut browser = app.browser().await;
        let mut answers = Vec::new();
        for _ in 0..5 {
            let page = sign_in(&mut browser, email, WRONG).await;
            assert_eq!(page.status, 422, "{email}");
            answers.push(told(&page, email));
        }
        let password = if email == gone.email || email == ada.email { PASSWORD } else { WRONG };
        let page = sign_in(&mut browser, email, password).await;
        assert_eq!(page.status, 429, "{email}: even the right password");
        page.assert_has("[role=alert]", "Too many attempts. Try again in ");
        let seconds: i64 = page.header("retry-after").parse().unwrap();
        assert!((1..=6).contains(&seconds), "{seconds}");
        answers.push(told(&page, email).replace("seconds", "second"));
        pages.push(answers);
    }
    assert!(pages.iter().all(|answers| answers == &pages[0]));
    app.later(TimeDelta::seconds(6));
    assert_eq!(sign_in(&mut app.browser().await, &ada.email, PASSWORD).await.status, 303);
}

#[actix_web::test]
async fn the_wait_grows_with_each_failure_and_is_forgotten_after_a_quiet_hour() {
    let app = TestApp::new();
    for _ in 0..5 {
        let _ = count(&app.app, "ada@example.com", "").expect("the first ones are free");
    }
    let mut waits = Vec::new();
    for _ in 0..10 {
        let left = wait(&app.app, "ada@example.com", "");
        waits.push(left.num_seconds() + 1);
        app.later(left + TimeDelta::milliseconds(1));
        let _ = count(&app.app, "ADA@example.com ", "").expect("after the wait, one");
    }
    assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
    app.later(TimeDelta::hours(1));
    for _ in 0..5 {
        let _ = count(&app.app, "ada@example.com", "").expect("what was is forgotten");
    }
    app.later(TimeDelta::hours(1));
    app.write(Attempt::purge);
    assert_eq!(app.read(|c| Ok(sign_in_attempts::table.count().get_result::<i64>(c)?)), 0);
}

#[actix_web::test]
async fn signing_in_is_no_failure() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let mut browser = app.browser().await;
    for _ in 0..4 {
        assert_eq!(sign_in(&mut browser, &bo.email, WRONG).await.status, 422);
    }
    for round in 0..3 {
        assert_eq!(sign_in(&mut browser, &bo.email, PASSWORD).await.status, 303, "round {round}");
    }
    assert_eq!(sign_in(&mut browser, &bo.email, WRONG).await.status, 422, "the failures of before still count");
    assert_eq!(sign_in(&mut browser, &bo.email, PASSWORD).await.status, 429);
}

#[actix_web::test]
async fn what_one_server_counts_holds_on_all_and_after_a_restart() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let other = app.another_server();
    let (mut here, mut there) = (app.browser().await, Browser::new(&other).await);
    for attempt in 0..5 {
        let browser = if attempt % 2 == 0 { &mut here } else { &mut there };
        assert_eq!(sign_in(browser, &bo.email, WRONG).await.status, 422);
    }
    assert_eq!(sign_in(&mut here, &bo.email, PASSWORD).await.status, 429);
    assert_eq!(sign_in(&mut there, &bo.email, PASSWORD).await.status, 429);
    drop((there, other));
    let mut restarted = Browser::new(&app.another_server()).await;
    assert_eq!(sign_in(&mut restarted, &bo.email, PASSWORD).await.status, 429);
}

#[actix_web::test]
async fn of_many_at_once_no_more_look_at_the_password_than_one_after_another() {
    let app = TestApp::new();
    let other = app.another_server();
    let start = Barrier::new(24);
    let made = std::thread::scope(|scope| {
        let attempt = |number: usize| {
            let (start, server) = (&start, if number.is_multiple_of(2) { &app.app } else { &other });
            scope.spawn(move || {
                start.wait();
                count(server, "ada@example.com", &format!("192.0.2.{number}")).is_ok()
            })
        };
        let threads: Vec<_> = (0..24).map(attempt).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|made| *made).count()
    });
    assert_eq!(made, 5);
}

#[actix_web::test]
async fn an_address_is_counted_over_all_accounts_and_a_network_of_ipv6_as_one() {
    let app = TestApp::new();
    for number in 0..21 {
        let at = format!("2001:db8::{number:x}");
        let _ = count(&app.app, &format!("{number}@example.com"), &at).expect("an address has more that are free");
    }
    assert!(wait(&app.app, "ada@example.com", "2001:db8::ffff") <= TimeDelta::seconds(5));
    let _ = count(&app.app, "ada@example.com", "2001:db8:0:1::1").expect("elsewhere nothing happened");

    let mut browser = app.browser().await.on("2001:db8::77", "");
    assert_eq!(sign_in(&mut browser, "bo@example.com", WRONG).await.status, 429, "the site sees the address");
}

#[actix_web::test]
async fn signing_in_takes_back_only_its_own_attempt_at_the_address() {
    let app = TestApp::new();
    for number in 0..20 {
        let _ = count(&app.app, &format!("{number}@example.com"), "192.0.2.1").expect("free");
        let own = count(&app.app, "mallory@example.com", "192.0.2.1").expect("free");
        app.write(|c| own.succeed(c));
    }
    let own = count(&app.app, "mallory@example.com", "192.0.2.1").expect("nothing to wait for yet");
    app.write(|c| own.succeed(c));
    let _ = count(&app.app, "last@example.com", "192.0.2.1").expect("a success leaves no wait behind");
    wait(&app.app, "mallory@example.com", "192.0.2.1");
}

#[actix_web::test]
async fn the_present_password_is_guarded_as_signing_in_is() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let mut browser = app.sign_in(&bo).await;
    let new = "a new and better password";
    let form = |current| [("current_password", current), ("password", new), ("password_again", new)];
    let long = "x".repeat(201);
    for current in [WRONG, WRONG, "", &long, "", WRONG, WRONG, WRONG] {
        let page = browser.post("/account/password", &form(current)).await;
        assert_eq!(page.status, 422, "what no password can be does not count");
    }
    let page = browser.post("/account/password", &form(PASSWORD)).await;
    assert_eq!(page.status, 429);
    page.assert_has("#current_password-error", "Too many attempts. Try again in ");
    assert_eq!(sign_in(&mut app.browser().await, &bo.email, PASSWORD).await.status, 429, "they count together");
    app.later(TimeDelta::seconds(6));
    assert_eq!(browser.post("/account/password", &form(PASSWORD)).await.status, 303);
}

#[actix_web::test]
async fn a_new_link_lets_in_who_was_locked_out_and_whoever_guesses_notices_nothing() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    while count(&app.app, &bo.email, "").is_ok() {}
    let token = app.write(|c| bo.new_password_link(c, &By::sluice()));
    let form = [("password", PASSWORD), ("password_again", PASSWORD)];
    let mut bos = app.browser().await;
    assert_eq!(bos.post(&format!("/set-password/{token}"), &form).await.status, 303);
    assert_eq!(bos.get("/account").await.status, 200);
    assert_eq!(sign_in(&mut app.browser().await, &bo.email, PASSWORD).await.status, 429);
}

#[actix_web::test]
async fn what_is_wrong_with_the_form_itself_is_no_attempt() {
    let app = TestApp::new();
    let long = "x".repeat(201);
    for (email, password, field, sentence) in [
        ("", PASSWORD, "email", "Enter your email address."),
        ("a\u{202e}b@example.com", PASSWORD, "email", "Use plain text without control characters."),
        (&long[..101], PASSWORD, "email", "Use at most 100 characters."),
        ("bo@example.com", "", "password", "Enter your password."),
        ("bo@example.com", &long, "password", "Use at most 200 characters."),
    ] {
        let page = sign_in(&mut app.browser().await, email, password).await;
        assert_eq!(page.status, 422);
        page.assert_has(&format!("#{field}-error"), sentence);
        assert!(!page.html().contains(PASSWORD), "no password is shown again");
    }
    assert_eq!(app.read(|c| Ok(sign_in_attempts::table.count().get_result::<i64>(c)?)), 0);
}

#[actix_web::test]
async fn a_hash_of_weaker_days_is_replaced_when_its_person_signs_in() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    app.write(|c| bo.set_password_hash(c, &By::sluice(), &weak_hash(PASSWORD)));
    assert_eq!(sign_in(&mut app.browser().await, &bo.email, WRONG).await.status, 422);
    assert!(hash(&app, &bo).contains("m=1024,"), "only who proves it is right knows the password");
    assert_eq!(sign_in(&mut app.browser().await, &bo.email, PASSWORD).await.status, 303);
    let strong = hash(&app, &bo);
    assert!(strong.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{strong}");
    assert_eq!(sign_in(&mut app.browser().await, &bo.email, PASSWORD).await.status, 303);
    assert_eq!(hash(&app, &bo), strong, "and stays");
}

#[actix_web::test]
async fn a_password_that_changes_while_it_is_looked_at_opens_nothing() {
    let app = TestApp::new();
    let bo = app.person("Bo");
    let proof = password::prove(PASSWORD, Some(&weak_hash(PASSWORD))).unwrap().expect("the right password");
    assert!(proof.stronger.is_some());
    let before = hash(&app, &bo);
    let signed_in = |c: &mut sluice::db::Conn| -> Result<bool, Error> {
        let Ok(attempt) = Attempt::count(c, &bo.email, "")? else { return Ok(false) };
        Ok(bo.sign_in(c, attempt, &proof, &Device::default())?.is_some())
    };
    assert!(!app.write(signed_in));
    assert_eq!(hash(&app, &bo), before);
    assert!(app.read(|c| Session::of(c, bo.id)).is_empty());
}

#[test]
fn an_unknown_account_takes_as_long_as_a_known_one() {
    let hash = password::hash(PASSWORD).unwrap();
    let fastest = |hash: Option<&str>| {
        let time = || {
            let begun = Instant::now();
            assert!(password::prove(WRONG, hash).unwrap().is_none());
            begun.elapsed()
        };
        (0..5).map(|_| time()).min().unwrap()
    };
    let (known, unknown) = (fastest(Some(&hash)), fastest(None));
    assert!(unknown * 3 > known && known * 3 > unknown, "{known:?} and {unknown:?}");
}

fn hash(app: &TestApp, person: &Person) -> String {
    app.read(|c| person.password_hash(c)).expect("a password")
}

fn weak_hash(password: &str) -> String {
    let (salt, mut out) = (b"some sixteen bytes".as_slice(), [0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
    argon2.hash_password_into(password.as_bytes(), salt, &mut out).unwrap();
    let text = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
    format!("$argon2id$v=19$m=1024,t=1,p=1${}${}", text(salt), text(&out))
}

#[actix_web::test]
async fn that_somebody_signed_in_does_not_show_in_what_others_are_told() {
    let app = TestApp::new();
    app.person("Bo");
    let answers = async |email: &'static str| {
        let mut browser = app.browser().await;
        for _ in 0..4 {
            sign_in(&mut browser, email, WRONG).await;
        }
        sign_in(&mut app.browser().await, "bo@example.com", PASSWORD).await;
        [sign_in(&mut browser, email, WRONG).await.status, sign_in(&mut browser, email, WRONG).await.status]
    };
    assert_eq!(answers("bo@example.com").await, [422, 429]);
    assert_eq!(answers("ghost@example.com").await, [422, 429]);
}
