//! A walk through the site along its links, on which every page is looked at closely.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{axe, routes};
use crate::browser::Browser;

/// How wide a page may be, and in which themes axe-core looks at it there.
const SCREENS: [(u32, &[&str]); 3] = [(1280, &["light", "dark"]), (640, &[]), (360, &["dark", "light"])];
/// How many addresses of a route are looked at where one is not enough, as the thing has many faces.
const MANY: [(&str, usize); 3] = [
    ("/runs/{run}", 5),
    ("/environments/{environment}/solutions/{solution}", 3),
    ("/admin/environments/{environment}", 2),
];

/// Where links lead to on this site.
const LINKS: &str = "
const own = [...document.querySelectorAll('a[href]')].filter(link => link.origin === location.origin);
return own.map(link => link.pathname + link.search);
";
const HERE: &str = "return location.pathname";
const STATUS: &str = "return performance.getEntriesByType('navigation')[0].responseStatus";
/// A page for which no part is still to come.
const WHOLE: &str = "html:not(:has([hx-trigger=load]))";
/// What is folded away belongs to the page as well.
const UNFOLD: &str = "document.querySelectorAll('details:not(.menu)').forEach(details => { details.open = true; })";
/// Sends the first form of the page that asks for a text, with nothing in it.
const SEND_EMPTY: &str = "
const texts = ['text', 'email', 'password', 'number', 'search', 'datetime-local'].map(type => `[type=${type}]`);
const asks = `:is(input:is(${texts}), textarea)`;
const form = document.querySelector(`main form[method=post]:has(${asks})`);
form.querySelectorAll(asks).forEach(field => { field.value = ''; });
form.requestSubmit();
";

/// A walk of one person.
pub struct Walk<'a> {
    browser: &'a Browser,
    /// How many pages of a name were looked at.
    looks: HashMap<String, usize>,
    seen: HashMap<&'static str, HashSet<String>>,
    problems: Vec<String>,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub fn new(browser: &'a Browser) -> Walk<'a> {
        Walk { browser, looks: HashMap::new(), seen: HashMap::new(), problems: Vec::new() }
    }

    /// Goes from this page along all links.
    pub async fn from(&mut self, start: &str) {
        let mut ahead = VecDeque::from([start.to_owned()]);
        while let Some(address) = ahead.pop_front() {
            if !self.is_new(&address) {
                continue;
            }
            self.browser.goto(&address).await;
            self.look(200).await;
            let links = self.browser.run(LINKS, Vec::new()).await;
            ahead.extend(links.as_array().into_iter().flatten().filter_map(|link| Some(link.as_str()?.to_owned())));
        }
    }

    // Remembers where it is sent, whatever page then comes.
    fn is_new(&mut self, address: &str) -> bool {
        let path = address.split('?').next().unwrap_or_default();
        let Some(pattern) = routes::of(path) else {
            self.problems.push(format!("{address} is no address of the table"));
            return false;
        };
        let enough = MANY.iter().find(|(other, _)| *other == pattern).map_or(1, |(_, many)| *many);
        let seen = self.seen.entry(pattern).or_default();
        routes::is_page(pattern) && seen.len() < enough && seen.insert(path.to_owned())
    }

    /// Opens a page that no link leads to.
    pub async fn visit(&mut self, address: &str, status: u16) {
        self.browser.goto(address).await;
        self.look(status).await;
    }

    /// Looks at what a form of this page says to who leaves it empty.
    pub async fn leave_empty(&mut self, address: &str) {
        self.browser.goto(address).await;
        self.browser.run(SEND_EMPTY, Vec::new()).await;
        self.browser.shows("[role=alert], [aria-invalid=true]").await;
        self.look(422).await;
    }

    /// Looks at the page that is there, which answered with this status, in all its forms.
    pub async fn look(&mut self, status: u16) {
        let path = self.browser.run(HERE, Vec::new()).await.as_str().expect("a path").to_owned();
        if let Some(pattern) = routes::of(&path) {
            self.seen.entry(pattern).or_default().insert(path.clone());
        }
        self.answered(&path, status).await;
        self.browser.shows(WHOLE).await;
        self.browser.run(UNFOLD, Vec::new()).await;
        axe::come(self.browser).await;
        for (width, themes) in SCREENS {
            self.browser.resize(width, 900).await;
            let wide = self.browser.width().await;
            if wide > width.into() {
                self.problems.push(format!("{path} is {wide} pixels wide where there are {width}"));
            }
            for theme in themes {
                self.browser.set_theme(theme).await;
                let found = axe::violations(self.browser).await;
                self.problems.extend(found.into_iter().map(|what| format!("{path} in {theme} at {width}: {what}")));
            }
        }
        self.browser.come_back().await;
        let name = self.name(&path);
        self.browser.photograph(&name).await;
    }

    // Keys differ from one run to the next, so what they stand for is left out, and the looks are counted instead.
    fn name(&mut self, path: &str) -> String {
        let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty() && word.len() < 36).collect();
        let name = if words.is_empty() { "home".to_owned() } else { words.join("-") };
        let looks = self.looks.entry(name.clone()).or_default();
        *looks += 1;
        format!("{name}-{looks}")
    }

    async fn answered(&mut self, path: &str, status: u16) {
        let answered = self.browser.run(STATUS, Vec::new()).await;
        match answered == status && status != 200 {
            true => self.browser.was_refused(status).await,
            false if answered == status => (),
            false => self.problems.push(format!("{path} answered {answered}, not {status}")),
        }
    }

    /// Addresses of a route that were looked at.
    pub fn seen(&self, pattern: &str) -> impl Iterator<Item = &str> {
        self.seen.get(pattern).into_iter().flatten().map(String::as_str)
    }

    /// Makes sure that no page was found to shut anybody out.
    pub fn is_open_to_everybody(&self) {
        assert!(self.problems.is_empty(), "{}\n{} problems", self.problems.join("\n"), self.problems.len());
    }
}
