//! What pages are shown on, and what they look like there.

use std::{env, fs};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use super::Browser;
use crate::programs::file;

/// What a page is shown on.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) theme: &'static str,
}

/// A desk by day.
pub const DESK: Screen = Screen { width: 1280, height: 900, theme: "light" };
/// A small phone at night.
pub const PHONE: Screen = Screen { width: 360, height: 800, theme: "dark" };

/// A desk at night.
pub const DESK_AT_NIGHT: Screen = Screen { theme: "dark", ..DESK };
/// A small phone by day.
pub const PHONE_BY_DAY: Screen = Screen { theme: "light", ..PHONE };

/// How wide a window is in which a part of a page is small enough to be shown on a phone.
const NARROW_DESK: u32 = 1160;

/// Where a part of the page is.
const PLACE: &str = "scrollTo(0, 0); const part = document.querySelector(arguments[0])?.getBoundingClientRect(); \
                     return part ? { x: part.x - 8, y: part.y - 8, width: part.width + 16, height: part.height + 16, scale: 1 } : null;";

impl Browser {
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

    /// Has the system ask for a theme: `light` or `dark`.
    pub async fn set_theme(&self, theme: &str) {
        let wish = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.devtools("Emulation.setEmulatedMedia", wish).await.unwrap();
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

    /// Saves pictures of the page as a desk and a phone show it by day and at night, where SLUICE_SHOTS asks for them.
    pub async fn photograph(&self, name: &str) {
        if env::var_os("SLUICE_SHOTS").is_none() {
            return;
        }
        for Screen { width, height, .. } in [DESK, PHONE] {
            self.resize(width, height).await;
            for theme in ["light", "dark"] {
                self.set_theme(theme).await;
                self.save_picture(&format!("{name}-{width}-{theme}.png")).await;
            }
        }
        self.set_theme("light").await;
        self.resize(NARROW_DESK, DESK.height).await;
        self.save_part(".stages", &format!("{name}-stages.png")).await;
        self.set_theme(self.screen.theme).await;
        self.come_back().await;
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

    // Of what is there once on some pages, and is shown apart from the rest of the page elsewhere.
    async fn save_part(&self, selector: &str, name: &str) {
        let there = self.client.execute(PLACE, vec![selector.into()]).await.unwrap();
        if !there.is_null() {
            self.save(name, json!({ "format": "png", "captureBeyondViewport": true, "clip": there })).await;
        }
    }

    async fn save_picture(&self, name: &str) {
        let _ = self.client.execute("scrollTo(0, 0)", Vec::new()).await;
        self.save(name, json!({ "format": "png", "captureBeyondViewport": true })).await;
    }

    async fn save(&self, name: &str, what: serde_json::Value) {
        let Ok(picture) = self.devtools("Page.captureScreenshot", what).await else { return };
        let bytes = BASE64_STANDARD.decode(picture["data"].as_str().unwrap_or_default()).unwrap();
        fs::write(file(name), bytes).unwrap();
    }
}
