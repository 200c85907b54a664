//! Retention: the tenant's settings for how long packages are kept, and what follows from them.

mod around;
mod facts;
pub mod preview;
pub mod references;
pub mod removal;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{
    audit::{Kind, Subject, Verb},
    permit::{AdministerTenant, Permit},
};
use crate::{
    db::{self, Conn},
    error::Error,
    rules::retention::Policy,
    schema::tenant,
};

/// How long the bytes of a retired artifact stay, so that it can be brought back.
pub const GRACE: TimeDelta = TimeDelta::days(1);
/// How often packages are retired.
const RETIRE_EVERY: TimeDelta = TimeDelta::hours(1);
/// How often bytes that nothing names are deleted.
const SWEEP_EVERY: TimeDelta = TimeDelta::days(1);

/// How long packages are kept; none where every one is.
pub fn policy(conn: &mut Conn) -> Result<Option<Policy>, Error> {
    let saved: (Option<i32>, Option<i32>) =
        tenant::table.select((tenant::retention_days, tenant::retention_versions)).first(conn)?;
    Ok(match saved {
        (Some(days), Some(versions)) => Some(Policy { days: days.unsigned_abs(), versions: versions.unsigned_abs() }),
        _ => None,
    })
}

/// Changes how long packages are kept.
pub fn change(conn: &mut Conn, permit: &Permit<AdministerTenant>, new: Option<Policy>) -> Result<(), Error> {
    // Whoever changes it waits here for who does so at the same moment, so that the old values are told truly.
    diesel::update(tenant::table).set(tenant::retention_days.eq(tenant::retention_days)).execute(conn)?;
    let old = policy(conn)?;
    let number = |value: Option<u32>| value.and_then(|value| i32::try_from(value).ok());
    diesel::update(tenant::table)
        .set((
            tenant::retention_days.eq(number(new.map(|new| new.days))),
            tenant::retention_versions.eq(number(new.map(|new| new.versions))),
        ))
        .execute(conn)?;
    let days = |policy: Option<Policy>| policy.map_or("never".into(), |policy| format!("{} days", policy.days));
    let versions = |policy: Option<Policy>| policy.map_or("all".into(), |policy| policy.versions.to_string());
    let entry = permit.by().did(Verb::ChangeSettings, Subject::new(Kind::Tenant, "", "Retention"));
    let entry = entry.changed("Remove packages not used for", days(old), days(new));
    entry.changed("Always keep the newest versions", versions(old), versions(new)).record(conn)
}

/// Whether it is this server's turn to retire packages: no other one has in the last hour.
pub fn retires_now(conn: &mut Conn) -> Result<bool, Error> {
    let now = db::clock(conn)?;
    let due = tenant::retention_at.is_null().or(tenant::retention_at.lt(now - RETIRE_EVERY));
    let mine = diesel::update(tenant::table.filter(due)).set(tenant::retention_at.eq(Some(now))).execute(conn)?;
    Ok(mine == 1)
}

/// Whether it is this server's turn to delete bytes that nothing names: no other one has in the last day.
pub fn sweeps_now(conn: &mut Conn) -> Result<bool, Error> {
    let now = db::clock(conn)?;
    let due = tenant::swept_at.is_null().or(tenant::swept_at.lt(now - SWEEP_EVERY));
    let mine = diesel::update(tenant::table.filter(due)).set(tenant::swept_at.eq(Some(now))).execute(conn)?;
    Ok(mine == 1)
}
