//! A browser, used as a person uses it: things are found by the words on them, and waited for.

use std::{
    fs,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::{Element, ElementRef},
    error::CmdError,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    devtools::{Console, Devtools},
    programs::{Driver, file},
};

/// How long a person waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long they look away in between.
const GLANCE: Duration = Duration::from_millis(100);

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// What a page is shown on.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    width: u32,
    height: u32,
    theme: &'static str,
}

/// A desk by day.
pub const DESK: Screen = Screen { width: 1280, height: 900, theme: "light" };
/// A small phone at night.
pub const PHONE: Screen = Screen { width: 360, height: 800, theme: "dark" };

/// A browser with one tab.
pub struct Browser {
    client: Client,
    url: String,
    screen: Screen,
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
        let browser = Browser { client, url: url.to_owned(), screen, _driver: driver, _profile: profile };
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

    /// Selects a link or button by the words on it.
    pub async fn click(&self, words: &str) {
        self.press("act", words, "").await;
    }

    /// Selects a link of the left navigation, which a phone has behind a button.
    pub async fn navigate(&self, words: &str) {
        if self.screen.width <= PHONE.width {
            self.click("Menu").await;
        }
        self.press("place", words, "").await;
    }

    /// Opens a menu by how its words begin.
    pub async fn unfold(&self, menu: &str) {
        self.press("actLike", menu, "").await;
    }

    /// Opens a menu by how its words begin, and selects something in it.
    pub async fn pick(&self, menu: &str, words: &str) {
        self.unfold(menu).await;
        self.click(words).await;
    }

    /// Chooses in a list or among radio buttons, by the label and how the option's words begin.
    pub async fn choose(&self, label: &str, option: &str) {
        self.press("option", label, option).await;
    }

    /// Types into the field of this label, in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find("field", label, "").await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types a part of what is looked for into the field of this label, and chooses among what then appears there.
    pub async fn look_up(&self, label: &str, part: &str, option: &str) {
        self.fill(label, part).await;
        self.choose(label, option).await;
    }

    /// Ticks a box unless it is ticked.
    pub async fn tick(&self, label: &str) {
        let field = self.find("field", label, "").await;
        if !field.is_selected().await.unwrap() {
            field.click().await.unwrap();
        }
    }

    /// Gives a file to the field of this label.
    pub async fn attach(&self, label: &str, path: &str) {
        self.find("field", label, "").await.send_keys(path).await.unwrap();
    }

    /// What the page says beside a term.
    pub async fn fact(&self, term: &str) -> String {
        self.find("fact", term, "").await.text().await.unwrap()
    }

    /// Whether the page says this now.
    pub async fn says(&self, words: &str) -> bool {
        self.text().await.contains(words)
    }

