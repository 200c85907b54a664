//! Forms: what was typed and what is wrong with it, kept together so that nothing typed is lost.

use std::{collections::BTreeMap, fmt, str::FromStr};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt, LocalBoxFuture};

use super::form_body;
use crate::{error::Error, secrets::Secret};

/// The fields of a form by name, with the sentence beside each that cannot be taken.
#[derive(Clone, Default)]
pub struct Form {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
    general: Option<String>,
}

/// The longest name that anything may have, in characters.
pub const NAME: usize = 100;
/// The longest description or note, in characters.
pub const TEXT: usize = 2000;
/// The longest credential, in characters.
pub const SECRET: usize = 2000;

impl Form {
    /// A form that shows these values at first.
    pub fn of<'a>(values: impl IntoIterator<Item = (&'a str, String)>) -> Form {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Form { values, ..Form::default() }
    }

    /// What stands in a field; empty where nothing does.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether a box is ticked.
    pub fn checked(&self, name: &str) -> bool {
        matches!(self.value(name), "on" | "true" | "yes")
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.get(name).map(String::as_str)
    }

    /// What is wrong with the whole.
    pub fn general(&self) -> Option<&str> {
        self.general.as_deref()
    }

    /// Sets what a field shows.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// Puts a sentence beside a field; the first one stays.
    pub fn fail(&mut self, name: &str, message: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_insert_with(|| message.into());
    }

    /// Puts a sentence above the form.
    pub fn refuse(&mut self, message: impl Into<String>) {
        self.general.get_or_insert_with(|| message.into());
    }

    /// The form of a page whose rows each have a field `name`: what is wrong with it stands beside that of row `id`.
    #[must_use]
    pub fn of_row(mut self, name: &str, id: impl fmt::Display) -> Form {
        let errors = self.errors.remove(name).map(|message| (format!("{name}-{id}"), message));
        Form { errors: errors.into_iter().collect(), ..Form::default() }
    }

    /// Whether nothing is wrong so far.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty() && self.general.is_none()
    }

    /// One line of text that must not be empty, of at most `max` characters, with outer and doubled spaces removed.
    pub fn line(&mut self, name: &str, max: usize) -> Option<String> {
        self.line_or(name, max, "Enter a value.")
    }

    /// As `line`, with what is said where it is empty.
    pub fn line_or(&mut self, name: &str, max: usize, empty: &str) -> Option<String> {
        let text = self.optional_line(name, max)?;
        if text.is_empty() {
            self.fail(name, empty);
            return None;
        }
        Some(text)
    }

    /// A name: as `line`, of at most [`NAME`] characters.
    pub fn name(&mut self, name: &str) -> Option<String> {
        self.line_or(name, NAME, "Enter a name.")
    }

    /// As `line`, but may be empty.
    pub fn optional_line(&mut self, name: &str, max: usize) -> Option<String> {
        let space = |c: char| c.is_whitespace() && !c.is_control();
        let text = self.value(name).split(space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        self.plain(name, text, max, |c| c.is_control() || is_disguise(c))
    }

    /// Text of several lines that may be empty, of at most `max` characters.
    pub fn text(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.value(name).trim().replace("\r\n", "\n");
        self.plain(name, text, max, |c| (c.is_control() && c != '\n' && c != '\t') || is_disguise(c))
    }

    /// Whether a box was ticked; nothing else can be said by one.
    pub fn tick(&mut self, name: &str) -> Option<bool> {
        let ticked = self.checked(name);
        if !ticked && !self.value(name).is_empty() {
            self.fail(name, "Tick this or leave it.");
            return None;
        }
        Some(ticked)
    }

    /// A secret as it was typed, outer spaces included; nothing where the field is empty.
    pub fn secret(&mut self, name: &str) -> Option<Option<Secret>> {
        let text = self.value(name).to_owned();
        let secret = Secret::new(self.plain(name, text, SECRET, |c| c.is_control() || is_disguise(c))?);
        Some((!secret.reveal().is_empty()).then_some(secret))
    }

    /// One of a list of choices, or an identifier.
    pub fn choice<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.choice_or(name, "Choose one from the list.")
    }

    /// As `choice`, with what is said where none of them was chosen.
    pub fn choice_or<T: FromStr>(&mut self, name: &str, none: &str) -> Option<T> {
        let choice = self.value(name).parse().ok();
        if choice.is_none() {
            self.fail(name, none);
        }
        choice
    }

    /// As `choice`, where nothing may be chosen: `None` is wrong, `Some(None)` is nothing.
    pub fn optional_choice<T: FromStr>(&mut self, name: &str) -> Option<Option<T>> {
        if self.value(name).is_empty() { Some(None) } else { self.choice(name).map(Some) }
    }

    fn plain(&mut self, name: &str, text: String, max: usize, refused: impl Fn(char) -> bool) -> Option<String> {
        if text.chars().count() > max {
            self.fail(name, format!("Use at most {max} characters."));
            return None;
        }
        if text.chars().any(refused) {
            self.fail(name, "Use plain text without control characters.");
            return None;
        }
        Some(text)
    }
}

// What was typed may be a password.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&String> = self.values.keys().collect();
        f.debug_struct("Form").field("fields", &fields).field("errors", &self.errors).finish_non_exhaustive()
    }
}

// Characters that reorder the text around them, or that nobody sees, can make one name look like another.
fn is_disguise(c: char) -> bool {
    let turns = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}');
    let unseen = matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}');
    turns || unseen
}

impl FromRequest for Form {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        async move {
            if !req.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
                return Err(form_body::unread());
            }
            let body = form_body::gather(&mut payload).await?;
            Ok(Form { values: form_body::fields(&body)?, ..Form::default() })
        }
        .boxed_local()
    }
}
