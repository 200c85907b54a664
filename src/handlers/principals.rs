//! The field that takes a person or a group: one types part of a name or an email and chooses among those who fit.

use actix_web::{HttpResponse, http::header};
use askama::Template;
use serde::Deserialize;

use crate::{
    db::{Conn, Db},
    error::Error,
    models::principal::{Meant, Named, Principal, Whom},
    web::{forms::Form, html::Html, respond::Answer},
};

/// The field of pages that give something to people and groups.
pub const ANYONE: Kind = Kind { field: "principal", label: "Person or group", whom: Whom::Anyone };
/// The field of pages that take people only.
pub const PERSON: Kind = Kind { field: "person", label: "Person", whom: Whom::People };

/// How many are shown at once.
const SHOWN: usize = 10;
/// The longest email that there is, in characters.
const LONGEST: usize = 254;
/// The field of the choice among those who fit.
const CHOSEN: &str = "chosen";

/// What such a field is called and whom it takes.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub field: &'static str,
    pub label: &'static str,
    whom: Whom,
}

/// The field as a page shows it.
pub struct Chooser {
    pub kind: Kind,
    /// Where those who fit are looked up while one types.
    pub search: String,
    pub found: Vec<Named>,
    /// More fit than are shown.
    pub more: bool,
    /// Something was typed.
    pub asked: bool,
    chosen: Option<Principal>,
}

/// What was typed, as the lookup gets it.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default, alias = "person")]
    principal: String,
}

#[derive(Template)]
#[template(path = "principals/_found.html")]
struct Found {
    chooser: Chooser,
}

impl Kind {
    /// Who is meant by what stands in the form; else the form says what is wrong.
    pub async fn meant(self, db: &Db, form: &mut Form) -> Result<Option<Principal>, Error> {
        let Some(text) = form.optional_line(self.field, LONGEST) else { return Ok(None) };
        if text.is_empty() {
            form.fail(self.field, format!("Choose a {}.", self.label.to_lowercase()));
            return Ok(None);
        }
        if let Some(given) = self.key(&text) {
            return Ok(Some(given));
        }
        let chosen = form.value(CHOSEN).parse().ok();
        let asked = text.clone();
        match db.read(move |c| Principal::meant(c, &asked, chosen, self.whom)).await? {
            Meant::One(principal) => return Ok(Some(principal)),
            Meant::Unclear => form.fail(self.field, "Choose one of the matches."),
            Meant::Nobody => form.fail(self.field, format!("Nobody here is called “{text}”.")),
        }
        Ok(None)
    }

    /// The field of a page, with those who fit what was typed; `search` is where more are looked up.
    pub fn chooser(self, conn: &mut Conn, form: &mut Form, search: String) -> Result<Chooser, Error> {
        let text = form.value(self.field).to_owned();
        let mut chooser = self.find(conn, &text, search)?;
        chooser.chosen = form.value(CHOSEN).parse().ok();
        // The sentence beside the field says it already.
        chooser.asked &= form.error(self.field).is_none();
        if let Some(principal) = self.key(&text) {
            // A key means nothing to who reads it.
            chooser.found = principal.named(conn).into_iter().collect();
            chooser.chosen = Some(principal);
            let named = chooser.found.first();
            form.set(
                self.field,
                named
                    .map(|named| if named.is_group() { &named.name } else { &named.detail })
                    .cloned()
                    .unwrap_or_default(),
            );
        }
        Ok(chooser)
    }

    /// Answers with those who fit what was typed.
    pub async fn answer(self, db: &Db, typed: Typed) -> Answer {
        let chooser = db.read(move |c| self.find(c, &typed.principal, String::new())).await?;
        let html = Html::of(Found { chooser })?;
        Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(html))
    }

    fn find(self, conn: &mut Conn, text: &str, search: String) -> Result<Chooser, Error> {
        let fit = text.chars().count() <= LONGEST && !text.contains(char::is_control);
        let mut found = match fit {
            true => Principal::matching(conn, text, self.whom, SHOWN + 1)?,
            false => Vec::new(),
        };
        let more = found.len() > SHOWN;
        found.truncate(SHOWN);
        Ok(Chooser { kind: self, search, found, more, asked: !text.trim().is_empty(), chosen: None })
    }

    // The key of somebody, as a program may send it.
    fn key(self, text: &str) -> Option<Principal> {
        match self.whom {
            Whom::Anyone => text.parse().ok(),
            Whom::People => text.parse().map(Principal::Person).ok(),
        }
    }
}

impl Chooser {
    /// Whether they are the one that is chosen so far.
    pub fn has_chosen(&self, one: &Named) -> bool {
        self.chosen == Some(one.principal)
    }
}
