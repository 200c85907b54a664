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

/// The pages in their order: the name in the address, and the text.
const PAGES: [(&str, &str); 5] = [
    ("deploying", include_str!("../../help/deploying.md")),
    ("states", include_str!("../../help/states.md")),
    ("findings", include_str!("../../help/findings.md")),
    ("environments", include_str!("../../help/environments.md")),
    ("access", include_str!("../../help/access.md")),
];

static DOCUMENTS: LazyLock<Vec<(&str, Document)>> =
    LazyLock::new(|| PAGES.iter().map(|(name, text)| (*name, Document::of(text))).collect());

#[derive(Template)]
#[template(path = "help/index.html")]
struct Index {
    layout: Layout,
    documents: &'static [(&'static str, Document)],
}

#[derive(Template)]
#[template(path = "help/show.html")]
struct Show {
    layout: Layout,
    document: &'static Document,
}

/// `GET /help`
pub async fn index(_: SignedIn, layout: Layout) -> Answer {
    page(Index { layout, documents: DOCUMENTS.as_slice() })
}

/// `GET /help/{page}`
pub async fn show(_: SignedIn, layout: Layout, path: web::Path<String>) -> Answer {
    let found = DOCUMENTS.iter().find(|(name, _)| *name == path.as_str());
    let (_, document) = found.ok_or(Error::NotFound)?;
    page(Show { layout, document })
}

/// Where a code of a finding or a refusal is explained; none for those that are explained nowhere.
pub fn of_code(code: &str) -> Option<String> {
    let anchor = format!("id=\"{code}\"");
    let (_, findings) = DOCUMENTS.iter().find(|(name, _)| *name == "findings")?;
    let told = !code.is_empty() && findings.html.contains(&anchor);
    told.then(|| format!("/help/findings#{code}"))
}
