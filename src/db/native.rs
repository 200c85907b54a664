//! Connections to one of both databases, for what each is asked in its own way.

use diesel::{PgConnection, SqliteConnection};

use super::{Conn, erased::Erased};

/// A connection to one of both: [`Conn`] leads to it.
#[derive(diesel::MultiConnection)]
pub enum Native {
    Postgres(Postgres),
    Sqlite(Sqlite),
}

type Postgres = Erased<PgConnection>;
type Sqlite = Erased<SqliteConnection>;

impl From<PgConnection> for Conn {
    fn from(conn: PgConnection) -> Conn {
        Erased::from(Native::Postgres(Erased::from(conn)))
    }
}

impl From<SqliteConnection> for Conn {
    fn from(conn: SqliteConnection) -> Conn {
        Erased::from(Native::Sqlite(Erased::from(conn)))
    }
}

/// Inserts many rows of an `Insertable` struct: in few statements on PostgreSQL, where each one is a journey, one by
/// one on SQLite. The connection enum itself takes only one row at a time.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {{
        use diesel::RunQueryDsl as _;
        let rows: &[_] = $rows;
        match &mut **$conn {
            $crate::db::Native::Postgres(conn) => {
                rows.chunks(1000).try_for_each(|rows| diesel::insert_into($table).values(rows).execute(conn).map(drop))
            }
            $crate::db::Native::Sqlite(conn) => {
                rows.iter().try_for_each(|row| diesel::insert_into($table).values(row).execute(conn).map(drop))
            }
        }
    }};
}

/// Runs a query on the connection of its own database, whose statements are cached by the query's type: on the
/// connection enum each is written out anew every time. For what a deployment runs; the query stands in the code once and
/// is compiled for both.
macro_rules! natively {
    ($conn:expr, |$native:ident| $query:expr) => {
        match &mut **$conn {
            $crate::db::Native::Postgres($native) => $query,
            $crate::db::Native::Sqlite($native) => $query,
        }
    };
}

pub(crate) use {insert_all, natively};
