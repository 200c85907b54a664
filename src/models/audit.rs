//! Who did what to what: rows that are only ever added, in the transaction of the change they tell of.

use diesel::prelude::*;

use super::person::Person;
use crate::{
    db::{self, Conn},
    error::Error,
    id::RowId,
    schema::audit,
};

/// What was done, as the log says it.
pub struct Entry<'a> {
    /// A verb such as `create` or `force link`.
    pub action: &'a str,
    /// The noun, such as `environment`.
    pub kind: &'a str,
    pub id: String,
    pub name: &'a str,
    /// What changed and why, in words; may be empty, never a secret.
    pub detail: String,
}

/// Adds one entry; `person` is none for the program itself.
pub fn record(conn: &mut Conn, person: Option<&Person>, entry: Entry) -> Result<(), Error> {
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(RowId::new()),
            audit::at.eq(db::now()),
            audit::person_id.eq(person.map(|person| person.id)),
            audit::person_name.eq(person.map_or("Sluice", |person| &person.name)),
            audit::action.eq(entry.action),
            audit::subject_kind.eq(entry.kind),
            audit::subject_id.eq(entry.id),
            audit::subject_name.eq(entry.name),
            audit::detail.eq(entry.detail),
        ))
        .execute(conn)?;
    Ok(())
}
