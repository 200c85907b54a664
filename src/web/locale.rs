//! How dates and numbers are written. Words stay English; where a country writes dates in figures, so do we.

use std::{collections::HashMap, slice, str::FromStr, sync::LazyLock};

use chrono::{
    DateTime, NaiveDate, TimeZone,
    format::{Item, StrftimeItems},
};

/// One country's way of writing.
#[derive(Debug, PartialEq, Eq)]
struct Formats {
    /// A language tag.
    tag: &'static str,
    name: &'static str,
    /// A day of this year.
    day: &'static str,
    /// A day of any year.
    date: &'static str,
    time: &'static str,
    decimal: char,
}

const fn formats(
    tag: &'static str,
    name: &'static str,
    day: &'static str,
    date: &'static str,
    time: &'static str,
    decimal: char,
) -> Formats {
    Formats { tag, name, day, date, time, decimal }
}

const HOURS_24: &str = "%H:%M";
const HOURS_12: &str = "%-I:%M %p";
const ISO: &str = "%Y-%m-%d";

const ALL: [Formats; 20] = [
    formats("en-GB", "English (United Kingdom)", "%-d %b", "%-d %b %Y", HOURS_24, '.'),
    formats("en-AU", "English (Australia)", "%-d %b", "%-d %b %Y", HOURS_12, '.'),
    formats("en-CA", "English (Canada)", "%b %-d", "%b %-d, %Y", HOURS_12, '.'),
    formats("en-IN", "English (India)", "%-d %b", "%-d %b %Y", HOURS_12, '.'),
    formats("en-US", "English (United States)", "%b %-d", "%b %-d, %Y", HOURS_12, '.'),
    formats("da-DK", "Danish (Denmark)", "%d.%m", "%d.%m.%Y", "%H.%M", ','),
    formats("de-CH", "German (Switzerland)", "%d.%m.", "%d.%m.%Y", HOURS_24, '.'),
    formats("de-DE", "German (Germany)", "%d.%m.", "%d.%m.%Y", HOURS_24, ','),
    formats("es-ES", "Spanish (Spain)", "%-d/%-m", "%-d/%-m/%Y", HOURS_24, ','),
    formats("fi-FI", "Finnish (Finland)", "%-d.%-m.", "%-d.%-m.%Y", "%-H.%M", ','),
    formats("fr-CA", "French (Canada)", ISO, ISO, HOURS_24, ','),
    formats("fr-FR", "French (France)", "%d/%m", "%d/%m/%Y", HOURS_24, ','),
    formats("it-IT", "Italian (Italy)", "%d/%m", "%d/%m/%Y", HOURS_24, ','),
    formats("ja-JP", "Japanese (Japan)", "%m/%d", "%Y/%m/%d", HOURS_24, '.'),
    formats("nb-NO", "Norwegian (Norway)", "%d.%m.", "%d.%m.%Y", HOURS_24, ','),
    formats("nl-NL", "Dutch (Netherlands)", "%d-%m", "%d-%m-%Y", HOURS_24, ','),
    formats("pl-PL", "Polish (Poland)", "%d.%m", "%d.%m.%Y", HOURS_24, ','),
    formats("pt-BR", "Portuguese (Brazil)", "%d/%m", "%d/%m/%Y", HOURS_24, ','),
    formats("sv-SE", "Swedish (Sweden)", ISO, ISO, HOURS_24, ','),
    formats("zh-CN", "Chinese (China)", "%m/%d", "%Y/%m/%d", HOURS_24, '.'),
];

/// What a pattern of these consists of, found once: a list has dates in each row.
static PARTS: LazyLock<HashMap<&str, Vec<Item<'static>>>> = LazyLock::new(|| {
    let patterns = ALL.iter().flat_map(|formats| [formats.day, formats.date, formats.time]);
    patterns.map(|pattern| (pattern, StrftimeItems::new(pattern).collect())).collect()
});

fn parts(pattern: &str) -> slice::Iter<'static, Item<'static>> {
    PARTS.get(pattern).map(Vec::as_slice).unwrap_or_default().iter()
}

/// A person's way of writing dates and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale(&'static Formats);

/// A tag that is none of the locales one can choose.
#[derive(Debug, thiserror::Error)]
#[error("an unknown locale")]
pub struct UnknownLocale;

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        ALL.iter().find(|formats| formats.tag == tag).map(Locale).ok_or(UnknownLocale)
    }
}

impl Default for Locale {
    fn default() -> Self {
        Locale(&ALL[0])
    }
}

impl Locale {
    /// The choices of a form: pairs of tag and name.
    pub fn all() -> Vec<(&'static str, &'static str)> {
        ALL.iter().map(|formats| (formats.tag, formats.name)).collect()
    }

