//! The limit that nothing passes which writes: single rows, each durable before the next, on one connection.

use std::{
    fs,
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query};

use super::Url;
use crate::error::Error;

const TABLE: &str = "CREATE TABLE raw_commits (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";

/// Rows a second, on a database beside this one, or in this one where it is a server's, as durable as that.
pub fn a_second(database: &Url, long: Duration) -> Result<f64, Error> {
    let told = |error: diesel::ConnectionError| Error::internal(error.to_string());
    match database {
        Url::Sqlite(path) => {
            let path = format!("{path}.raw");
            let mut conn = SqliteConnection::establish(&path).map_err(told)?;
            conn.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
            let rate = count(&mut conn, long, |conn, row| Ok(sql_query(row).execute(conn)?))?;
            drop(conn);
            fs::remove_file(path)?;
            Ok(rate)
        }
        Url::Postgres(url) => {
            let mut conn = PgConnection::establish(url).map_err(told)?;
            count(&mut conn, long, |conn, row| Ok(sql_query(row).execute(conn)?))
        }
    }
}

fn count<C: SimpleConnection>(
    conn: &mut C,
    long: Duration,
    insert: impl Fn(&mut C, &str) -> Result<usize, Error>,
) -> Result<f64, Error> {
    conn.batch_execute(&format!("DROP TABLE IF EXISTS raw_commits; {TABLE};"))?;
    let (begun, mut rows) = (Instant::now(), 0_u32);
    while begun.elapsed() < long {
        rows += 1;
        insert(conn, &format!("INSERT INTO raw_commits VALUES ({rows}, 'about as much as a short sentence has')"))?;
    }
    let rate = f64::from(rows) / begun.elapsed().as_secs_f64();
    conn.batch_execute("DROP TABLE raw_commits")?;
    Ok(rate)
}
