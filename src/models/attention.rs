//! What needs somebody's attention: records that failed their validation, runs that failed, runs that wait for Deploy.

use chrono::TimeDelta;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};

use super::{
    deployment_environment::DeploymentEnvironment,
    reach::Reach,
    run::{Row, Scope, of_keys},
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, RunId},
    rules::{
        stages::ValidationStatus,
        state::{DAYS_TO_DEPLOY, State},
    },
    schema::{deployment_environments, runs},
};

/// How many of each are told.
const MOST: i64 = 5;
/// How long a failure is news.
const DAYS: i64 = 7;

/// The records that failed their validation, of the hosts that the person administers.
pub fn failed_records(conn: &mut Conn, who: &Reach) -> Result<Vec<DeploymentEnvironment>, Error> {
    let hosts: Vec<EnvironmentId> = who.hosts().into_iter().map(|host| host.id).collect();
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(DeploymentEnvironment::query()
        .filter(deployment_environments::host_id.eq_any(hosts))
        .filter(deployment_environments::status.eq(ValidationStatus::Failed))
        .filter(deployment_environments::retired_at.is_null())
        .order(deployment_environments::id.desc())
        .limit(MOST)
        .load(conn)?)
}

/// The runs that failed in the last seven days and that no newer one of their solution to their stage came after, newest
/// first, of these pipelines.
pub fn failed_runs(conn: &mut Conn, scope: &Scope) -> Result<Vec<Row>, Error> {
    let newer = diesel::alias!(runs as newer);
    let same = newer.field(runs::stage_id).eq(runs::stage_id);
    let same = same.and(newer.field(runs::solution_key).eq(runs::solution_key));
    let later = newer.filter(same.and(newer.field(runs::id).gt(runs::id)));
    let since = db::now() - TimeDelta::days(DAYS);
    Ok(of_keys!(conn, scope, |keys| in_state!(keys, State::Failed, since).filter(not(exists(later))))?)
}

/// The runs that wait for settings and Deploy, newest first, of these pipelines.
pub fn waiting_runs(conn: &mut Conn, scope: &Scope) -> Result<Vec<Row>, Error> {
    let since = db::now() - TimeDelta::days(DAYS_TO_DEPLOY);
    Ok(of_keys!(conn, scope, |keys| in_state!(keys, State::ValidationSucceeded, since))?)
}

// By state, of which an index has the newest runs at hand.
macro_rules! in_state {
    ($keys:ident, $state:expr, $since:expr) => {
        $keys
            .filter(runs::state.eq($state))
            .filter(runs::id.ge(RunId::first_at($since)))
            .filter(runs::started_at.ge($since))
            .order(runs::id.desc())
            .limit(MOST)
    };
}

use in_state;