    /// A date, a time and a size as examples.
    pub fn example(self) -> String {
        let at = NaiveDate::from_ymd_opt(2026, 12, 31).and_then(|day| day.and_hms_opt(16, 5, 0)).unwrap_or_default();
        let (day, time) = (at.format(self.0.date), at.format(self.0.time));
        format!("{day} {time}, {}", self.bytes(2_500_000))
    }

    /// The language tag.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// Language and country.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// A day of this year and a time: as short as it can be.
    pub fn day_and_time<Z: TimeZone<Offset: std::fmt::Display>>(self, at: &DateTime<Z>) -> String {
        format!("{} {}", at.format_with_items(parts(self.0.day)), at.format_with_items(parts(self.0.time)))
    }

    /// A day of the week, a day of this year or of any, and a time.
    pub fn appointment<Z: TimeZone<Offset: std::fmt::Display>>(self, at: &DateTime<Z>, this_year: bool) -> String {
        let day = if this_year { self.0.day } else { self.0.date };
        at.format(&format!("%a {day}, {}", self.0.time)).to_string()
    }

    /// A day of this year.
    pub fn day<Z: TimeZone<Offset: std::fmt::Display>>(self, at: &DateTime<Z>) -> String {
        at.format_with_items(parts(self.0.day)).to_string()
    }

    /// A day of any year.
    pub fn date<Z: TimeZone<Offset: std::fmt::Display>>(self, at: &DateTime<Z>) -> String {
        at.format_with_items(parts(self.0.date)).to_string()
    }

    /// A time of day.
    pub fn time<Z: TimeZone<Offset: std::fmt::Display>>(self, at: &DateTime<Z>) -> String {
        at.format_with_items(parts(self.0.time)).to_string()
    }

    /// A time of day, to the second.
    pub fn seconds<Z: TimeZone<Offset: std::fmt::Display>>(self, at: &DateTime<Z>) -> String {
        let format = self.0.time.replace(":%M", ":%M:%S").replace(".%M", ".%M.%S");
        at.format(&format).to_string()
    }

    /// A number of bytes, rounded.
    pub fn bytes(self, count: i64) -> String {
        const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
        if count < 1000 {
            return format!("{count} bytes");
        }
        let mut size = count as f64 / 1000.0;
        let mut unit = 0;
        while size >= 1000.0 && unit + 1 < UNITS.len() {
            size /= 1000.0;
            unit += 1;
        }
        let digits = if size < 10.0 { 1 } else { 0 };
        format!("{size:.digits$} {}", UNITS[unit]).replace('.', &self.0.decimal.to_string())
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn locale(tag: &str) -> Locale {
        tag.parse().unwrap()
    }

    #[test]
    fn each_country_reads_what_it_is_used_to() {
        let at = Utc.with_ymd_and_hms(2026, 3, 9, 16, 5, 0).unwrap();
        for (tag, day_and_time, date) in [
            ("en-GB", "9 Mar 16:05", "9 Mar 2026"),
            ("en-US", "Mar 9 4:05 PM", "Mar 9, 2026"),
            ("en-AU", "9 Mar 4:05 PM", "9 Mar 2026"),
            ("de-DE", "09.03. 16:05", "09.03.2026"),
            ("fr-FR", "09/03 16:05", "09/03/2026"),
            ("fi-FI", "9.3. 16.05", "9.3.2026"),
            ("sv-SE", "2026-03-09 16:05", "2026-03-09"),
            ("ja-JP", "03/09 16:05", "2026/03/09"),
        ] {
            assert_eq!(locale(tag).day_and_time(&at), day_and_time, "{tag}");
            assert_eq!(locale(tag).date(&at), date, "{tag}");
        }
        assert_eq!(locale("en-US").time(&at), "4:05 PM");
        let seconds = ["en-GB", "en-US", "da-DK"].map(|tag| locale(tag).seconds(&at));
        assert_eq!(seconds, ["16:05:00", "4:05:00 PM", "16.05.00"]);
    }

    #[test]
    fn sizes_are_rounded_and_have_the_decimal_sign_of_who_reads() {
        let told = [12, 2_345, 23_456_789].map(|count| Locale::default().bytes(count));
        assert_eq!(told, ["12 bytes", "2.3 KB", "23 MB"]);
        assert_eq!(locale("de-DE").bytes(2_345), "2,3 KB");
        assert_eq!(locale("de-CH").bytes(2_345), "2.3 KB");
    }

    #[test]
    fn every_choice_is_one_that_can_be_made_and_others_are_none() {
        let all = Locale::all();
        assert!(all.iter().all(|(tag, _)| locale(tag).tag() == *tag));
        assert_eq!(all[0], ("en-GB", "English (United Kingdom)"));
        assert_eq!(locale("de-DE").example(), "31.12.2026 16:05, 2,5 MB");
        assert!("en".parse::<Locale>().is_err() && "".parse::<Locale>().is_err());
    }
}
