//! Forms: what was typed and what is wrong with it, kept together so that nothing typed is lost.

use std::{collections::BTreeMap, fmt, str::FromStr};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::{error::Error, secrets::Secret};

/// The fields of a form by name, with the sentence beside each that cannot be taken.
#[derive(Clone, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
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
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), vec![value])).collect();
        Form { values, ..Form::default() }
    }

    /// What stands in a field; empty where nothing does.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|all| all.first()).map_or("", String::as_str)
    }

    /// All that was chosen under a name.
    pub fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every field that was sent, in the order of names.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().flat_map(|(name, all)| all.iter().map(move |value| (name.as_str(), value.as_str())))
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
        self.values.insert(name.to_owned(), vec![value.into()]);
    }

    /// Puts a sentence beside a field; the first one stays.
    pub fn fail(&mut self, name: &str, message: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_insert_with(|| message.into());
    }

    /// Puts a sentence above the form.
    pub fn refuse(&mut self, message: impl Into<String>) {
        self.general.get_or_insert_with(|| message.into());
    }

    /// Whether nothing is wrong so far.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty() && self.general.is_none()
    }

    /// One line of text that must not be empty, of at most `max` characters, with outer and doubled spaces removed.
    pub fn line(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.optional_line(name, max)?;
        if text.is_empty() {
            self.fail(name, "Fill this in.");
            return None;
        }
        Some(text)
    }

    /// As `line`, but may be empty.
    pub fn optional_line(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.value(name).split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        self.plain(name, text, max, |c| c.is_control() || is_direction(c))
    }

    /// Text of several lines that may be empty, of at most `max` characters.
    pub fn text(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.value(name).trim().replace("\r\n", "\n");
        self.plain(name, text, max, |c| (c.is_control() && c != '\n' && c != '\t') || is_direction(c))
    }

    /// A secret as it was typed, outer spaces included; nothing where the field is empty.
    pub fn secret(&mut self, name: &str) -> Option<Option<Secret>> {
        let text = self.value(name).to_owned();
        let secret = Secret::new(self.plain(name, text, SECRET, |c| c.is_control() || is_direction(c))?);
        Some((!secret.reveal().is_empty()).then_some(secret))
    }

    /// One of a list of choices, or an identifier.
    pub fn choice<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let choice = self.value(name).parse().ok();
        if choice.is_none() {
            self.fail(name, "Choose one from the list.");
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

// Characters that reorder the text around them can make one name look like another.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

impl FromRequest for Form {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let fields = web::Form::<Vec<(String, String)>>::from_request(req, payload);
        async move {
            let fields = fields.await.map_err(|_| Error::BadRequest("The form could not be read.".into()))?;
            let mut form = Form::default();
            for (name, value) in fields.into_inner() {
                form.values.entry(name).or_default().push(value);
            }
            Ok(form)
        }
        .boxed_local()
    }
}
