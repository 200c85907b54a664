//! Instants and durations, as people read them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SubsecRound, TimeDelta, TimeZone};

use super::locale::Locale;
use crate::zone::Zone;

/// An instant: exactly, and as one would say it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    pub exact: String,
    pub relative: String,
}

/// Tells instants in one person's time zone and as they write dates, as of one moment.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    zone: Zone,
    /// How the person writes numbers, too.
    pub locale: Locale,
    now: NaiveDateTime,
    /// The day there that it is now.
    today: NaiveDate,
}

impl Clock {
    /// A clock in the zone of this IANA name (UTC where there is none such) for who writes as in the locale of this tag
    /// (the default where there is none such), at `now` in UTC.
    pub fn new(zone: &str, locale: &str, now: NaiveDateTime) -> Clock {
        let zone = zone.parse().unwrap_or(Zone::utc());
        let today = zone.from_utc_datetime(&now).date_naive();
        Clock { zone, locale: locale.parse().unwrap_or_default(), now, today }
    }

    /// An instant in UTC, told.
    pub fn tell(&self, at: NaiveDateTime) -> Moment {
        let local = self.zone.from_utc_datetime(&at);
        // As `%Y-%m-%d %H:%M:%S %Z` would, without following a pattern for each row of a list.
        let exact = format!("{} {}", local.naive_local().trunc_subsecs(0), local.offset());
        Moment { exact, relative: self.relative(at, local) }
    }

    /// An instant in UTC, told as a record keeps it: by date and time, however long ago it was.
    pub fn record(&self, at: NaiveDateTime) -> Moment {
        let local = self.zone.from_utc_datetime(&at);
        Moment { relative: format!("{} {}", self.locale.date(&local), self.locale.time(&local)), ..self.tell(at) }
    }

    /// The date and time of an instant in UTC, there, to the second.
    pub fn to_the_second(&self, at: NaiveDateTime) -> String {
        let local = self.zone.from_utc_datetime(&at);
        format!("{} {}", self.locale.date(&local), self.locale.seconds(&local))
    }

    /// The date of an instant in UTC, there.
    pub fn date(&self, at: NaiveDateTime) -> String {
        self.locale.date(&self.zone.from_utc_datetime(&at))
    }

    /// The same as short as it can be, where the year is plain from what stands around it.
    pub fn short_date(&self, at: NaiveDateTime) -> String {
        self.locale.day(&self.zone.from_utc_datetime(&at))
    }

    /// The instant in UTC for which it tells.
    pub fn now(&self) -> NaiveDateTime {
        self.now
    }

    /// An instant in UTC as one writes an appointment: `Thu 26 Nov, 22:00 (Europe/Berlin)`.
    pub fn when(&self, at: NaiveDateTime) -> String {
        format!("{} ({})", self.wall(self.zone.from_utc_datetime(&at).naive_local()), self.zone.name())
    }

    /// The same, and how long it is until then: `…, in 13 hours`.
    pub fn ahead(&self, at: NaiveDateTime) -> String {
        format!("{}, {}", self.when(at), until(at - self.now))
    }

    /// A date and time as a clock there shows it: `Thu 26 Nov, 22:00`.
    pub fn wall(&self, local: NaiveDateTime) -> String {
        let this_year = self.today.year() == local.year();
        self.locale.appointment(&local.and_utc(), this_year)
    }

    /// The day of an instant in UTC, there.
    pub fn day(&self, at: NaiveDateTime) -> NaiveDate {
        self.zone.from_utc_datetime(&at).date_naive()
    }

    /// When a day begins there, in UTC; none for days that no calendar reaches.
    pub fn start_of(&self, day: NaiveDate) -> Option<NaiveDateTime> {
        // Where the clock is put forward at midnight, the day begins an hour later.
        let hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
        let start = hours.filter_map(|local| self.zone.from_local_datetime(&local).earliest()).next();
        start.map(|start| start.naive_utc())
    }

