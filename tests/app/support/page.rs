//! What a browser got, to be looked at by CSS selectors.

use actix_web::http::header::{self, HeaderMap};
use bytes::Bytes;
use scraper::{Html, Selector};

/// An answer of the site.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Page {
    pub(super) fn new(status: u16, headers: HeaderMap, body: Bytes) -> Page {
        Page { status, headers, body }
    }

    /// A header's text; empty where absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<&str> {
        let leads = (300..400).contains(&self.status);
        self.headers.get(header::LOCATION).filter(|_| leads)?.to_str().ok()
    }

    /// The source.
    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// All that can be read, with single spaces.
    pub fn text(&self) -> String {
        squeeze(Html::parse_document(&self.html()).root_element().text())
    }

    /// The texts of all elements that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a CSS selector");
        Html::parse_document(&self.html()).select(&selector).map(|found| squeeze(found.text())).collect()
    }

    /// An attribute of the first element that a selector finds.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let selector = Selector::parse(selector).expect("a CSS selector");
        let html = Html::parse_document(&self.html());
        html.select(&selector).next()?.value().attr(name).map(str::to_owned)
    }

    /// An attribute of each element that a selector finds, where it has one.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a CSS selector");
        let html = Html::parse_document(&self.html());
        html.select(&selector).filter_map(|found| found.value().attr(name)).map(str::to_owned).collect()
    }

    /// The address of the first link with this text.
    pub fn link(&self, text: &str) -> String {
        let html = Html::parse_document(&self.html());
        let links = Selector::parse("a[href]").unwrap();
        let found = html.select(&links).find(|link| squeeze(link.text()) == text);
        let found = found.unwrap_or_else(|| panic!("there is no link {text:?} in: {}", self.text()));
        found.value().attr("href").unwrap().to_owned()
    }

    /// Whether some element that a selector finds contains the text.
    pub fn has(&self, selector: &str, text: &str) -> bool {
        self.all(selector).iter().any(|found| found.contains(text))
    }

    /// Fails with the page's text unless `has`.
    #[track_caller]
    pub fn assert_has(&self, selector: &str, text: &str) {
        assert!(self.has(selector, text), "no {selector} with {text:?}; {} says: {}", self.status, self.text());
    }
}

fn squeeze<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
