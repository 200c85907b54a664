//! Reading for longer than a moment: everything as it was when the reading began, while others go on writing.

use diesel::{
    QueryableByName, RunQueryDsl,
    connection::{AnsiTransactionManager, TransactionManager},
    sql_query,
    sql_types::{Nullable, Text},
};

use super::{Conn, Db, Native, Transactions};
use crate::error::Error;

impl Db {
    /// Runs `work`, which only reads, on one snapshot of the data, on this thread.
    pub fn snapshot<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        let conn = &mut *self.pool.get()?;
        match &mut **conn {
            Native::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(&mut **c, "BEGIN"),
            Native::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
                &mut **c,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }?;
        let done = work(conn);
        Transactions::rollback_transaction(conn)?;
        done
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<Text>)]
    found: Option<String>,
}

/// The version of the schema that a database is at; none where it has no tables of ours.
pub fn version(conn: &mut Conn) -> Result<Option<String>, Error> {
    let tables = match &mut **conn {
        Native::Postgres(_) => "SELECT to_regclass('__diesel_schema_migrations')::text AS found",
        Native::Sqlite(_) => "SELECT max(name) AS found FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
    };
    match found(conn, tables)? {
        Some(_) => found(conn, "SELECT max(version) AS found FROM __diesel_schema_migrations"),
        None => Ok(None),
    }
}

fn found(conn: &mut Conn, query: &str) -> Result<Option<String>, Error> {
    let found: Found = match &mut **conn {
        Native::Postgres(c) => sql_query(query).get_result(c)?,
        Native::Sqlite(c) => sql_query(query).get_result(c)?,
    };
    Ok(found.found)
}