    fn relative(&self, at: NaiveDateTime, local: DateTime<Zone>) -> String {
        let age = self.now - at;
        let days = (self.today - local.date_naive()).num_days();
        match (age, days) {
            (age, _) if age < TimeDelta::minutes(1) && age > TimeDelta::minutes(-1) => "just now".into(),
            (age, _) if age < TimeDelta::hours(1) && age > TimeDelta::zero() => plural(age.num_minutes(), "minute"),
            (_, 0) => format!("today {}", self.locale.time(&local)),
            (_, 1) => format!("yesterday {}", self.locale.time(&local)),
            _ if local.year() == self.today.year() => self.locale.day_and_time(&local),
            _ => self.locale.date(&local),
        }
    }

    /// How long something took, or takes until now, as minutes and seconds.
    pub fn took(&self, start: NaiveDateTime, end: Option<NaiveDateTime>) -> String {
        if end.is_some_and(|end| end - start < TimeDelta::seconds(1)) {
            // Kept on one line.
            return "<\u{a0}1\u{a0}s".into();
        }
        let seconds = (end.unwrap_or(self.now) - start).num_seconds().max(0);
        match seconds / 3600 {
            0 => format!("{}:{:02}", seconds / 60, seconds % 60),
            hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
        }
    }
}

/// How long something took, in its two largest units: `2 d 4 h`.
pub fn span(time: TimeDelta) -> String {
    let minutes = time.num_minutes().max(0);
    let pair = |large: i64, unit, small: i64, of| match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {of}"),
    };
    match minutes {
        0 => "<1 min".into(),
        1..60 => format!("{minutes} min"),
        60..1440 => pair(minutes / 60, "h", minutes % 60, "min"),
        _ => pair(minutes / 1440, "d", minutes % 1440 / 60, "h"),
    }
}

/// The same in one unit, rounded: `2 d`.
pub fn about(time: TimeDelta) -> String {
    let minutes = time.num_minutes().max(0);
    match minutes {
        0 => "<1 min".into(),
        1..90 => format!("{minutes} min"),
        90..2160 => format!("{} h", (minutes + 30) / 60),
        _ => format!("{} d", (minutes + 720) / 1440),
    }
}

/// A day as forms and addresses write it, of a year that every database knows.
pub fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day: &NaiveDate| (1..=9999).contains(&day.year()))
}

fn plural(count: i64, unit: &str) -> String {
    if count == 1 { format!("1 {unit} ago") } else { format!("{count} {unit}s ago") }
}

