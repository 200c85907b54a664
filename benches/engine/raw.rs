//! The limit that no engine passes: single rows, each committed durably before the next, on one connection.

use std::time::{Duration, Instant};

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection, prelude::*, table};
use sluice::db::Url;

use crate::Outcome;

const LONG: Duration = Duration::from_secs(1);

table! {
    raw_commits (id) {
        id -> Integer,
        text -> Text,
    }
}

/// Rows a second, on a database beside the tenant's, as durable as that one.
pub fn commits_a_second(database: &Url) -> Outcome<f64> {
    match database {
        Url::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(&format!("{path}.raw"))?;
            conn.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
            count(&mut conn, |conn, row| Ok(diesel::insert_into(raw_commits::table).values(row).execute(conn)?))
        }
        Url::Postgres(url) => {
            let mut conn = PgConnection::establish(url)?;
            count(&mut conn, |conn, row| Ok(diesel::insert_into(raw_commits::table).values(row).execute(conn)?))
        }
    }
}

type Row = (diesel::dsl::Eq<raw_commits::id, i32>, diesel::dsl::Eq<raw_commits::text, &'static str>);

fn count<C: SimpleConnection>(conn: &mut C, insert: impl Fn(&mut C, Row) -> Outcome<usize>) -> Outcome<f64> {
    conn.batch_execute(
        "DROP TABLE IF EXISTS raw_commits; CREATE TABLE raw_commits (id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
    )?;
    let (start, mut rows) = (Instant::now(), 0);
    while start.elapsed() < LONG {
        rows += 1;
        insert(conn, (raw_commits::id.eq(rows), raw_commits::text.eq("about as much as a short sentence has")))?;
    }
    Ok(f64::from(rows) / start.elapsed().as_secs_f64())
}
