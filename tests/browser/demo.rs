//! The demo, in which the tests find people and their work.

use crate::{browser::Browser, programs::Server};

/// What all of them sign in with.
pub const PASSWORD: &str = "correct horse battery";

/// Starts a server with it.
pub fn start() -> Server {
    Server::demo(PASSWORD)
}

/// Signs in one of its people.
pub async fn sign_in(browser: &Browser, email: &str) {
    browser.goto("/sign-in").await;
    browser.fill("Email", email).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees("Welcome, ").await;
}
