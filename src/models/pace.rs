//! How often something was deployed lately, and how long versions took from development to production.

use chrono::NaiveDateTime;
use diesel::{
    dsl::{case_when, exists, min, not, sql},
    prelude::*,
    sql_types::{BigInt, Bool, Integer, Text, Untyped},
};

use super::run::Scope;
use crate::{
    db::{Conn, natively},
    error::Error,
    id::{ArtifactId, PipelineId},
    rules::{
        pace::{Arrival, Leg, arrivals},
        state::State,
    },
    schema::{runs, stages},
};

/// How many runs that reached a last stage are looked at.
const ARRIVED: i64 = 300;

/// What ended since an instant.
#[derive(Debug, Clone)]
pub struct Pace {
    /// How many succeeded and failed in each week.
    pub weeks: Vec<(usize, usize)>,
    /// The versions that came to a last stage for the first time, earliest first.
    pub arrivals: Vec<Arrival>,
    /// Whether only the newest of them were looked at.
    pub arrivals_cut: bool,
}

impl Pace {
    /// That of the runs that a person may see, in weeks that begin at these instants; none where nothing ended.
    pub fn of(conn: &mut Conn, scope: &Scope, starts: &[NaiveDateTime]) -> Result<Option<Pace>, Error> {
        let Some(since) = starts.first() else { return Ok(None) };
        let weeks = ended(conn, scope, starts)?;
        if weeks.iter().all(|counts| *counts == (0, 0)) {
            return Ok(None);
        }
        let legs = legs(conn, scope, *since)?;
        let arrivals_cut = i64::try_from(legs.len()).is_ok_and(|count| count >= ARRIVED);
        Ok(Some(Pace { weeks, arrivals: arrivals(legs, *since), arrivals_cut }))
    }
}

// Counted by the database, in an index that has all that is asked for.
fn ended(conn: &mut Conn, scope: &Scope, starts: &[NaiveDateTime]) -> Result<Vec<(usize, usize)>, Error> {
    let mut weeks = vec![(0, 0); starts.len()];
    let Some(since) = starts.first() else { return Ok(weeks) };
    let which = starts.iter().enumerate().rev();
    let which = which.map(|(week, start)| format!("WHEN ended_at >= '{}' THEN {week}", start.format("%F %T%.f")));
    let which = format!("CASE {} END", which.collect::<Vec<_>>().join(" "));
    // SQLite would take the index of all runs by state; so it is kept from those, and takes that of each pipeline.
    let told = match scope {
        Scope::All => "state IN ('succeeded', 'failed')",
        Scope::Some(_) => "state || '' IN ('succeeded', 'failed')",
    };
    let counts: Vec<(State, i32, i64)> = natively!(conn, |c| {
        let these = runs::table.filter(runs::ended_at.ge(since)).filter(sql::<Bool>(told));
        let counts = these.group_by(sql::<Untyped>("1, 2"));
        let mut counts =
            counts.select(sql::<(Text, Integer, BigInt)>(&format!("state, {which}, count(*)"))).into_boxed();
        if let Scope::Some(pipelines) = scope {
            counts = counts.filter(runs::pipeline_id.eq_any(&**pipelines));
        }
        counts.load(c)
    })?;
    for (state, week, count) in counts {
        let week = usize::try_from(week).ok().and_then(|week| weeks.get_mut(week));
        let Some((succeeded, failed)) = week else { continue };
        *(if state == State::Succeeded { succeeded } else { failed }) = usize::try_from(count).unwrap_or_default();
    }
    Ok(weeks)
}

/// What is on its way: a pipeline's own way, even where two move the same package.
type Version = (PipelineId, ArtifactId);

// The versions that reached a last stage, newest first, with when each began and when it arrived first.
fn legs(conn: &mut Conn, scope: &Scope, since: NaiveDateTime) -> Result<Vec<Leg<Version>>, Error> {
    let (first, came) = diesel::alias!(runs as first, runs as came);
    let next = diesel::alias!(stages as next);
    // The stages that none follows.
    let follows = next.field(stages::previous_stage_id).eq(stages::id.nullable());
    let followed = next.filter(next.field(stages::retired_at).is_null()).filter(follows);
    let last = stages::table.filter(stages::retired_at.is_null().and(not(exists(followed)))).select(stages::id);
    let own = first.field(runs::artifact_id).eq(runs::artifact_id);
    let own = own.and(first.field(runs::pipeline_id).eq(runs::pipeline_id));
    let began = first.filter(own).select(min(first.field(runs::started_at)));
    let own = came.field(runs::artifact_id).eq(runs::artifact_id);
    let own = own.and(came.field(runs::pipeline_id).eq(runs::pipeline_id));
    // By the artifact alone: asked for the least end of those that succeeded, SQLite looks through all of these.
    let ended = case_when(came.field(runs::state).eq(State::Succeeded), came.field(runs::ended_at));
    let arrived = came.filter(own.and(came.field(runs::stage_id).eq_any(last))).select(min(ended));
    let these = runs::state.eq(State::Succeeded).and(runs::ended_at.ge(since)).and(runs::artifact_id.is_not_null());
    let found: Vec<(PipelineId, ArtifactId, Option<NaiveDateTime>, Option<NaiveDateTime>)> = natively!(conn, |c| {
        let there = runs::table.filter(these.and(runs::stage_id.eq_any(last))).order(runs::ended_at.desc());
        let ways =
            (runs::pipeline_id, runs::artifact_id.assume_not_null(), began.single_value(), arrived.single_value());
        let mut there = there.limit(ARRIVED).select(ways).into_boxed();
        if let Scope::Some(pipelines) = scope {
            there = there.filter(runs::pipeline_id.eq_any(&**pipelines));
        }
        there.load(c)
    })?;
    let leg = |(pipeline, artifact, began, arrived): (_, _, Option<_>, _)| {
        Some(Leg { version: (pipeline, artifact), started: began?, arrived })
    };
    Ok(found.into_iter().filter_map(leg).collect())
}
