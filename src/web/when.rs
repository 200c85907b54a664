//! Instants as pages say them: how long ago, and exactly.

use chrono::{NaiveDateTime, TimeDelta, Utc};

/// An instant in the two forms that a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// Such as `2026-11-22 23:40:12Z`.
    pub exact: String,
    /// Such as `5 minutes ago`.
    pub relative: String,
}

impl When {
    /// An instant in UTC, seen from now.
    pub fn new(at: NaiveDateTime) -> When {
        When::seen_from(at, Utc::now().naive_utc())
    }

    fn seen_from(at: NaiveDateTime, now: NaiveDateTime) -> When {
        let exact = at.format("%Y-%m-%d %H:%M:%SZ").to_string();
        let relative = match now - at {
            past if past < TimeDelta::minutes(1) => "just now".to_owned(),
            past if past < TimeDelta::hours(1) => ago(past.num_minutes(), "minute"),
            past if past < TimeDelta::days(1) => ago(past.num_hours(), "hour"),
            past if past < TimeDelta::days(30) => ago(past.num_days(), "day"),
            _ => at.format("%-d %b %Y").to_string(),
        };
        When { exact, relative }
    }
}

fn ago(count: i64, unit: &str) -> String {
    if count == 1 { format!("1 {unit} ago") } else { format!("{count} {unit}s ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_long_ago_and_exactly() {
        let now = "2026-11-22T23:40:12".parse().unwrap();
        let said = |past| When::seen_from(now - past, now).relative;
        assert_eq!(said(TimeDelta::seconds(59)), "just now");
        assert_eq!(said(TimeDelta::seconds(-5)), "just now");
        assert_eq!(said(TimeDelta::minutes(1)), "1 minute ago");
        assert_eq!(said(TimeDelta::hours(23)), "23 hours ago");
        assert_eq!(said(TimeDelta::days(2)), "2 days ago");
        assert_eq!(said(TimeDelta::days(40)), "13 Oct 2026");
        assert_eq!(When::seen_from(now, now).exact, "2026-11-22 23:40:12Z");
    }
}
