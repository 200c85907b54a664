//! When to deploy, as a form: now, or at a date and time in the zone of who fills it in.

use chrono::{DateTime, NaiveDateTime};

use crate::{
    models::person::Person,
    rules::schedule::{Schedule, Side, Unfit},
    web::{
        forms::{Form, NAME},
        time::Clock,
    },
    zone::Zone,
};

/// As browsers send the date and time of a field for them, and as people type it where the browser has no such field.
const FORMATS: [&str; 3] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:00", "%Y-%m-%d %H:%M"];

/// What the page says beside the fields.
#[derive(Debug, Clone)]
pub struct Times {
    pub choices: Vec<(&'static str, &'static str)>,
    /// In which zone times are read, and what it is there now.
    pub hint: String,
    /// Both, as value and label, where what was typed comes twice.
    pub sides: Vec<(&'static str, String)>,
}

impl Times {
    /// For the form as it stands.
    pub fn of(form: &Form, person: &Person, clock: &Clock) -> Times {
        let zone = person.zone();
        let twice = wall(form.value("at")).map(|wall| Schedule::choose(wall, zone, None, clock.now()));
        let sides = match twice {
            Some(Err(Unfit::Fold { earlier, later })) => {
                let label = |at: DateTime<Zone>, which| {
                    format!("{}, {which} (UTC{})", clock.locale.time(&at), at.format("%:z"))
                };
                vec![("earlier", label(earlier, "the first time")), ("later", label(later, "the second time"))]
            }
            _ => Vec::new(),
        };
        let now = clock.when(clock.now());
        let hint = format!("In your time zone: it is {now} now. You can change the zone in your account.");
        Times { choices: vec![("now", "Deploy now"), ("later", "Deploy later")], hint, sides }
    }
}

/// The form as it first shows a run's time, in the zone of who looks.
pub fn filled(schedule: &Schedule, zone: Zone) -> Form {
    let own = Schedule { zone, ..*schedule };
    let mut form = Form::default();
    form.set("when", "later");
    form.set("at", own.local().format("%Y-%m-%dT%H:%M").to_string());
    form.set("which", own.side().map(Side::as_str).unwrap_or_default());
    form
}

/// What was chosen: `Some(None)` is now, and what else was filled in does not count then. What is wrong stands beside
/// its field, and nothing is returned.
pub fn read(form: &mut Form, person: &Person, clock: &Clock) -> Option<Option<Schedule>> {
    match form.value("when") {
        "" | "now" => return Some(None),
        "later" => (),
        _ => {
            form.fail("when", "Choose Deploy now or Deploy later.");
            return None;
        }
    }
    let text = form.line_or("at", NAME, "Enter a date and a time.")?;
    let Some(wall) = wall(&text) else {
        form.fail("at", "Give a date and a time, such as 2026-11-26 22:00.");
        return None;
    };
    let side = form.value("which").parse().ok();
    let (field, sentence) = match Schedule::choose(wall, person.zone(), side, clock.now()) {
        Ok(schedule) => return Some(Some(schedule)),
        Err(unfit) => told(unfit, wall, person.zone(), clock),
    };
    form.fail(field, sentence);
    None
}

fn wall(text: &str) -> Option<NaiveDateTime> {
    FORMATS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

// Beside which field, and what.
fn told(unfit: Unfit, wall: NaiveDateTime, zone: Zone, clock: &Clock) -> (&'static str, String) {
    let zone = zone.name();
    match unfit {
        Unfit::Gap { before, after } => {
            let sentence = format!(
                "There is no {} in {zone}, because the clock is put forward then. The nearest times are {} and {}.",
                clock.wall(wall),
                clock.wall(before),
                clock.wall(after)
            );
            ("at", sentence)
        }
        Unfit::Fold { .. } => {
            let sentence = format!(
                "{} comes twice in {zone}, because the clock is put back then. Choose which one.",
                clock.wall(wall)
            );
            ("which", sentence)
        }
        Unfit::Past => {
            let now = clock.when(clock.now());
            ("at", format!("This time is over: it is {now} now. Choose a later time."))
        }
        Unfit::TooFar => ("at", "Choose a time within a year from now.".into()),
    }
}
