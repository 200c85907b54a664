//! Sealed text, as a column keeps it.

use std::fmt;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::Text,
};

/// A secret that was sealed: `v1:<key id>:<base64 of nonce and ciphertext>`.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Sealed(String);

impl Sealed {
    pub(super) fn new(key: &str, text: &str) -> Sealed {
        Sealed(format!("v1:{key}:{text}"))
    }

    /// The id of the key and the sealed bytes in base64; none where this is no sealed text of ours.
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        self.0.strip_prefix("v1:")?.split_once(':')
    }

    /// What stands in the column.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// Whatever a column holds is taken as it is; opening it tells whether it is sealed text.
impl From<String> for Sealed {
    fn from(text: String) -> Sealed {
        Sealed(text)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

impl<DB: Backend> FromSql<Text, DB> for Sealed
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Sealed(String::from_sql(value)?))
    }
}

impl ToSql<Text, diesel::pg::Pg> for Sealed {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::pg::Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Text, diesel::sqlite::Sqlite> for Sealed {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::sqlite::Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl ToSql<Text, crate::db::MultiBackend> for Sealed {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, crate::db::MultiBackend>) -> serialize::Result {
        out.set_value((Text, self));
        Ok(IsNull::No)
    }
}
