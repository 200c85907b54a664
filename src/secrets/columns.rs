//! Every column that holds sealed text. Sealing asks for one of these, so nothing is sealed that a rotation would miss.

use diesel::prelude::*;

use super::Sealed;
use crate::{db::Conn, schema};

/// A column of sealed text, whose name begins with `sealed_`.
pub struct Column {
    table: &'static str,
    column: &'static str,
    rows: fn(&mut Conn) -> QueryResult<Vec<Row>>,
    replace: fn(&mut Conn, &str, &Sealed, &Sealed) -> QueryResult<usize>,
}

/// A row's key and what it holds.
pub(super) type Row = (String, Option<Sealed>);

impl Column {
    /// Its name with its table's, as in `table.column`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }

    /// What is bound into the text that is sealed for a row.
    pub(super) fn place(&self, row: &str) -> String {
        format!("sluice v1\n{}\n{}\n{row}", self.table, self.column)
    }

    #[cfg(test)]
    pub(super) fn elsewhere() -> Column {
        Column { column: "sealed_other", ..CONNECTION_CREDENTIAL }
    }

    /// The rows that hold something.
    pub(super) fn rows(&self, conn: &mut Conn) -> QueryResult<Vec<Row>> {
        (self.rows)(conn)
    }

    /// Puts one sealed text in the place of another; no rows where that stands there no more.
    pub(super) fn replace(&self, conn: &mut Conn, row: &str, old: &Sealed, new: &Sealed) -> QueryResult<usize> {
        (self.replace)(conn, row, old, new)
    }
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $table:ident.$column:ident by $key:ident;)*) => {
        $(
            $(#[$doc])*
            pub const $name: Column = Column {
                table: stringify!($table),
                column: stringify!($column),
                rows: |conn| {
                    use schema::$table::dsl;
                    dsl::$table.filter(dsl::$column.is_not_null()).select((dsl::$key, dsl::$column)).load(conn)
                },
                replace: |conn, row, old, new| {
                    use schema::$table::dsl;
                    let held = dsl::$table.filter(dsl::$key.eq(row)).filter(dsl::$column.eq(old));
                    diesel::update(held).set(dsl::$column.eq(new)).execute(conn)
                },
            };
        )*

        /// All of them.
        pub const ALL: &[Column] = &[$($name),*];
    };
}

columns! {
    /// What flows would sign in with through a connection of an embedded environment.
    CONNECTION_CREDENTIAL: embedded_connections.sealed_credential by id;
}
