//! What a person sees on a page, waiting for it, and what only the browser tells.

use std::time::Instant;

use fantoccini::{
    Locator,
    elements::{Element, ElementRef},
};
use serde_json::json;

use super::{Browser, PATIENCE, devtools::Console};

impl Browser {
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
            self.look_away().await;
        }
    }

    /// Waits until something that this selector of CSS means is there.
    pub async fn shows(&self, selector: &str) {
        let end = Instant::now() + PATIENCE;
        while self.client.find(Locator::Css(selector)).await.is_err() {
            if Instant::now() > end {
                self.give_up(&format!("{selector} did not appear")).await;
            }
            self.look_away().await;
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
        let messages = severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned());
        // The browser's own first page may fail while it is left for one of ours.
        messages.filter(|message| !message.starts_with("chrome://")).collect()
    }

    pub(super) async fn find(&self, kind: &str, words: &str, inner: &str) -> Element {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.look(kind, words, inner).await {
                return element;
            }
            if Instant::now() > end {
                self.give_up(&format!("there is no {kind} {words:?} {inner}")).await;
            }
            self.look_away().await;
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

    pub(super) async fn give_up(&self, what: &str) -> ! {
        panic!("{what} on {} in {PATIENCE:?}. It says:\n{}", self.address().await, self.text().await)
    }
}
