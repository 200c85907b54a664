//! Deployments a second: from the moment the first of many queued runs is begun until the last has succeeded.

use chrono::NaiveDateTime;
use diesel::{
    dsl::{max, min},
    prelude::*,
};
use sluice::{
    db,
    rules::state::State,
    schema::{operations, runs},
};

use crate::{
    Outcome,
    figures::{Figures, quantile},
    raw,
    tenant::Tenant,
    working::Working,
};

const ROUNDS: usize = 3;

/// To one target, which takes one at a time.
pub async fn to_one_target(figures: &mut Figures) -> Outcome<()> {
    measure(figures, "deployments to one target", &Tenant::new(1, 400).await, 1.0 / 8.0).await
}

/// To sixteen, each with its own line.
pub async fn to_many_targets(figures: &mut Figures) -> Outcome<()> {
    measure(figures, "deployments to 16 targets", &Tenant::new(16, 50).await, 1.0 / 4.0).await
}

async fn measure(figures: &mut Figures, what: &str, tenant: &Tenant, part: f64) -> Outcome<()> {
    let (mut rates, mut commits) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let count = tenant.queue(round).await;
        let raw = raw::commits_a_second(&tenant.contoso.app.database)?;
        let rate = count as f64 / drain(tenant)?;
        eprintln!("{count} {what}: {rate:.0}/s beside {raw:.0} commits/s");
        rates.push(rate);
        commits.push(raw);
    }
    figures.rate(what, quantile(&mut rates, 0.5), quantile(&mut commits, 0.5), part);
    Ok(())
}

// Seconds until all that wait have succeeded.
fn drain(tenant: &Tenant) -> Outcome<f64> {
    let app = &tenant.contoso.app;
    let before = db::now();
    let open = runs::table.filter(runs::ended_at.is_null());
    {
        let _working = Working::start(app.another_server());
        while app.read(|c| Ok(diesel::select(diesel::dsl::exists(open)).get_result::<bool>(c)?)) {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
    let failed = runs::table.filter(runs::state.ne(State::Succeeded)).count();
    if app.read(|c| Ok(failed.get_result::<i64>(c)?)) > 0 {
        return Err("a run failed".into());
    }
    let begun = operations::table.filter(operations::started_at.gt(before)).select(min(operations::started_at));
    let ended = runs::table.select(max(runs::ended_at));
    let (begun, ended): (Option<NaiveDateTime>, Option<NaiveDateTime>) =
        app.read(|c| Ok((begun.first(c)?, ended.first(c)?)));
    let took = ended.ok_or("nothing ended")? - begun.ok_or("nothing began")?;
    Ok(took.to_std()?.as_secs_f64())
}
