//! Bringing tables up to date.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Native};
use crate::error::Error;

/// All changes of tables, in their order.
pub(super) const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Any number, the same for every Sluice: who holds it on PostgreSQL may migrate.
pub(super) const MIGRATION_LOCK: i64 = 7_758_423;

/// How PostgreSQL refuses a change to a table when something else touched the table's row in its catalogs at that moment. It
/// has undone the whole migration then, so that the next attempt begins where this one did.
const OF_THE_MOMENT: &str = "tuple concurrently updated";

/// How often bringing tables up to date is attempted.
const ATTEMPTS: u32 = 5;

/// Brings tables up to date, one server after another.
pub(super) fn migrate(conn: &mut Conn) -> Result<(), Error> {
    let lock = |conn: &mut Conn, call: &str| match &mut **conn {
        Native::Postgres(c) => c.batch_execute(&format!("SELECT {call}({MIGRATION_LOCK})")),
        Native::Sqlite(_) => Ok(()),
    };
    lock(conn, "pg_advisory_lock")?;
    let mut left = ATTEMPTS;
    let done = loop {
        left -= 1;
        let done = conn.run_pending_migrations(MIGRATIONS).map(|_| ());
        match done {
            Err(error) if left > 0 && error.to_string().contains(OF_THE_MOMENT) => (),
            done => break done.map_err(Error::Internal),
        }
    };
    lock(conn, "pg_advisory_unlock")?;
    done
}
