//! Keys of rows: UUIDv7, made by the program, so their order is the order of creation.

use std::{fmt, str::FromStr};

use chrono::NaiveDateTime;
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::Text,
};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// Declares one key type a noun, so that a stage's key cannot be passed for a pipeline's.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new key, later in order than all made before.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The least key of all that are made at this instant or later.
            pub fn first_at(at: NaiveDateTime) -> Self {
                let millis = u64::try_from(at.and_utc().timestamp_millis()).unwrap_or_default();
                Self(Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match canonical(text.as_bytes()) {
                    Some(key) => Ok(Self(key)),
                    None => Uuid::parse_str(text).map(Self),
                }
            }
        }

        impl FromSql<Text, diesel::sqlite::Sqlite> for $name {
            fn from_sql(mut value: <diesel::sqlite::Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(value.read_text().parse()?)
            }
        }

        impl FromSql<Text, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
                Ok(std::str::from_utf8(value.as_bytes())?.parse()?)
            }
        }

        impl FromSql<Text, crate::db::MultiBackend> for $name {
            fn from_sql(value: <crate::db::MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, Text>()
            }
        }

        impl ToSql<Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::pg::Pg>) -> serialize::Result {
                std::io::Write::write_all(out, self.to_string().as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<Text, diesel::sqlite::Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::sqlite::Sqlite>) -> serialize::Result {
                out.set_value(self.to_string());
                Ok(IsNull::No)
            }
        }

        impl ToSql<Text, crate::db::MultiBackend> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, crate::db::MultiBackend>) -> serialize::Result {
                out.set_value((Text, self));
                Ok(IsNull::No)
            }
        }
    )*};
}

// As keys are written here: `0192f0c4-...`, in small letters. What lists read of them is a twentieth of a page otherwise.
fn canonical(text: &[u8]) -> Option<Uuid> {
    const OTHER: u8 = 0xff;
    const DIGITS: [u8; 256] = {
        let mut digits = [OTHER; 256];
        let mut digit = 0;
        while digit < 16 {
            digits[b"0123456789abcdef"[digit] as usize] = digit as u8;
            digit += 1;
        }
        digits
    };
    /// Where the digits of each byte begin.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

    let text: &[u8; 36] = text.try_into().ok()?;
    if [8, 13, 18, 23].iter().any(|at| text[*at] != b'-') {
        return None;
    }
    let (mut bytes, mut all) = ([0; 16], 0);
    for (byte, at) in bytes.iter_mut().zip(PLACES) {
        let (high, low) = (DIGITS[usize::from(text[at])], DIGITS[usize::from(text[at + 1])]);
        all |= high | low;
        *byte = high << 4 | low;
    }
    (all < 16).then(|| Uuid::from_bytes(bytes))
}

ids! {
    /// Key of a person.
    PersonId
    /// Key of a session, by which its owner names it; it opens nothing.
    SessionId
    /// Key of a group.
    GroupId
    /// Key of a membership, role or share.
    GrantId
    /// Key of an environment's row; not its *Environment ID*, which is a `Guid` of the platform.
    EnvironmentId
    /// Key of a host's record of an environment.
    DeploymentEnvironmentId
    /// Key of a pipeline.
    PipelineId
    /// Key of a stage.
    StageId
    /// Key of an artifact.
    ArtifactId
    /// Key of a run.
    RunId
    /// Key of a step of a run.
    StepId
    /// Key of an operation.
    OperationId
    /// Key of a row that nothing outside its own table names.
    RowId
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_read_as_it_is_written(bytes in any::<[u8; 16]>()) {
            let uuid = Uuid::from_bytes(bytes);
            prop_assert_eq!(canonical(uuid.to_string().as_bytes()), Some(uuid));
            prop_assert_eq!(uuid.simple().to_string().to_uppercase().parse::<RowId>().unwrap(), RowId(uuid));
        }

        #[test]
        fn what_is_no_key_is_refused(bytes in any::<[u8; 16]>(), at in 0..36_usize, other in "[ g`/:@G\\-x-z]") {
            let mut text = Uuid::from_bytes(bytes).to_string();
            text.replace_range(at..=at, &other);
            prop_assert_eq!(text.parse::<RowId>().ok(), Uuid::parse_str(&text).ok().map(RowId));
            text.pop();
            prop_assert_eq!(canonical(text.as_bytes()), None);
        }
    }
}
