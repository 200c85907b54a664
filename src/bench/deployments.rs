//! What a server gets done that has runs waiting for it: deployments a second, and how soon after its time each begins.

use std::time::Duration;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{exists, max, min},
    prelude::*,
};

use super::{browser::Browser, maker::until, median, server::Server, tenant::Tenant, waiting::Waiting};
use crate::{
    db::{self, Db, commits},
    error::Error,
    id::RunId,
    rules::{schedule::Schedule, state::State},
    schema::{operations, runs},
    zone::Zone,
};

const ROUNDS: usize = 3;
/// How often it is asked whether all is done, which is work of the database too.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// For how long rows are committed one by one.
const LONG: Duration = Duration::from_secs(1);
/// How long a server has before the first run is due, and how far apart they are.
const LEAD: TimeDelta = TimeDelta::seconds(2);
const APART: TimeDelta = TimeDelta::milliseconds(100);

/// Deployments a second, and the raw durable commits of the database in the same minute.
pub struct Rates {
    pub deployments: f64,
    pub commits: f64,
}

/// How many milliseconds runs begin after their time.
pub struct Delays {
    pub median: f64,
    pub p99: f64,
}

/// Deploys so many runs to so many targets, from when the first is begun until the last has succeeded.
pub fn rates(tenant: &Tenant, browser: &Browser, count: usize, targets: usize) -> Result<Rates, Error> {
    let (mut deployments, mut raw) = (Vec::new(), Vec::new());
    let solutions: Vec<String> = (0..count.div_ceil(targets)).map(|n| format!("con_to{targets}_{n}")).collect();
    for version in 1..=ROUNDS {
        let runs = {
            let waiting = Waiting::open(tenant, browser.runtime())?;
            let runs = waiting.validated(&solutions, version, targets)?;
            runs.iter().try_for_each(|run| waiting.deploy(*run, None))?;
            runs
        };
        raw.push(commits::a_second(&tenant.home.database, LONG)?);
        let (begun, ended) = drain(tenant, browser, &runs)?;
        deployments.push(runs.len() as f64 / seconds(ended - begun));
    }
    Ok(Rates { deployments: median(deployments), commits: median(raw) })
}

/// Has so many runs due one after another, at targets that are free.
pub fn delays(tenant: &Tenant, browser: &Browser, count: usize, targets: usize) -> Result<Delays, Error> {
    let solutions: Vec<String> = (0..count.div_ceil(targets)).map(|n| format!("con_due_{n}")).collect();
    let runs = {
        let waiting = Waiting::open(tenant, browser.runtime())?;
        let runs = waiting.validated(&solutions, 1, targets)?;
        let first = db::now() + LEAD;
        for (number, run) in runs.iter().enumerate() {
            let at = first + APART * i32::try_from(number).unwrap_or_default();
            waiting.deploy(*run, Some(&Schedule { at, zone: Zone::utc() }))?;
        }
        runs
    };
    drain(tenant, browser, &runs)?;
    let db = tenant.database()?;
    let mut delays = runs.iter().map(|run| delay(&db, *run)).collect::<Result<Vec<f64>, Error>>()?;
    delays.sort_unstable_by(f64::total_cmp);
    let last = delays.len().saturating_sub(1) * 99 / 100;
    Ok(Delays { p99: delays.get(last).copied().unwrap_or_default(), median: median(delays) })
}

// When the first of what waits was begun and the last of these runs ended, by a server that starts now.
fn drain(tenant: &Tenant, browser: &Browser, ids: &[RunId]) -> Result<(NaiveDateTime, NaiveDateTime), Error> {
    let (db, before) = (tenant.database()?, db::now());
    let server = Server::start(&tenant.home, browser)?;
    let unfinished = || runs::table.filter(runs::id.eq_any(ids)).filter(runs::ended_at.is_null());
    until(LOOK_EVERY, || db.read_now(|c| Ok(!diesel::select(exists(unfinished())).get_result::<bool>(c)?)))?;
    server.stop()?;
    let failed = runs::table.filter(runs::id.eq_any(ids)).filter(runs::state.ne(State::Succeeded)).count();
    if db.read_now(|c| Ok(failed.get_result::<i64>(c)?))? > 0 {
        return Err(super::fault("a run failed"));
    }
    let begun = operations::table.filter(operations::started_at.gt(before)).select(min(operations::started_at));
    let ended = runs::table.filter(runs::id.eq_any(ids)).select(max(runs::ended_at));
    let (begun, ended): (Option<NaiveDateTime>, Option<NaiveDateTime>) =
        db.read_now(|c| Ok((begun.first(c)?, ended.first(c)?)))?;
    begun.zip(ended).ok_or(Error::NotFound)
}

// From the time of a run until its target was asked again.
fn delay(db: &Db, run: RunId) -> Result<f64, Error> {
    let due = runs::table.find(run).select(runs::scheduled_for);
    let begun = operations::table.filter(operations::run_id.eq(run)).filter(operations::lane.eq(true));
    let begun = begun.select(min(operations::started_at));
    let (due, begun): (Option<NaiveDateTime>, Option<NaiveDateTime>) =
        db.read_now(|c| Ok((due.first(c)?, begun.first(c)?)))?;
    let (due, begun) = due.zip(begun).ok_or(Error::NotFound)?;
    Ok(seconds(begun - due) * 1000.0)
}

fn seconds(long: TimeDelta) -> f64 {
    long.num_microseconds().unwrap_or_default() as f64 / 1e6
}
