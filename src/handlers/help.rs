//! Help: short pages that the others link to, from the Markdown in `help/`.

use std::sync::LazyLock;

use actix_web::web;
use askama::Template;

use crate::{
    auth::SignedIn,
    error::Error,
    web::{
        layout::Layout,
        markdown::Document,
        respond::{Answer, page},
    },
};

/// The pages in their order: the name in the address, what it is about, and the text.
const TEXTS: [(&str, &str, &str); 5] = [
    (
        "deploying",
        "From development through the stages: versions, connections, environment variables and times.",
        include_str!("../../help/deploying.md"),
    ),
    ("states", "What each state of a run means, and what to do.", include_str!("../../help/states.md")),
    ("findings", "What each code of a check means, and what to do.", include_str!("../../help/findings.md")),
    ("environments", "Regions, hosts, validation and Force Link.", include_str!("../../help/environments.md")),
    ("access", "What each role and each share allows.", include_str!("../../help/access.md")),
];

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let page = |(name, about, text)| Page { name, about, document: Document::of(text) };
    TEXTS.into_iter().map(page).collect()
});

struct Page {
    name: &'static str,
    about: &'static str,
    document: Document,
}

#[derive(Template)]
#[template(path = "help/index.html")]
struct Index {
    layout: Layout,
    pages: &'static [Page],
}

#[derive(Template)]
#[template(path = "help/show.html")]
struct Show {
    layout: Layout,
    document: &'static Document,
}

/// `GET /help`
pub async fn index(_: SignedIn, layout: Layout) -> Answer {
    page(Index { layout, pages: PAGES.as_slice() })
}

/// `GET /help/{page}`
pub async fn show(_: SignedIn, layout: Layout, path: web::Path<String>) -> Answer {
    let found = PAGES.iter().find(|page| page.name == path.as_str());
    page(Show { layout, document: &found.ok_or(Error::NotFound)?.document })
}

/// Where a code of a finding or a refusal is explained; none for those that are explained nowhere.
pub fn of_code(code: &str) -> Option<String> {
    let anchor = format!("id=\"{code}\"");
    let findings = PAGES.iter().find(|page| page.name == "findings")?;
    let told = !code.is_empty() && findings.document.html.contains(&anchor);
    told.then(|| format!("/help/findings#{code}"))
}
