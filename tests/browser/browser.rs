//! A browser, used as a person uses it.

mod devtools;
mod eyes;
mod hands;
mod screen;

use std::{cell::Cell, time::Duration};

use fantoccini::{Client, ClientBuilder, error::CmdError};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::programs::Driver;
use devtools::Devtools;
pub use screen::{DESK, DESK_AT_NIGHT, PHONE, PHONE_BY_DAY, Screen};

/// How long a person waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long they look away in between.
const GLANCE: Duration = Duration::from_millis(100);

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser with one tab.
pub struct Browser {
    client: Client,
    url: String,
    screen: Screen,
    /// How often something was pressed or filled in.
    acts: Cell<usize>,
    /// Whether scripts of pages are ignored.
    plain: Cell<bool>,
    /// When the page was opened that was last found to be there as a whole.
    whole: Cell<Option<f64>>,
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Opens a browser whose addresses start with `url`.
    pub async fn open(url: &str, screen: Screen) -> Browser {
        let (driver, profile) = (Driver::start(), TempDir::new().unwrap());
        let mut args = FLAGS.map(str::to_owned).to_vec();
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let wishes = json!({ "goog:chromeOptions": { "args": args }, "goog:loggingPrefs": { "browser": "ALL" } });
        let Value::Object(wishes) = wishes else { unreachable!() };
        let connected = ClientBuilder::new(HttpConnector::new()).capabilities(wishes).connect(&driver.url).await;
        let client = connected.unwrap_or_else(|error| {
            panic!("The browser test needs chromium, which cannot be started: {error}. scripts/test installs it.")
        });
        let browser = Browser {
            client,
            url: url.to_owned(),
            screen,
            acts: Cell::new(0),
            plain: Cell::new(false),
            whole: Cell::new(None),
            _driver: driver,
            _profile: profile,
        };
        browser.set_theme(screen.theme).await;
        browser.come_back().await;
        browser
    }

    /// Closes the browser.
    pub async fn close(&self) {
        let _ = self.client.clone().close().await;
    }

    /// Opens an address, or a path of the site.
    pub async fn goto(&self, address: &str) {
        let address = if address.starts_with('/') { format!("{}{address}", self.url) } else { address.to_owned() };
        self.client.goto(&address).await.unwrap();
    }

    /// The address of the page.
    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    /// What a script of the test answers, once it has looked at the page. The policy of the page does not bind it.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// The same for a script that calls its last argument with what it answers.
    pub async fn wait_for(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    // Where nothing on a page changes by itself, one looks again by loading it; but only once all of it was looked at, as
    // it may say something that it says no second time.
    async fn look_away(&self) {
        tokio::time::sleep(GLANCE).await;
        if self.plain.get() {
            let whole = self.whole().await;
            if whole.is_some() && self.whole.replace(whole) == whole {
                self.reload().await;
            }
        }
    }

    // When the page was opened; nothing while it still loads, nor where it answers a form with errors: loading that again
    // would send the form again. Forms that succeed lead to another page, in what is done without scripts here.
    async fn whole(&self) -> Option<f64> {
        let script = "return document.readyState === 'complete' \
            && performance.getEntriesByType('navigation')[0]?.responseStatus === 200 && performance.timeOrigin";
        self.client.execute(script, Vec::new()).await.ok()?.as_f64()
    }

    /// Has scripts of pages ignored, as some browsers are set to; those of the test still run.
    pub async fn ignore_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await.unwrap();
        self.plain.set(true);
    }

    async fn devtools(&self, command: &'static str, parameters: Value) -> Result<Value, CmdError> {
        self.client.issue_cmd(Devtools { command, parameters }).await
    }
}
