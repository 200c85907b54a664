//! Restoring: packages first, then all rows in one transaction, so that there is a whole tenant or none.

use serde_json::Value;

use super::{BYTES_AT_ONCE, Backup, ROWS_AT_ONCE};
use crate::{
    artifacts::Artifacts,
    db::{
        Conn, Db, rebuild,
        rows::{self, Row},
        tables::{self, Table},
    },
    error::Error,
    models::{
        audit::{By, Kind, Subject, Verb},
        tenant::Tenant,
    },
};

/// Says whether a tenant can be restored into a database.
///
/// # Errors
/// When there are people in it, or it is of a later program.
pub fn vacant(conn: &mut Conn) -> Result<(), Error> {
    let Some(version) = rebuild::version(conn)? else { return Ok(()) };
    if version > tables::newest()? {
        return Err(Error::Conflict("The database is of a newer Sluice. Name an empty one.".into()));
    }
    match Tenant::has_people(conn)? {
        true => Err(Error::Conflict(
            "The database holds a tenant with people in it, which is never overwritten. Name an empty one, or another \
             folder with --data or SLUICE_DATA."
                .into(),
        )),
        false => Ok(()),
    }
}

/// Restores a backup into a vacant database and store; how many packages there are.
///
/// # Errors
/// With the sentence to print; there is no row of it in the database then.
pub async fn restore(backup: &mut Backup, db: &Db, artifacts: &Artifacts) -> Result<usize, Error> {
    let packages = backup.check()?;
    for named in packages.all() {
        let spooled = backup.package(&named.package, artifacts)?;
        artifacts.keep(spooled).await?;
    }
    db.write_now(|c| {
        vacant(c)?;
        rebuild::clear(c)?;
        rebuild::migrate_to(c, &backup.manifest.schema).map_err(|error| {
            Error::Conflict(format!("The tables cannot be made ({error}). Name an empty database."))
        })?;
        rebuild::in_any_order(c, |c| fill(backup, c))?;
        rebuild::migrate_to(c, &tables::newest()?)?;
        told(backup, packages.count(), c)
    })?;
    Ok(packages.count())
}

fn fill(backup: &mut Backup, conn: &mut Conn) -> Result<(), Error> {
    for table in backup.tables.clone() {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        backup.rows(&table, |row| {
            bytes += size(&row);
            rows.push(let_go(&table, row));
            match rows.len() >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE {
                true => {
                    bytes = 0;
                    rows::insert(conn, &table, &std::mem::take(&mut rows))
                }
                false => Ok(()),
            }
        })?;
        rows::insert(conn, &table, &rows)?;
    }
    for table in backup.tables.clone() {
        for reference in &table.references {
            if let Some(named) = rows::broken(conn, &table.name, reference)?.first() {
                let (column, to) = (&reference.column, &reference.to.0);
                return Err(backup.damaged(format!("{}.{column} names {named}, which is not in {to}", table.name)));
            }
        }
    }
    Ok(())
}

fn told(backup: &Backup, packages: usize, conn: &mut Conn) -> Result<(), Error> {
    let manifest = &backup.manifest;
    let made_at = manifest.made_at.format("%Y-%m-%d %H:%M:%S");
    By::command_line()
        .did(Verb::Restore, Subject::new(Kind::Tenant, "", "the tenant"))
        .because(format!("From a backup of {made_at} UTC with {} rows and {packages} packages.", manifest.rows()))
        .record(conn)
}

// The servers of that time are gone: what one of them had claimed is due when it is back.
fn let_go(table: &Table, mut row: Row) -> Row {
    let claimed = table.name == "operations" && row.get("holder").is_some_and(|holder| !holder.is_null());
    if claimed && let Some(created) = row.get("created_at").cloned() {
        row.insert("holder".into(), Value::Null);
        row.insert("due_at".into(), created);
    }
    row
}

fn size(row: &Row) -> usize {
    row.values().map(|value| value.as_str().map_or(8, str::len)).sum()
}
