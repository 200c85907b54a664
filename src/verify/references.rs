//! References: what a column names is there.

use crate::{
    db::{
        Conn, rows,
        tables::{Reference, Table},
    },
    error::Error,
};

/// Columns that name rows without the database being told so: table, column, and where the rows stand.
pub const UNDECLARED: [(&str, &str, (&str, &str)); 2] =
    [("environments", "bound_host_id", ("hosts", "id")), ("artifact_bindings", "run_id", ("runs", "id"))];

/// Every reference, each with the table that it stands in.
pub fn all(tables: &[Table]) -> impl Iterator<Item = (&str, Reference)> {
    let declared = tables
        .iter()
        .flat_map(|table| table.references.iter().map(|reference| (table.name.as_str(), reference.clone())));
    declared.chain(
        UNDECLARED.into_iter().map(|(table, column, (to, key))| {
            (table, Reference { column: column.into(), to: (to.into(), key.into()) })
        }),
    )
}

/// What a column names in vain.
pub fn problems(conn: &mut Conn, table: &str, reference: &Reference) -> Result<Vec<String>, Error> {
    let (column, to) = (&reference.column, &reference.to.0);
    let broken = rows::broken(conn, table, reference)?;
    let sentence =
        |named| format!("{table}.{column} names {named}, which is not in {to}. Take that row from a backup.");
    Ok(broken.into_iter().map(sentence).collect())
}
