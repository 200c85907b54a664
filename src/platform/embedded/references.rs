//! Which stored packages the embedded environments need.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::{
    db::Conn,
    error::Error,
    id::OperationId,
    schema::{embedded_journal, embedded_solutions},
};

/// The hashes among these that are a solution's package, or that the journal tells of for one of these operations: what an
/// operation has brought stands there before anywhere else.
pub fn named(conn: &mut Conn, hashes: &[String], open: &[OperationId]) -> Result<HashSet<String>, Error> {
    let packages = embedded_solutions::table.filter(embedded_solutions::package_hash.eq_any(hashes));
    let mut named: HashSet<String> =
        packages.select(embedded_solutions::package_hash).load(conn)?.into_iter().collect();
    let journal = embedded_journal::table.filter(embedded_journal::operation_id.eq_any(open));
    for outcome in journal.select(embedded_journal::outcome).load::<String>(conn)? {
        named.extend(hashes.iter().filter(|hash| outcome.contains(*hash)).cloned());
    }
    Ok(named)
}
