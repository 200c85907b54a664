//! Instants of long lists, read without trying out how they may be written.

use std::ops::Deref;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    pg::{Pg, PgValue},
    sql_types::Timestamp,
    sqlite::{Sqlite, SqliteType},
};

use super::MultiBackend;

/// An instant in UTC of a row of which many are read: Diesel reads one from SQLite in a dozen times as long, since it
/// follows a pattern. Reads as what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromSqlRow)]
pub struct Instant(NaiveDateTime);

impl Deref for Instant {
    type Target = NaiveDateTime;

    fn deref(&self) -> &NaiveDateTime {
        &self.0
    }
}

impl FromSql<Timestamp, Sqlite> for Instant {
    fn from_sql(mut value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = match value.value_type() {
            Some(SqliteType::Text) => read(value.read_text().as_bytes()),
            _ => None,
        };
        match text {
            Some(at) => Ok(Instant(at)),
            None => FromSql::<Timestamp, Sqlite>::from_sql(value).map(Instant),
        }
    }
}

impl FromSql<Timestamp, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Timestamp, Pg>::from_sql(value).map(Instant)
    }
}

impl FromSql<Timestamp, MultiBackend> for Instant {
    fn from_sql(value: <MultiBackend as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Timestamp>()
    }
}

// `2026-03-10 12:00:00`, and up to nine digits after a dot: as Diesel writes instants to SQLite.
fn read(text: &[u8]) -> Option<NaiveDateTime> {
    let (whole, rest) = text.split_at_checked(19)?;
    let fixed = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
    if fixed.iter().any(|(at, sign)| whole[*at] != *sign) {
        return None;
    }
    let nanos = match rest {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => number(digits)? * 10_u32.pow(9 - digits.len() as u32),
        _ => return None,
    };
    let part = |from: usize, to: usize| number(&whole[from..to]);
    let day = NaiveDate::from_ymd_opt(i32::try_from(part(0, 4)?).ok()?, part(5, 7)?, part(8, 10)?)?;
    day.and_hms_nano_opt(part(11, 13)?, part(14, 16)?, part(17, 19)?, nanos)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use diesel::{Connection, RunQueryDsl, SqliteConnection, dsl::sql};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_instant_is_read_however_it_is_written() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let written = ["2026-03-10 12:00:00", "2026-03-10T12:00:00", "2026-03-10 12:00", "2026-03-10 12:00:00.000Z"];
        for text in written {
            let (one, other): (Instant, NaiveDateTime) = (
                diesel::select(sql::<Timestamp>(&format!("'{text}'"))).get_result(&mut conn).unwrap(),
                diesel::select(sql::<Timestamp>(&format!("'{text}'"))).get_result(&mut conn).unwrap(),
            );
            assert_eq!(*one, other, "{text}");
        }
        for text in ["'2026-02-30 12:00:00'", "'2026-03-10 24:00:00'", "'soon'", "x'00ff'"] {
            assert!(diesel::select(sql::<Timestamp>(text)).get_result::<Instant>(&mut conn).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(seconds in -62_135_596_800_i64..253_402_300_800, nanos in 0_u32..1_000_000_000) {
            let at = chrono::DateTime::from_timestamp(seconds, nanos).unwrap().naive_utc();
            prop_assert_eq!(read(at.format("%F %T%.f").to_string().as_bytes()), Some(at));
        }

        #[test]
        fn anything_else_is_left_to_who_knows_more(text in "[0-9:. -]{0,30}") {
            let known = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f");
            if let Some(at) = read(text.as_bytes()) {
                prop_assert_eq!(Ok(at), known);
            }
        }
    }
}