    /// Waits until the page says this.
    pub async fn sees(&self, words: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.says(words).await {
            if Instant::now() > end {
                self.give_up(&format!("{words:?} did not appear")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits until something that this selector of CSS means is there.
    pub async fn shows(&self, selector: &str) {
        let end = Instant::now() + PATIENCE;
        while self.client.find(Locator::Css(selector)).await.is_err() {
            if Instant::now() > end {
                self.give_up(&format!("{selector} did not appear")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Makes sure that the page, which is there already, does not say this.
    pub async fn sees_no(&self, words: &str) {
        let text = self.text().await;
        assert!(!text.contains(words), "{words:?} should not be on {}:\n{text}", self.address().await);
    }

    /// Makes sure that no link or button of the page, which is there already, is called this or begins with it.
    pub async fn offers_no(&self, words: &str) {
        for (kind, words) in [("act", words.to_owned()), ("actLike", format!("{words} "))] {
            let found = self.look(kind, &words, "").await;
            assert!(found.is_none(), "{words:?} should not be offered on {}", self.address().await);
        }
    }

    /// Makes sure that the page fits a desk and a small phone, and comes back to its own screen.
    pub async fn fits(&self) {
        for screen in [DESK, PHONE] {
            self.resize(screen.width, screen.height).await;
            let wide = self.width().await;
            assert!(wide <= screen.width.into(), "{} is {wide} pixels wide on {screen:?}", self.address().await);
        }
        self.come_back().await;
    }

    /// How many pixels wide the page is.
    pub async fn width(&self) -> u64 {
        self.run("return document.documentElement.scrollWidth", Vec::new()).await.as_u64().expect("a number")
    }

    /// What a script of the test answers, once it has looked at the page. The policy of the page does not bind it.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// The same for a script that calls its last argument with what it answers.
    pub async fn wait_for(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Has the system ask for a theme: `light` or `dark`.
    pub async fn set_theme(&self, theme: &str) {
        let wish = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.devtools("Emulation.setEmulatedMedia", wish).await.unwrap();
    }

    /// Saves pictures of the page as a desk and a phone show it.
    pub async fn photograph(&self, name: &str) {
        for Screen { width, height, .. } in [DESK, PHONE] {
            self.resize(width, height).await;
            self.save_picture(&format!("{name}-{width}.png")).await;
        }
        self.come_back().await;
    }

    /// Makes sure that the browser found nothing wrong on the pages since it was asked last: no script failed, the policy
    /// of what a page may load was kept, and everything asked for was there.
    pub async fn has_no_complaints(&self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "The browser complains:\n{}", complaints.join("\n"));
    }

    /// Makes sure that the page, which is there already, answered with this status, and that this is the only complaint.
    pub async fn was_refused(&self, status: u16) {
        let complaints = self.complaints().await;
        let refused = format!("Failed to load resource: the server responded with a status of {status} ");
        assert!(
            matches!(complaints.as_slice(), [only] if only.contains(&refused)),
            "{} should only have been refused with {status}, but the browser says: {complaints:#?}",
            self.address().await
        );
    }

    // What stands in red in the console, since it was asked last.
    async fn complaints(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(Console).await.unwrap();
        let entries = entries.as_array().expect("a list of entries").iter();
        let severe = entries.filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Presses a key, or several one after another, wherever the focus is.
    pub async fn press_keys(&self, keys: &str) {
        let press = |keyboard: KeyActions, key| {
            keyboard.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key })
        };
        let keyboard = keys.chars().fold(KeyActions::new("keyboard".into()), press);
        self.client.perform_actions(keyboard).await.unwrap();
    }

    /// Saves what the page looks like and holds, for whoever asks why the test failed.
    pub async fn testify(&self) {
        self.save_picture("failure.png").await;
        let page = file("failure.html");
        fs::write(&page, self.client.source().await.unwrap_or_default()).unwrap();
        let address = self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        eprintln!(
            "The test failed at {address}. The page is kept in {}, and a picture of it beside that.",
            page.display()
        );
    }

    async fn press(&self, kind: &str, words: &str, inner: &str) {
        let end = Instant::now() + PATIENCE;
        // A page that just changes may replace the thing between finding and pressing it.
        while let Err(error) = self.find(kind, words, inner).await.click().await {
            if Instant::now() > end {
                self.give_up(&format!("{words:?} {inner} cannot be pressed ({error})")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn find(&self, kind: &str, words: &str, inner: &str) -> Element {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.look(kind, words, inner).await {
                return element;
            }
            if Instant::now() > end {
                self.give_up(&format!("there is no {kind} {words:?} {inner}")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn look(&self, kind: &str, words: &str, inner: &str) -> Option<Element> {
        let found = self.client.execute(include_str!("find.js"), vec![json!(kind), json!(words), json!(inner)]).await;
        let id = found.ok()?.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    // What can be read on the page; nothing while it loads.
    async fn text(&self) -> String {
        let text = self.client.execute("return document.body.innerText.replace(/\\s+/g, ' ')", Vec::new()).await;
        text.ok().and_then(|text| Some(text.as_str()?.to_owned())).unwrap_or_default()
    }

    async fn give_up(&self, what: &str) -> ! {
        panic!("{what} on {} in {PATIENCE:?}. It says:\n{}", self.address().await, self.text().await)
    }

    /// Has scripts of pages ignored, as some browsers are set to; those of the test still run.
    pub async fn ignore_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await.unwrap();
    }

    /// Gives the page its own screen again.
    pub async fn come_back(&self) {
        self.resize(self.screen.width, self.screen.height).await;
    }

    /// Sets how large the page may be.
    // The window of a browser without a screen cannot be as small as a phone, what it pretends to be can.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await.unwrap();
    }

    async fn save_picture(&self, name: &str) {
        let _ = self.client.execute("scrollTo(0, 0)", Vec::new()).await;
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let Ok(picture) = self.devtools("Page.captureScreenshot", whole).await else { return };
        let bytes = BASE64_STANDARD.decode(picture["data"].as_str().unwrap_or_default()).unwrap();
        fs::write(file(name), bytes).unwrap();
    }

    async fn devtools(&self, command: &'static str, parameters: Value) -> Result<Value, CmdError> {
        self.client.issue_cmd(Devtools { command, parameters }).await
    }
}
