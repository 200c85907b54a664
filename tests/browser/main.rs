//! What people see and do, in a real browser.

mod accessibility;
mod browser;
mod comfort;
mod demo;
mod first_deployment;
mod first_visit;
mod keyboard;
mod plain;
mod programs;
mod story;
mod theme;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use browser::{Browser, Screen};

/// Tells a story in a browser of its own, in which nothing may go wrong unseen.
async fn tell(url: &str, screen: Screen, story: impl AsyncFnOnce(&Browser)) {
    let browser = Browser::open(url, screen).await;
    let told = async {
        story(&browser).await;
        browser.has_no_complaints().await;
    };
    let told = AssertUnwindSafe(told).catch_unwind().await;
    if told.is_err() {
        browser.testify().await;
    }
    browser.close().await;
    if let Err(panic) = told {
        std::panic::resume_unwind(panic);
    }
}
