//! What each operation brought, so that doing one twice does it once.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::EnvironmentId,
    platform::{Act, Operation, Outcome, PlatformError, Progress},
    schema::embedded_journal,
};

/// How an operation ended.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    Done(Outcome),
    Failed(PlatformError),
}

/// How this operation ended, if it did.
///
/// # Errors
/// When an operation of this id did something else.
pub fn find(conn: &mut Conn, operation: &Operation) -> Result<Option<Progress>, Error> {
    let columns = (embedded_journal::environment_id, embedded_journal::kind, embedded_journal::outcome);
    let row: Option<(EnvironmentId, String, String)> =
        unvaried!(embedded_journal::table.find(operation.id).select(columns)).first(conn).optional()?;
    let Some((environment, kind, outcome)) = row else { return Ok(None) };
    if environment != operation.environment || kind != kind_of(&operation.act) {
        return Err(Error::internal(format!("the operation {} was another one before", operation.id)));
    }
    Ok(Some(match serde_json::from_str(&outcome)? {
        Entry::Done(outcome) => Progress::Done(outcome),
        Entry::Failed(error) => Progress::Failed(error),
    }))
}

/// Notes how an operation ended.
pub fn add(conn: &mut Conn, operation: &Operation, progress: &Progress) -> Result<(), Error> {
    let entry = match progress.clone() {
        Progress::Done(outcome) => Entry::Done(outcome),
        Progress::Failed(error) => Entry::Failed(error),
        Progress::Running { .. } => return Ok(()),
    };
    let outcome = serde_json::to_string(&entry)?;
    unvaried!(diesel::insert_into(embedded_journal::table).values((
        embedded_journal::operation_id.eq(operation.id),
        embedded_journal::environment_id.eq(operation.environment),
        embedded_journal::kind.eq(kind_of(&operation.act)),
        embedded_journal::outcome.eq(outcome),
        embedded_journal::at.eq(db::now()),
    )))
    .execute(conn)?;
    Ok(())
}

fn kind_of(act: &Act) -> &'static str {
    match act {
        Act::Export { .. } => "export",
        Act::Check { .. } => "check",
        Act::Import { .. } => "import",
        Act::Uninstall { .. } => "uninstall",
        Act::SetVersion { .. } => "set_version",
    }
}