// How long it is until then, in words.
fn until(time: TimeDelta) -> String {
    let minutes = (time.num_seconds() + 59) / 60;
    let (count, unit) = match minutes {
        ..=0 => return "due now".into(),
        1..=90 => (minutes, "minute"),
        91..2880 => ((minutes + 30) / 60, "hour"),
        _ => ((minutes + 720) / 1440, "day"),
    };
    format!("in {count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// How long somebody must wait, in words, rounded up.
pub fn wait(time: TimeDelta) -> String {
    let seconds = time.num_seconds() + i64::from(time.subsec_nanos() > 0);
    let (count, unit) = if seconds <= 60 { (seconds.max(1), "second") } else { ((seconds + 59) / 60, "minute") };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
    }

    #[test]
    fn instants_are_told_in_the_zone_of_who_reads() {
        let clock = Clock::new("Europe/Berlin", "en-GB", at("2026-03-10 12:00:00"));
        let told = |text| clock.tell(at(text)).relative;
        assert_eq!(told("2026-03-10 11:59:30"), "just now");
        assert_eq!(told("2026-03-10 11:58:30"), "1 minute ago");
        assert_eq!(told("2026-03-10 06:00:00"), "today 07:00");
        assert_eq!(told("2026-03-09 23:30:00"), "today 00:30");
        assert_eq!(told("2026-03-09 15:00:00"), "yesterday 16:00");
        assert_eq!(told("2026-01-09 15:00:00"), "9 Jan 16:00");
        assert_eq!(told("2025-07-09 15:00:00"), "9 Jul 2025");
        assert_eq!(clock.tell(at("2026-03-10 06:00:00")).exact, "2026-03-10 07:00:00 CET");
        assert_eq!(clock.record(at("2026-03-10 11:59:30")).relative, "10 Mar 2026 12:59");
        assert_eq!(clock.to_the_second(at("2026-03-10 11:59:30")), "10 Mar 2026 12:59:30");
    }

    #[test]
    fn days_begin_where_the_person_is() {
        let start =
            |zone, day: &str| Clock::new(zone, "en-GB", at("2026-03-10 12:00:00")).start_of(day.parse().unwrap());
        assert_eq!(start("Europe/Berlin", "2026-03-10"), Some(at("2026-03-09 23:00:00")));
        assert_eq!(start("Europe/Berlin", "2026-07-10"), Some(at("2026-07-09 22:00:00")));
        assert_eq!(start("UTC", "2026-03-10"), Some(at("2026-03-10 00:00:00")));
        assert_eq!(start("Africa/Cairo", "2026-04-24"), Some(at("2026-04-23 22:00:00")), "midnight is left out");
        assert_eq!(
            Clock::new("Asia/Tokyo", "en-GB", at("2026-03-10 12:00:00")).day(at("2026-03-10 15:00:00")).to_string(),
            "2026-03-11"
        );
    }

    #[test]
    fn durations_are_minutes_and_seconds() {
        let clock = Clock::new("UTC", "", at("2026-03-10 12:00:00"));
        assert_eq!(clock.took(at("2026-03-10 11:59:19"), None), "0:41");
        assert_eq!(clock.took(at("2026-03-10 11:59:59"), Some(at("2026-03-10 11:59:59"))), "<\u{a0}1\u{a0}s");
        assert_eq!(clock.took(at("2026-03-10 10:00:00"), Some(at("2026-03-10 11:01:05"))), "1:01:05");
    }

    #[test]
    fn instants_are_written_as_who_reads_writes_them() {
        let clock = Clock::new("America/New_York", "en-US", at("2026-03-10 12:00:00"));
        let told = |text| clock.tell(at(text)).relative;
        assert_eq!(told("2026-03-10 10:00:00"), "today 6:00 AM");
        assert_eq!(told("2026-01-09 20:00:00"), "Jan 9 3:00 PM");
        assert_eq!(told("2025-07-09 15:00:00"), "Jul 9, 2025");
    }

    #[test]
    fn appointments_say_day_time_and_zone_and_how_long_it_is_until_then() {
        let clock = Clock::new("Europe/Berlin", "en-GB", at("2026-11-26 08:00:00"));
        assert_eq!(clock.ahead(at("2026-11-26 21:00:00")), "Thu 26 Nov, 22:00 (Europe/Berlin), in 13 hours");
        assert_eq!(clock.when(at("2027-03-28 01:00:00")), "Sun 28 Mar 2027, 03:00 (Europe/Berlin)");
        let american = Clock::new("America/New_York", "en-US", at("2026-11-26 08:00:00"));
        assert_eq!(american.when(at("2026-11-26 21:00:00")), "Thu Nov 26, 4:00 PM (America/New_York)");
        let told = |minutes| until(TimeDelta::minutes(minutes));
        assert_eq!([-5, 0, 1, 90].map(told), ["due now", "due now", "in 1 minute", "in 90 minutes"]);
        assert_eq!(
            [91, 830, 2879, 2880, 10_080].map(told),
            ["in 2 hours", "in 14 hours", "in 48 hours", "in 2 days", "in 7 days"]
        );
        assert_eq!(until(TimeDelta::seconds(61)), "in 2 minutes");
    }

    #[test]
    fn a_span_has_two_units_at_most() {
        let told = |minutes| span(TimeDelta::minutes(minutes));
        assert_eq!([-3, 0, 41, 60, 310].map(told), ["<1 min", "<1 min", "41 min", "1 h", "5 h 10 min"]);
        assert_eq!([1440, 1500, 3125].map(told), ["1 d", "1 d 1 h", "2 d 4 h"]);
        let rounded = |minutes| about(TimeDelta::minutes(minutes));
        assert_eq!([0, 89, 90, 2159, 2160, 3125].map(rounded), ["<1 min", "89 min", "2 h", "36 h", "2 d", "2 d"]);
    }

    #[test]
    fn a_wait_is_rounded_up() {
        let told = |milliseconds| wait(TimeDelta::milliseconds(milliseconds));
        assert_eq!([0, 1, 1001, 60_000].map(told), ["1 second", "1 second", "2 seconds", "60 seconds"]);
        assert_eq!([60_001, 120_000, 900_000].map(told), ["2 minutes", "2 minutes", "15 minutes"]);
    }
}
