//! Connections to one of both databases, for what each is asked in its own way.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl, Selectable, SqliteConnection,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::methods::LimitDsl,
    sqlite::Sqlite as SqliteBackend,
};

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

/// A statement that is written as the database has it that is asked: see [`natively`].
pub struct Natively<Q>(Q);

/// What the connection enum cannot write itself: what to do about a row that is there already, and unions without
/// duplicates.
pub fn natively<Q>(query: Q) -> Natively<Q> {
    Natively(query)
}

/// The columns that a row is read from, for a statement that answers with what it wrote: `as_returning` would have to know
/// on which database.
pub fn columns<T: Selectable<MultiBackend>>() -> T::SelectExpression {
    T::construct_selection()
}

impl<Q: QueryFragment<Pg> + QueryFragment<SqliteBackend>> QueryFragment<MultiBackend> for Natively<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}

impl<Q: QueryId> QueryId for Natively<Q> {
    type QueryId = Q::QueryId;

    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query> Query for Natively<Q> {
    type SqlType = Q::SqlType;
}

impl<Q: LimitDsl> LimitDsl for Natively<Q> {
    type Output = Natively<Q::Output>;

    fn limit(self, limit: i64) -> Self::Output {
        Natively(self.0.limit(limit))
    }
}

impl<C, Q> RunQueryDsl<C> for Natively<Q> {}

pub(crate) use insert_all;
