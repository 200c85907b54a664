//! What needs somebody's attention: records that failed their validation, runs that failed, runs that wait for Deploy.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{
    deployment_environment::DeploymentEnvironment,
    host::Host,
    person::Person,
    run::{Row, Scope},
};
use crate::{
    db::{self, Conn, MultiBackend},
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
pub fn failed_records(conn: &mut Conn, person: &Person) -> Result<Vec<DeploymentEnvironment>, Error> {
    let hosts: Vec<EnvironmentId> = Host::administered_by(conn, person)?.into_iter().map(|host| host.id).collect();
    Ok(DeploymentEnvironment::query()
        .filter(deployment_environments::host_id.eq_any(hosts))
        .filter(deployment_environments::status.eq(ValidationStatus::Failed))
        .filter(deployment_environments::retired_at.is_null())
        .order(deployment_environments::id.desc())
        .limit(MOST)
        .load(conn)?)
}

/// The runs that failed in the last seven days, newest first, of these pipelines.
pub fn failed_runs(conn: &mut Conn, scope: &Scope) -> Result<Vec<Row>, Error> {
    in_state(conn, scope, State::Failed, TimeDelta::days(DAYS))
}

/// The runs that wait for settings and Deploy, newest first, of these pipelines.
pub fn waiting_runs(conn: &mut Conn, scope: &Scope) -> Result<Vec<Row>, Error> {
    in_state(conn, scope, State::ValidationSucceeded, TimeDelta::days(DAYS_TO_DEPLOY))
}

// By state, of which an index has the newest runs at hand.
fn in_state(conn: &mut Conn, scope: &Scope, state: State, age: TimeDelta) -> Result<Vec<Row>, Error> {
    let here = runs::state.eq(state).and(runs::id.ge(RunId::first_at(db::now() - age)));
    let mut query = runs::table.filter(here).select(Row::as_select()).into_boxed::<MultiBackend>();
    if let Scope::Some(pipelines) = scope {
        query = query.filter(runs::pipeline_id.eq_any(pipelines));
    }
    Ok(query.order(runs::id.desc()).limit(MOST).load(conn)?)
}
