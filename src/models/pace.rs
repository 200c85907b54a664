//! How often something was deployed lately, and how long versions took from development to production.

use std::collections::HashSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::run::{Scope, ids};
use crate::{
    db::{Conn, MultiBackend},
    error::Error,
    id::{ArtifactId, PipelineId, StageId},
    rules::{
        pace::{Arrival, Leg, arrivals},
        state::State,
    },
    schema::{runs, stages},
};

/// How many deployments that succeeded, and as many that failed, are looked at.
pub const MOST: i64 = 5_000;
/// How many that reached a last stage are.
const ARRIVED: i64 = 300;
/// How many runs of these.
const LEGS: i64 = 6_000;

/// What ended since an instant.
#[derive(Debug, Clone)]
pub struct Pace {
    /// When each ended, newest first.
    pub succeeded: Vec<NaiveDateTime>,
    pub failed: Vec<NaiveDateTime>,
    /// The versions that came to a last stage for the first time, earliest first.
    pub arrivals: Vec<Arrival>,
    /// Whether only the newest of them were looked at.
    pub arrivals_cut: bool,
}

impl Pace {
    /// That of the runs that a person may see; none where nothing ended.
    pub fn of(conn: &mut Conn, scope: &Scope, since: NaiveDateTime) -> Result<Option<Pace>, Error> {
        let succeeded = ended(conn, scope, State::Succeeded, since)?;
        let failed = ended(conn, scope, State::Failed, since)?;
        if succeeded.is_empty() && failed.is_empty() {
            return Ok(None);
        }
        let (legs, arrivals_cut) = legs(conn, scope, since)?;
        Ok(Some(Pace { succeeded, failed, arrivals: arrivals(legs, since), arrivals_cut }))
    }

    /// Whether there may be more than was looked at.
    pub fn is_cut(&self) -> bool {
        [&self.succeeded, &self.failed].iter().any(|all| i64::try_from(all.len()).is_ok_and(|count| count >= MOST))
    }
}

// By state and end, of which an index has all that is asked for.
fn ended(conn: &mut Conn, scope: &Scope, state: State, since: NaiveDateTime) -> Result<Vec<NaiveDateTime>, Error> {
    let these = runs::state.eq(state).and(runs::ended_at.ge(since));
    let mut query = runs::table.select(runs::ended_at.assume_not_null()).into_boxed::<MultiBackend>().filter(these);
    if let Scope::Some(pipelines) = scope {
        query = query.filter(runs::pipeline_id.eq_any(ids(pipelines)));
    }
    Ok(query.order(runs::ended_at.desc()).limit(MOST).load(conn)?)
}

/// What is on its way: a pipeline's own way, even where two move the same package.
type Version = (PipelineId, ArtifactId);

/// A run, as far as its way is measured.
#[derive(HasQuery)]
#[diesel(table_name = runs)]
struct Ran {
    pipeline_id: PipelineId,
    artifact_id: Option<ArtifactId>,
    stage_id: StageId,
    state: State,
    started_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
}

// All runs of the versions that reached a last stage, and whether there were more than are looked at.
fn legs(conn: &mut Conn, scope: &Scope, since: NaiveDateTime) -> Result<(Vec<Leg<Version>>, bool), Error> {
    let last = last_stages(conn, scope)?;
    let these = runs::state.eq(State::Succeeded).and(runs::ended_at.ge(since));
    let there = runs::table.filter(these.and(runs::stage_id.eq_any(&last)));
    let versions = there.order(runs::ended_at.desc()).limit(ARRIVED).select((runs::pipeline_id, runs::artifact_id));
    let versions: Vec<(PipelineId, Option<ArtifactId>)> = versions.load(conn)?;
    let reached = |count: usize, most: i64| i64::try_from(count).is_ok_and(|count| count >= most);
    let many = reached(versions.len(), ARRIVED);
    let versions: HashSet<Version> = versions.into_iter().filter_map(|(pipeline, of)| Some((pipeline, of?))).collect();
    let artifacts: HashSet<ArtifactId> = versions.iter().map(|(_, artifact)| *artifact).collect();
    let theirs = Ran::query().filter(runs::artifact_id.eq_any(artifacts));
    let ran: Vec<Ran> = theirs.order(runs::id).limit(LEGS).load(conn)?;
    let cut = many || reached(ran.len(), LEGS);
    let legs = ran.into_iter().filter_map(|run| run.leg(&last));
    Ok((legs.filter(|leg| versions.contains(&leg.version)).collect(), cut))
}

impl Ran {
    fn leg(self, last: &HashSet<StageId>) -> Option<Leg<Version>> {
        let arrived = self.ended_at.filter(|_| self.state == State::Succeeded && last.contains(&self.stage_id));
        Some(Leg { version: (self.pipeline_id, self.artifact_id?), started: self.started_at, arrived })
    }
}

// The stages that none follows.
fn last_stages(conn: &mut Conn, scope: &Scope) -> Result<HashSet<StageId>, Error> {
    let live = stages::table.filter(stages::retired_at.is_null());
    let mut live = live.select((stages::id, stages::previous_stage_id)).into_boxed::<MultiBackend>();
    if let Scope::Some(pipelines) = scope {
        live = live.filter(stages::pipeline_id.eq_any(ids(pipelines)));
    }
    let live: Vec<(StageId, Option<StageId>)> = live.load(conn)?;
    let followed: HashSet<StageId> = live.iter().filter_map(|(_, previous)| *previous).collect();
    Ok(live.into_iter().map(|(stage, _)| stage).filter(|stage| !followed.contains(stage)).collect())
}
