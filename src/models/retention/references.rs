//! Which stored packages rows name that are needed still. Runs tell of theirs as history only, and so does what has ended.

use std::collections::HashSet;

use diesel::prelude::*;

use super::GRACE;
use crate::{
    db::{self, Conn},
    error::Error,
    id::OperationId,
    schema::{artifacts, operations},
};

/// The hashes among these that an artifact names which has its packages or can be brought back, or an operation that has not
/// ended.
pub fn named(conn: &mut Conn, hashes: &[String]) -> Result<HashSet<String>, Error> {
    let needed = || artifacts::retired_at.is_null().or(artifacts::retired_at.gt(Some(db::now() - GRACE)));
    let managed = artifacts::table.filter(artifacts::managed_hash.eq_any(hashes)).select(artifacts::managed_hash);
    let mut named: HashSet<String> = managed.filter(needed().assume_not_null()).load(conn)?.into_iter().collect();
    let unmanaged = artifacts::table.filter(artifacts::unmanaged_hash.eq_any(hashes)).select(artifacts::unmanaged_hash);
    named.extend(unmanaged.filter(needed().assume_not_null()).load::<String>(conn)?);
    let open = operations::table.filter(operations::ended_at.is_null()).select((
        operations::input,
        operations::handle,
        operations::result,
    ));
    for (input, handle, result) in open.load::<(String, Option<String>, Option<String>)>(conn)? {
        let told = |hash: &&String| {
            [Some(&input), handle.as_ref(), result.as_ref()].into_iter().flatten().any(|text| text.contains(*hash))
        };
        named.extend(hashes.iter().filter(told).cloned());
    }
    Ok(named)
}

/// The operations that have not ended.
pub fn open_operations(conn: &mut Conn) -> Result<Vec<OperationId>, Error> {
    Ok(operations::table.filter(operations::ended_at.is_null()).select(operations::id).load(conn)?)
}
