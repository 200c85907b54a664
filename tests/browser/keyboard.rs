//! Everything can be done with keys alone, and one always sees where one is.

use fantoccini::key::Key;

use crate::{
    browser::{Browser, DESK},
    demo, tell,
};

/// How many times somebody presses Tab until they give up.
const TABS: usize = 90;

#[actix_web::test]
async fn a_maker_deploys_with_keys_alone() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        sign_in(browser).await;
        enter(browser, "Solutions").await;
        browser.sees("Contoso Expenses").await;
        enter(browser, "Environment …").await;
        enter(browser, "Contoso Development").await;
        browser.sees("Unmanaged").await;
        enter(browser, "Contoso Onboarding").await;
        browser.sees("What a new colleague needs").await;
        enter(browser, "Deploy to Test").await;
        browser.sees("for the first time").await;
        enter(browser, "Next").await;
        browser.sees("Validation succeeded").await;
        tab_to(browser, "Outlook of Onboarding").await;
        press(browser, Key::Down).await;
        tab_to(browser, "Deployment notes").await;
        browser.press_keys("Typed.").await;
        tab_to(browser, "Deploy now").await;
        press(browser, Key::Down).await;
        press(browser, Key::Up).await;
        tab_to(browser, "Deploy").await;
        browser.press_keys(" ").await;
        browser.sees("Succeeded Contoso QA").await;
        browser.sees("Typed.").await;
    })
    .await;
}

#[actix_web::test]
async fn keys_lead_past_what_every_page_has() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        demo::sign_in(browser, "maker@example.com").await;
        press(browser, Key::Tab).await;
        assert_eq!(focus(browser).await, "Skip to content");
        press(browser, Key::Enter).await;
        press(browser, Key::Tab).await;
        assert!(is_inside(browser).await, "the focus is on {}", focus(browser).await);
        browser.tab_back().await;
        assert!(!is_inside(browser).await, "the focus is on {}", focus(browser).await);
        browser.press_keys("/").await;
        assert_eq!(focus(browser).await, "Search");
        browser.press_keys("a/b").await;
        let typed = browser.run("return document.activeElement.value", Vec::new()).await;
        assert_eq!(typed, "a/b", "a slash can be looked for");
    })
    .await;
}

#[actix_web::test]
async fn escape_closes_a_menu_and_leads_back_to_it() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        demo::sign_in(browser, "viewer@example.com").await;
        enter(browser, "Account of Vic Viewer…").await;
        tab_to(browser, "Your account").await;
        press(browser, Key::Escape).await;
        assert!(focus(browser).await.starts_with("Account of Vic Viewer"));
        browser.sees_no("Your account").await;
    })
    .await;
}

async fn sign_in(browser: &Browser) {
    browser.goto("/sign-in").await;
    tab_to(browser, "Email").await;
    browser.press_keys("maker@example.com").await;
    press(browser, Key::Tab).await;
    browser.press_keys(demo::PASSWORD).await;
    press(browser, Key::Enter).await;
    browser.sees("My solutions").await;
}

// Selects a link or button.
async fn enter(browser: &Browser, name: &str) {
    tab_to(browser, name).await;
    press(browser, Key::Enter).await;
}

// Presses Tab until it is at what has this name, or one that so begins where it ends in `…`.
async fn tab_to(browser: &Browser, name: &str) {
    let mut met = Vec::new();
    for _ in 0..TABS {
        press(browser, Key::Tab).await;
        let here = focus(browser).await;
        if name.strip_suffix('…').map_or(here == name, |start| here.starts_with(start)) {
            return;
        }
        met.push(here);
    }
    panic!("Tab does not lead to {name:?} on {}, but to {met:?}", browser.address().await);
}

// The name of what has the focus, which must be seen.
async fn focus(browser: &Browser) -> String {
    let focus = browser.run(include_str!("focus.js"), Vec::new()).await;
    let [name, wrong] = ["name", "wrong"].map(|key| focus[key].as_str().unwrap_or_default().to_owned());
    assert_eq!(wrong, "", "{name:?} on {}", browser.address().await);
    name
}

// Whether what has the focus belongs to the page itself, not to what every page has.
async fn is_inside(browser: &Browser) -> bool {
    let inside = "return document.activeElement.closest('main') !== null";
    browser.run(inside, Vec::new()).await.as_bool().expect("yes or no")
}

async fn press(browser: &Browser, key: Key) {
    browser.press_keys(&char::from(key).to_string()).await;
}
