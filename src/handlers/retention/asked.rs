//! Settings as they are typed, and which page of what they mean is looked at.

use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::{
    models::retention::preview::Window,
    rules::{
        retention::{DAYS, Policy, VERSIONS},
        words,
    },
    web::forms::{Form, NAME},
};

/// What the form proposes while nothing is saved.
const PROPOSED: Policy = Policy { days: 90, versions: 5 };

/// Whether anything is removed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Keep,
    Remove,
}

words!(Mode {
    Keep = "keep", "Keep every package";
    Remove = "remove", "Remove unused packages";
});

/// What stands in the address of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    mode: String,
    days: String,
    versions: String,
    /// `stays` for what stays, else what goes.
    show: String,
    before: String,
    after: String,
}

impl Asked {
    /// The form: what was typed, else what is saved.
    pub fn form(&self, saved: Option<Policy>) -> Form {
        if !self.mode.is_empty() {
            let typed = [("mode", &self.mode), ("days", &self.days), ("versions", &self.versions)];
            return Form::of(typed.map(|(name, value)| (name, value.clone())));
        }
        let (mode, policy) = (if saved.is_some() { Mode::Remove } else { Mode::Keep }, saved.unwrap_or(PROPOSED));
        Form::of([
            ("mode", mode.as_str().to_owned()),
            ("days", policy.days.to_string()),
            ("versions", policy.versions.to_string()),
        ])
    }

    /// Which artifacts are listed.
    pub fn window(&self) -> Window {
        Window { staying: self.show == "stays", after: self.after.parse().ok(), before: self.before.parse().ok() }
    }
}

/// The address of one list under a policy, from its start.
pub fn path_of_list(policy: Policy, staying: bool) -> String {
    let show = if staying { "stays" } else { "goes" };
    let Policy { days, versions } = policy;
    format!("{}?mode=remove&days={days}&versions={versions}&show={show}", super::PATH)
}

/// The settings in a form: `Some(None)` is to keep every package, `None` makes no sense.
pub fn policy(form: &mut Form) -> Option<Option<Policy>> {
    match form.choice::<Mode>("mode")? {
        Mode::Keep => Some(None),
        Mode::Remove => {
            let (days, versions) = (number(form, "days", DAYS), number(form, "versions", VERSIONS));
            Some(Some(Policy { days: days?, versions: versions? }))
        }
    }
}

fn number(form: &mut Form, name: &str, range: RangeInclusive<u32>) -> Option<u32> {
    let text = form.line_or(name, NAME, "Enter a number.")?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && range.contains(number));
    if number.is_none() {
        form.fail(name, format!("Enter a whole number from {} to {}.", range.start(), range.end()));
    }
    number
}
