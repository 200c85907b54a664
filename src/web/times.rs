//! Instants as pages say them: exactly, and how long ago.

use chrono::{NaiveDateTime, TimeDelta};

/// An instant for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Such as `2026-11-22 23:40:12Z`.
    pub exact: String,
    /// Such as `5 minutes ago`.
    pub relative: String,
}

impl Moment {
    /// The instant `at`, seen from `now`; both in UTC.
    pub fn of(at: NaiveDateTime, now: NaiveDateTime) -> Moment {
        Moment { exact: at.format("%Y-%m-%d %H:%M:%SZ").to_string(), relative: relative(at, now) }
    }
}

fn relative(at: NaiveDateTime, now: NaiveDateTime) -> String {
    let ago = now - at;
    let count = |count: i64, unit: &str| match count {
        1 => format!("1 {unit} ago"),
        count => format!("{count} {unit}s ago"),
    };
    match ago {
        ago if ago < TimeDelta::seconds(45) => "just now".to_owned(),
        ago if ago < TimeDelta::minutes(60) => count(ago.num_minutes().max(1), "minute"),
        ago if ago < TimeDelta::hours(24) => count(ago.num_hours(), "hour"),
        ago if ago < TimeDelta::days(14) => count(ago.num_days(), "day"),
        _ => at.format("%-d %B %Y").to_string(),
    }
}
