//! What makes a day with the site easy, and needs scripts.

use crate::{
    browser::{Browser, DESK},
    demo::{self, sign_in},
    tell,
};

const FIRST_COLUMN: &str =
    "return [...document.querySelectorAll('tbody tr')].map(row => row.cells[0].textContent.trim())";
const ORDER: &str = "return document.querySelector('[aria-sort]').ariaSort";
/// What is said to be wrong with which fields.
const WRONG: &str = "return [...document.querySelectorAll('.error')].map(error => error.id)";
/// Whether the browser would ask before it leaves the page.
const ASKS: &str = "
const leaving = new Event('beforeunload', { cancelable: true });
dispatchEvent(leaving);
return leaving.defaultPrevented;
";

#[actix_web::test]
async fn a_list_is_put_into_the_order_of_a_column_and_back() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        sign_in(browser, "admin@example.com").await;
        browser.navigate("People").await;
        browser.sees("Vic Viewer").await;
        browser.click("Name").await;
        assert_eq!(first_column(browser).await, ["Ada Admin", "Maya Maker", "Vic Viewer"]);
        assert_eq!(browser.run(ORDER, Vec::new()).await, "ascending");
        browser.click("Name").await;
        assert_eq!(first_column(browser).await, ["Vic Viewer", "Maya Maker", "Ada Admin"]);
        assert_eq!(browser.run(ORDER, Vec::new()).await, "descending");
    })
    .await;
}

#[actix_web::test]
async fn who_would_leave_what_was_typed_is_asked_first() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        sign_in(browser, "admin@example.com").await;
        browser.navigate("People").await;
        browser.click("Add person").await;
        assert_eq!(browser.run(ASKS, Vec::new()).await, false, "nothing was typed");
        browser.fill("Name", "Mona").await;
        assert_eq!(browser.run(ASKS, Vec::new()).await, true);
        browser.click("Save").await;
        browser.sees("Enter an email address.").await;
        browser.was_refused(422).await;
        browser.fill("Email", "mona@example.com").await;
        browser.click("Save").await;
        browser.sees("Password link for Mona").await;
        assert_eq!(browser.run(ASKS, Vec::new()).await, false, "it is kept");
    })
    .await;
}

#[actix_web::test]
async fn what_is_where_is_put_into_the_order_of_a_column_and_back() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        sign_in(browser, "maker@example.com").await;
        browser.navigate("What is where").await;
        browser.sees("Contoso Expenses").await;
        browser.click("Solution").await;
        let up = first_column(browser).await;
        assert!(up.len() > 1 && up.is_sorted(), "{up:?}");
        browser.click("Solution").await;
        let down: Vec<String> = up.into_iter().rev().collect();
        assert_eq!(first_column(browser).await, down);
    })
    .await;
}

#[actix_web::test]
async fn what_was_wrong_with_a_field_is_taken_back_once_it_is_changed() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        sign_in(browser, "admin@example.com").await;
        browser.navigate("People").await;
        browser.click("Add person").await;
        browser.click("Save").await;
        browser.shows("#email-error").await;
        browser.was_refused(422).await;
        browser.fill("Email", "mona@example.com").await;
        assert_eq!(browser.run(WRONG, Vec::new()).await, serde_json::json!(["name-error"]));
    })
    .await;
}

async fn first_column(browser: &Browser) -> Vec<String> {
    let column = browser.run(FIRST_COLUMN, Vec::new()).await;
    column.as_array().expect("rows").iter().map(|cell| cell.as_str().expect("text").to_owned()).collect()
}

#[actix_web::test]
async fn what_a_solution_holds_is_shown_anew_once_something_was_done_to_it() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        sign_in(browser, "maker@example.com").await;
        browser.navigate("Solutions").await;
        browser.pick("Environment", "Contoso Development").await;
        browser.click("Contoso Onboarding").await;
        browser.sees("What a new colleague needs").await;
        browser.click("Raise version").await;
        browser.click("Raise version").await;
        browser.sees("1.0.0.1 in Contoso Development").await;
        browser.sees("Version 1.0.0.1").await;
        browser.sees("What a new colleague needs").await;
    })
    .await;
}
