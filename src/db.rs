//! The database: one connection type over SQLite and PostgreSQL, chosen by URL; the only room that knows which.

pub mod commits;
pub mod rebuild;
pub mod rows;
pub mod schemas;
pub mod seed;
mod snapshot;
pub mod tables;

mod among;
mod apart;
mod batch;
mod clock;
mod condition;
mod erased;
mod faults;
mod fold;
mod instant;
mod listen;
mod manager;
mod memory;
mod merged;
mod migration;
mod native;
mod number;
#[cfg(test)]
mod prepared;
mod readers;
mod shared;
mod statement;
mod statements;
mod texts;
mod together;
mod united;
mod unvaried;
mod wanted;
mod within;

use std::{
    path::Path,
    sync::{Arc, mpsc},
    time::Duration,
};

use chrono::{NaiveDateTime, SubsecRound, Utc};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    r2d2::Pool,
    result::{DatabaseErrorKind, Error as DieselError},
};

pub use among::{Among, among};
pub use apart::{apart, unblocked};
pub use clock::clock;
pub use condition::PoolUse;
pub use fold::fold;
pub use instant::Instant;
pub use merged::Merged;
pub(crate) use native::insert_all;
pub use native::{MultiBackend, Native, columns, natively};
pub use number::number;
pub use united::{United, union_all};
pub use unvaried::Unvaried;
pub(crate) use unvaried::unvaried;
pub use within::{Within, within};

use self::{
    apart::{Done, known, unblocked_by},
    batch::Writer,
    erased::{Erased, Transactions},
    manager::Manager,
    migration::{MIGRATION_LOCK, MIGRATIONS, migrate},
    readers::Readers,
    shared::Shared,
    statements::Statements,
    together::{Open, lent, unnamed},
};
use crate::error::Error;

/// How many connections there are at most, beside the one that writes to SQLite.
const CONNECTIONS: u32 = 16;

/// How long a connection may take to come.
const TO_OPEN: Duration = Duration::from_secs(10);

/// Work whose type nobody knows, so that all that goes before and after it is compiled once.
type Work = Box<dyn FnOnce(&mut Conn) -> Result<Done, Error> + Send>;

/// A connection to either database.
pub type Conn = Erased<Native>;

/// Where the database is, read from a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Url {
    /// A file, as a path.
    Sqlite(String),
    /// A server, as `postgres://...`.
    Postgres(String),
}

impl std::str::FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Ok(Url::Postgres(text.to_owned())),
            Some(("sqlite", path)) if !path.trim_start_matches("//").is_empty() => {
                Ok(Url::Sqlite(path.strip_prefix("//").unwrap_or(path).to_owned()))
            }
            _ => Err("a database is sqlite:PATH or postgres://USER@HOST/NAME".to_owned()),
        }
    }
}

/// A pool of connections. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    url: Arc<Url>,
    statements: Statements,
    /// Who reads for those who do not wait on a thread of their own.
    readers: Arc<Readers>,
    /// Who writes to SQLite; to PostgreSQL everybody does at once.
    writer: Option<Arc<Writer>>,
    /// The transaction that all goes into that is asked by this clone.
    open: Option<Open>,
}

impl Db {
    /// Opens the database, creating an SQLite file that is absent, and brings its tables up to date.
    ///
    /// # Errors
    /// When the database cannot be reached or is newer than this program.
    pub fn open(url: &Url) -> Result<Db, Error> {
        let db = Db::connect(url)?;
        match &db.writer {
            Some(writer) => migrate(&mut writer.open()?)?,
            None => migrate(&mut *db.pool.get()?)?,
        }
        match db.is_current_now(TO_OPEN)? {
            true => Ok(db),
            false => Err(Error::Conflict("its tables are those of a newer Sluice. Start that version.".into())),
        }
    }

