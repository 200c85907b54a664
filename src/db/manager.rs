//! How connections are opened, for the pool and for who writes.

use std::time::{Duration, Instant};

use diesel::{
    Connection as _, PgConnection, SqliteConnection,
    connection::SimpleConnection,
    r2d2::{ManageConnection, R2D2Connection},
};

use super::{
    Conn, Url,
    shared::Shared,
    statements::{Statements, uncounted},
};

/// For how long after it answered nobody asks a server whether it still does: that costs as much as a small statement.
const SURELY_ALIVE: Duration = Duration::from_secs(1);

/// Opens connections to a database, whose statements are counted together.
#[derive(Clone)]
pub(super) struct Manager {
    pub url: Url,
    /// Whether its connections to SQLite can write; to PostgreSQL all can.
    pub writes: bool,
    pub statements: Statements,
    /// What they have in common.
    pub shared: Shared,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        let mut conn = self.open()?;
        conn.set_instrumentation(self.statements.clone());
        conn.shared = self.shared.clone();
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        if conn.idle_since.is_some_and(|since| since.elapsed() < SURELY_ALIVE) {
            return Ok(());
        }
        Ok(uncounted(|| conn.ping())?)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.idle_since = Some(Instant::now());
        std::thread::panicking() || conn.is_broken()
    }
}

impl Manager {
    fn open(&self) -> Result<Conn, diesel::r2d2::Error> {
        match &self.url {
            Url::Postgres(url) => Ok(PgConnection::establish(url)?.into()),
            Url::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path)?;
                conn.batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -1000;",
                )?;
                if !self.writes {
                    conn.batch_execute("PRAGMA query_only = ON;")?;
                }
                Ok(conn.into())
            }
        }
    }
}
