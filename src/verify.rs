//! Whether a tenant is whole: every package there and unchanged, every reference to something, and nothing that waits for
//! nobody. It only reads.

mod lanes;
mod newest;
mod packages;
pub mod references;
mod runs;

use crate::{
    artifacts::Artifacts,
    backup::packages::Packages,
    db::{Conn, Db, rows, tables},
    error::Error,
};

/// What was looked at, and what is wrong.
#[derive(Debug, Default)]
pub struct Seen {
    /// How many rows there are in all tables.
    pub rows: usize,
    /// How many columns refer to rows.
    pub references: usize,
    /// How many packages rows name.
    pub packages: usize,
    /// A line each: what is wrong and what to do.
    pub problems: Vec<String>,
}

/// Looks at everything: at the rows of one snapshot, then at the packages that they name.
pub async fn verify(db: &Db, artifacts: &Artifacts) -> Result<Seen, Error> {
    let (mut seen, named) = db.snapshot(rows_of)?;
    seen.packages = named.count();
    for named in named.all() {
        seen.problems.extend(packages::problem(artifacts, named).await?);
    }
    Ok(seen)
}

fn rows_of(conn: &mut Conn) -> Result<(Seen, Packages), Error> {
    let (mut seen, mut named) = (Seen::default(), Packages::default());
    let tables = tables::at(&tables::newest()?)?;
    for table in &tables {
        rows::each(conn, table, |row| {
            seen.rows += 1;
            if let Err(wrong) = named.note(table, &row) {
                seen.problems.push(format!("{wrong}. Take the row from a backup of before."));
            }
            Ok(())
        })?;
    }
    for (table, reference) in references::all(&tables) {
        seen.references += 1;
        seen.problems.extend(references::problems(conn, table, &reference)?);
    }
    seen.problems.extend(lanes::problems(conn)?);
    seen.problems.extend(runs::problems(conn)?);
    seen.problems.extend(newest::problems(conn)?);
    Ok((seen, named))
}
