//! Filling a tenant that nobody uses yet with very many rows, which the database makes itself from numbers. Until that is
//! finished nothing is durable and indexes are missing; then the database is as a server keeps it.

use std::{fs::File, time::Instant};

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_query, sql_types::Text,
};

use super::{Conn, Native, Url, rows::quoted, tables};
use crate::error::Error;

/// A connection of its own to fill a database through.
pub struct Seeding {
    conn: Conn,
    /// What is to be durable in the end, where it is a file of ours.
    file: Option<String>,
    /// How this database writes what the two write differently.
    pub dialect: Dialect,
}

/// How one database writes what both can do. Every argument is an expression of whole numbers.
#[derive(Debug, Clone, Copy)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

impl Dialect {
    /// A table of the numbers `n` from the first to the last.
    pub fn numbers(self, first: u64, last: u64) -> String {
        match self {
            Dialect::Sqlite => format!(
                "(WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) \
                 SELECT n FROM numbers) numbers"
            ),
            Dialect::Postgres => format!("generate_series({first}::bigint, {last}::bigint) numbers (n)"),
        }
    }

    /// A key of the millisecond `at`, as the program makes them; `n` tells it from others of that millisecond, which it
    /// is in order with.
    pub fn key(self, at: &str, n: &str) -> String {
        match self {
            Dialect::Sqlite => format!(
                "printf('%08x-%04x-7%03x-8%03x-%012x', ({at}) >> 16, ({at}) & 65535, ({n}) & 4095, \
                 (({n}) * 40503) & 4095, (({n}) * 2654435761) & 281474976710655)"
            ),
            Dialect::Postgres => {
                let hex = |number: String, digits: u8| format!("lpad(to_hex({number}), {digits}, '0')");
                [
                    hex(format!("({at}) >> 16"), 8),
                    hex(format!("({at}) & 65535"), 4),
                    format!("'7' || {}", hex(format!("({n}) & 4095"), 3)),
                    format!("'8' || {}", hex(format!("(({n}) * 40503) & 4095"), 3)),
                    hex(format!("(({n}) * 2654435761) & 281474976710655"), 12),
                ]
                .join(" || '-' || ")
            }
        }
    }

    /// The instant that is so many milliseconds after the epoch.
    pub fn instant(self, at: &str) -> String {
        match self {
            Dialect::Sqlite => format!("strftime('%Y-%m-%d %H:%M:%f', ({at}) / 1000.0, 'unixepoch')"),
            Dialect::Postgres => format!("to_timestamp(({at}) / 1000.0) AT TIME ZONE 'UTC'"),
        }
    }

    /// 64 digits that look like a SHA-256 and differ by `n`.
    pub fn hash(self, n: &str) -> String {
        let parts = [2_654_435_761_u64, 2_246_822_519, 3_266_489_917, 668_265_263];
        let part = |by: u64| match self {
            Dialect::Sqlite => format!("printf('%016x', ({n}) * {by})"),
            Dialect::Postgres => format!("lpad(to_hex(({n}) * {by}), 16, '0')"),
        };
        parts.map(part).join(" || ")
    }
}

impl Seeding {
    /// Opens it. On SQLite nobody else may have the file open.
    pub fn open(url: &Url) -> Result<Seeding, Error> {
        let told = |error: diesel::ConnectionError| Error::internal(error.to_string());
        match url {
            Url::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path).map_err(told)?;
                // What an index has is sorted on several threads only where it takes more than the cache may, and then
                // the table is read once per index: as much of it as SQLite maps at most is not copied for that.
                conn.batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
                     PRAGMA foreign_keys = OFF; PRAGMA cache_size = -16384; PRAGMA threads = 2; \
                     PRAGMA mmap_size = 2147418112;",
                )?;
                Ok(Seeding { conn: conn.into(), file: Some(path.clone()), dialect: Dialect::Sqlite })
            }
            Url::Postgres(url) => {
                let mut conn = PgConnection::establish(url).map_err(told)?;
                conn.batch_execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB';")?;
                // Asking for every row whether what it refers to is there takes most of the time; only a superuser may
                // leave it out.
                let _ = conn.batch_execute("SET session_replication_role = replica");
                Ok(Seeding { conn: conn.into(), file: None, dialect: Dialect::Postgres })
            }
        }
    }

    /// Runs a statement; how many rows it wrote.
    pub fn run(&mut self, sql: &str) -> Result<usize, Error> {
        Ok(match &mut *self.conn {
            Native::Sqlite(conn) => sql_query(sql).execute(conn)?,
            Native::Postgres(conn) => sql_query(sql).execute(conn)?,
        })
    }

    /// Runs `fill` while these tables have no indexes but those of their keys, and makes the others anew: sorting all at
    /// once is faster than finding each row's place. `told` hears of each with the seconds that it took.
    pub fn without_indexes(
        &mut self,
        tables: &[&str],
        fill: impl FnOnce(&mut Seeding) -> Result<(), Error>,
        mut told: impl FnMut(&str, f64),
    ) -> Result<(), Error> {
        let mut indexes = Vec::new();
        for table in tables {
            indexes.extend(self.indexes(table)?);
        }
        for index in &indexes {
            self.run(&format!("DROP INDEX {}", quoted(&index.name)))?;
        }
        fill(self)?;
        for index in &indexes {
            let begun = Instant::now();
            self.run(&index.definition)?;
            told(&index.name, begun.elapsed().as_secs_f64());
        }
        Ok(())
    }

    fn indexes(&mut self, table: &str) -> Result<Vec<Index>, Error> {
        Ok(match &mut *self.conn {
            Native::Sqlite(conn) => {
                let all = "SELECT name, sql AS definition FROM sqlite_master \
                           WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ? ORDER BY rowid";
                sql_query(all).bind::<Text, _>(table).load(conn)?
            }
            Native::Postgres(conn) => {
                let all = "SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes \
                           WHERE schemaname = current_schema() AND tablename = $1 \
                           AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname) ORDER BY 1";
                sql_query(all).bind::<Text, _>(table).load(conn)?
            }
        })
    }

    /// Leaves the database as a server keeps it: durable; on PostgreSQL, which sees to that itself in time, known to whoever
    /// plans its queries.
    pub fn finish(mut self) -> Result<(), Error> {
        match &mut *self.conn {
            Native::Sqlite(conn) => conn.batch_execute("PRAGMA journal_mode = WAL")?,
            Native::Postgres(conn) => {
                let tables = tables::at(&tables::newest()?)?;
                let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
                conn.batch_execute(&format!("VACUUM ANALYZE {}", names.join(", ")))?;
                // Only a superuser may; others leave it to the server.
                let _ = conn.batch_execute("CHECKPOINT");
            }
        }
        drop(self.conn);
        match self.file {
            Some(file) => Ok(File::open(file)?.sync_all()?),
            None => Ok(()),
        }
    }
}
