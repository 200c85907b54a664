//! An empty database made one of an earlier schema and filled, in the transaction of whoever calls these one after another.

use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};
use diesel_migrations::MigrationHarness as _;

use super::{Conn, MIGRATIONS, Native, one_by_one, rows::quoted, snapshot, tables};
use crate::error::Error;

pub use snapshot::version;

#[derive(QueryableByName)]
struct Constraint {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Removes the tables of a tenant.
pub fn clear(conn: &mut Conn) -> Result<(), Error> {
    one_by_one(conn)?;
    let Some(version) = version(conn)? else { return Ok(()) };
    let tables = tables::at(&version)?;
    let names = tables.iter().map(|table| quoted(&table.name)).chain(["__diesel_schema_migrations".into()]);
    match &mut **conn {
        Native::Postgres(conn) => {
            conn.batch_execute(&format!("DROP TABLE {}", names.collect::<Vec<_>>().join(", ")))?;
        }
        // Those that refer to others were made after them.
        Native::Sqlite(conn) => {
            let mut names: Vec<String> = names.collect();
            names.reverse();
            names.iter().try_for_each(|name| conn.batch_execute(&format!("DROP TABLE {name}")))?;
        }
    }
    Ok(())
}

/// Makes the tables as they were at this version, where there are none; those of later ones where there are earlier ones.
pub fn migrate_to(conn: &mut Conn, version: &str) -> Result<(), Error> {
    let pending = conn.pending_migrations(MIGRATIONS).map_err(Error::Internal)?;
    for migration in pending.iter().filter(|one| one.name().version().to_string().as_str() <= version) {
        conn.run_migration(migration).map_err(Error::Internal)?;
    }
    Ok(())
}

/// Runs `fill`, which may put a row in before those that it refers to; at the end they must be there.
///
/// # Errors
/// When they are not, as whatever else goes wrong.
pub fn in_any_order(conn: &mut Conn, fill: impl FnOnce(&mut Conn) -> Result<(), Error>) -> Result<(), Error> {
    let constraints = match &mut **conn {
        Native::Sqlite(conn) => {
            conn.batch_execute("PRAGMA defer_foreign_keys = ON")?;
            Vec::new()
        }
        Native::Postgres(conn) => sql_query(CONSTRAINTS).load::<Constraint>(conn)?,
    };
    alter(conn, &constraints, "DEFERRABLE INITIALLY DEFERRED")?;
    fill(conn)?;
    if let Native::Postgres(conn) = &mut **conn {
        conn.batch_execute("SET CONSTRAINTS ALL IMMEDIATE")?;
    }
    alter(conn, &constraints, "NOT DEFERRABLE")
}

const CONSTRAINTS: &str = "SELECT conrelid::regclass::text AS of, quote_ident(conname) AS name FROM pg_constraint \
    WHERE contype = 'f' AND NOT condeferrable AND connamespace = current_schema()::regnamespace";

fn alter(conn: &mut Conn, constraints: &[Constraint], to: &str) -> Result<(), Error> {
    for Constraint { of, name } in constraints {
        conn.batch_execute(&format!("ALTER TABLE {of} ALTER CONSTRAINT {name} {to}"))?;
    }
    Ok(())
}
