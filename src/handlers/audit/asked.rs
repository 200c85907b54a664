//! What the log is asked for, as it stands in the address of the page.

use std::net::IpAddr;

use chrono::NaiveDateTime;
use serde::Deserialize;

use crate::{
    id::RowId,
    models::audit::{
        NOBODY,
        log::{Actor, Filter},
    },
    web::{
        forms::NAME,
        time::{self, Clock},
    },
};

/// The filters; empty ones filter nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub q: String,
    /// A person's key, or a name of those without an account.
    pub person: String,
    pub kind: String,
    pub action: String,
    pub subject: String,
    pub address: String,
    pub since: String,
    pub until: String,
    pub before: String,
    pub after: String,
}

impl Asked {
    /// Whether anything is filtered.
    pub fn is_any(&self) -> bool {
        self.fields().iter().any(|(_, value)| !value.is_empty())
    }

    /// The filters by the names that they have in the address.
    pub fn fields(&self) -> [(&'static str, &str); 8] {
        [
            ("q", &self.q),
            ("person", &self.person),
            ("kind", &self.kind),
            ("action", &self.action),
            ("subject", &self.subject),
            ("address", &self.address),
            ("since", &self.since),
            ("until", &self.until),
        ]
    }

    /// What it means, days being those of who asks.
    ///
    /// # Errors
    /// A sentence for the person: an administrator who mistypes must not take all entries for those that fit.
    pub fn filter(&self, clock: &Clock) -> Result<Filter, String> {
        Ok(Filter {
            text: short(&self.q)?,
            actor: known("person", &self.person, actor)?,
            kind: known("kind", &self.kind, |text| text.parse().ok())?,
            verb: known("action", &self.action, |text| text.parse().ok())?,
            subject: self.subject.clone(),
            address: address(&self.address)?,
            since: start(clock, &self.since, 0)?,
            until: start(clock, &self.until, 1)?,
            before: known("page", &self.before, |text| text.parse::<RowId>().ok())?,
            after: known("page", &self.after, |text| text.parse::<RowId>().ok())?,
        })
    }

    /// The address of the entries `before` or `after` one of them.
    pub fn path_of_page(&self, side: &str, entry: RowId) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields().into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.append_pair(side, &entry.to_string());
        format!("{}?{}", super::PATH, query.finish())
    }
}

fn known<T>(what: &str, text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, String> {
    match text {
        "" => Ok(None),
        text => read(text).map(Some).ok_or_else(|| format!("There is no such {what}. Choose one from the list.")),
    }
}

fn short(text: &str) -> Result<String, String> {
    match text.chars().count() <= NAME {
        true => Ok(text.to_owned()),
        false => Err(format!("Look for at most {NAME} characters.")),
    }
}

fn actor(text: &str) -> Option<Actor> {
    match NOBODY.contains(&text) {
        true => Some(Actor::Nobody(text.to_owned())),
        false => text.parse().ok().map(Actor::Person),
    }
}

fn address(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Ok(String::new()),
        text => match text.parse::<IpAddr>() {
            Ok(address) => Ok(address.to_canonical().to_string()),
            Err(_) => Err("Enter a whole IP address such as 203.0.113.7.".into()),
        },
    }
}

fn start(clock: &Clock, text: &str, days_later: u64) -> Result<Option<NaiveDateTime>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = time::day(text).and_then(|day| day.checked_add_days(chrono::Days::new(days_later)));
    let start = day.and_then(|day| clock.start_of(day));
    start.map(Some).ok_or_else(|| "Enter dates such as 2026-03-10.".into())
}