    /// Opens the database, creating an SQLite file that is absent, and leaves its tables as they are.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn connect(url: &Url) -> Result<Db, Error> {
        let statements = Statements::default();
        let shared = Shared::default();
        let manager = Manager { url: url.clone(), statements: statements.clone(), shared, writes: false };
        let writes = Manager { writes: true, ..manager.clone() };
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(1))
            .connection_timeout(TO_OPEN)
            .test_on_check_out(matches!(url, Url::Postgres(_)))
            .build(manager)
            // Whoever starts the program is told what keeps it from the database.
            .map_err(|error| Error::Internal(error.into()))?;
        let writer = matches!(url, Url::Sqlite(_)).then(|| Arc::new(Writer::new(writes)));
        Ok(Db {
            pool,
            url: Arc::new(url.clone()),
            statements,
            readers: Arc::new(Readers::of(url, CONNECTIONS)?),
            writer,
            open: None,
        })
    }

    /// An SQLite database in the file `path`.
    pub fn open_file(path: &Path) -> Result<Db, Error> {
        Db::open(&Url::Sqlite(path.to_string_lossy().into_owned()))
    }

    /// Runs `work` on one consistent view of the data, away from the threads that serve requests.
    pub async fn read<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    {
        known(self.reading(Box::new(move |conn| Ok(Box::new(work(conn)?)))).await)
    }

    /// Runs `work` in a transaction that may write: all of it happens or nothing.
    pub async fn write<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    {
        known(self.writing(Box::new(move |conn| Ok(Box::new(work(conn)?)))).await)
    }

    async fn reading(&self, work: Work) -> Result<Done, Error> {
        let db = self.clone();
        unblocked_by(self.readers.handle(), Box::new(move || db.read_now(work))).await
    }

    async fn writing(&self, work: Work) -> Result<Done, Error> {
        let db = self.clone();
        unblocked_by(None, Box::new(move || db.write_now(work))).await
    }

    /// As `read`, on this thread, for those that may block.
    pub fn read_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        unnamed(work, |work| match &self.open {
            Some(open) => together::piece(open, work),
            None => self.pool.get()?.reading(work),
        })
    }

    /// As `write`, on this thread, for those that may block.
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        unnamed(work, |work| match (&self.open, &self.writer) {
            (Some(open), _) => together::piece(open, work),
            (None, Some(writer)) => writer.write(work),
            (None, None) => together::at_once(&mut Some(self.pool.get()?), |conn| work(lent(conn)?)),
        })
    }

    /// How many statements it was asked by this server, without those that begin and end transactions.
    pub fn statements(&self) -> u64 {
        self.statements.count()
    }

    /// The texts of the statements that it is asked from now on, without their values: for whoever asks the database how
    /// it would answer them. None where somebody else hears them already.
    pub fn statement_texts(&self) -> Option<mpsc::Receiver<String>> {
        self.statements.texts()
    }

    /// Whether all that is written to it is written one after another, so that no two wait for each other.
    pub fn has_one_writer(&self) -> bool {
        self.writer.is_some()
    }

    /// Calls `heard` when a server of this tenant commits that something became due, without waiting for it. On SQLite
    /// there is no other server to hear.
    pub fn listen(&self, heard: impl Fn() + Send + 'static) {
        if let Url::Postgres(url) = &*self.url {
            listen::to_postgres(url.clone(), Arc::downgrade(&self.url), heard);
        }
    }
}

/// The present instant in UTC, as exact as both databases keep it: microseconds.
pub fn now() -> NaiveDateTime {
    Utc::now().naive_utc().trunc_subsecs(6)
}

/// Lets all servers know, once the transaction is committed, that something became due.
pub fn notify(conn: &mut Conn) -> QueryResult<()> {
    match &mut **conn {
        Native::Sqlite(_) => Ok(()),
        Native::Postgres(c) => c.batch_execute(listen::NOTIFY),
    }
}

/// Whether who writes in a transaction of this connection is the only one who writes until it ends.
pub fn writes_alone(conn: &Conn) -> bool {
    matches!(**conn, Native::Sqlite(_))
}

/// Has transactions that call this come one after another, those that bring tables up to date included. On SQLite those
/// that write do anyway.
pub fn one_by_one(conn: &mut Conn) -> QueryResult<()> {
    match &mut **conn {
        Native::Sqlite(_) => Ok(()),
        Native::Postgres(c) => c.batch_execute(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")),
    }
}

/// Whether `error` says that a row with this `column` (of a unique index on `table`) is there already.
pub fn is_duplicate(error: &DieselError, table: &str, column: &str) -> bool {
    let DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) = error else { return false };
    match info.constraint_name() {
        Some(name) if name == format!("{table}_pkey") => true,
        Some(name) => name.starts_with(table) && name.contains(column.trim_end_matches("_key")),
        None => info.message().contains(&format!("{table}.{column}")),
    }
}
