//! A run as its page shows it.

use super::{
    acts::{Acts, Asks},
    badge::{self, Badge},
    found::{self, Found},
    told,
};
use crate::{
    db::Conn,
    error::Error,
    handlers::clock,
    models::{
        operation::Operation,
        person::Person,
        reach::Reach,
        run::{Case, Run, SeenRun, Step, StepKind},
    },
    rules::{rights::Right, schedule::Schedule, settings::DeploymentSettings, state::State},
    web::time::{Clock, Moment},
};

/// Everything that a run's page says.
pub struct RunView {
    pub run: Run,
    pub badge: Badge,
    /// One sentence: what happened, happens or is to be done.
    pub sentence: String,
    /// What to do about it; may be empty.
    pub advice: String,
    pub percent: Option<i32>,
    pub active: bool,
    /// After how many seconds to look again; none where nothing changes by itself.
    pub every: Option<u8>,
    /// For when it is or was scheduled, by whom.
    pub schedule: Option<ScheduleView>,
    /// When it was started, as one would say it now.
    pub begun: Moment,
    /// Whether the help page on its state is of use: it waits, or it failed.
    pub explains: bool,
    pub started: Moment,
    /// When somebody chose Deploy.
    pub deployed: Option<Moment>,
    pub ended: Option<Moment>,
    pub took: String,
    pub steps: Vec<StepView>,
    pub findings: Vec<Found>,
    /// What the run sets, for who may run the pipeline.
    pub settings: Option<DeploymentSettings>,
    pub managed: Option<PackageView>,
    pub unmanaged: Option<PackageView>,
    pub raw: Option<String>,
    pub acts: Acts,
    /// The deployment that waits for Deploy, for who may run the pipeline.
    pub case: Option<Case>,
}

/// A step as its list shows it.
pub struct StepView {
    pub badge: Badge,
    pub title: &'static str,
    pub message: String,
    /// None where the run ended before it.
    pub started: Option<Moment>,
    pub took: String,
}

/// The time for which somebody scheduled a run.
pub struct ScheduleView {
    pub at: String,
    pub by: String,
    /// The same as it was chosen, where that was in another zone.
    pub chosen: Option<String>,
}

/// One package of the artifact.
pub struct PackageView {
    pub hash: String,
    /// Enough of it to tell packages apart.
    pub short_hash: String,
    pub size: String,
    pub href: Option<String>,
    /// When retention removed it, if it did.
    pub removed: Option<String>,
}

impl RunView {
    /// The run as this person may see it now.
    pub fn of(conn: &mut Conn, who: &Reach, seen: &SeenRun) -> Result<RunView, Error> {
        let run = seen.run.clone();
        let clock = clock::of(who);
        // Only what is under way, or is about to be, has one.
        let operation = match run.state.is_at_work() || run.state == State::Queued {
            true => Operation::open_of_run(conn, run.id)?,
            false => None,
        };
        let (acts, case) = match run.state == State::ValidationSucceeded && seen.right() >= Right::Run {
            true => (Acts::simple(who, seen), Some(Asks::read(conn, who, seen)?.deployment(conn)?)),
            false => (Acts::of(conn, who, seen)?, None),
        };
        let (sentence, advice) = told::of(conn, who, seen.right(), &run, operation.as_ref())?;
        let schedule = run.schedule();
        let planned = badge::planned(&clock, run.state, schedule.map(|schedule| schedule.at));
        let active = !run.state.is_final() && !run.state.awaits_deploy() && planned.is_none();
        let steps = Step::of_run(conn, run.id)?;
        let downloads = super::downloads::allowed(who, &run);
        let removed = seen.artifact.as_ref().and_then(|artifact| artifact.retired_at);
        let package = |kind: &str, hash: &Option<String>, size: Option<i64>, may: bool| {
            hash.clone().map(|hash| PackageView {
                short_hash: short(&hash),
                hash,
                size: clock.locale.bytes(size.unwrap_or_default()),
                href: (may && removed.is_none()).then(|| format!("/runs/{}/packages/{kind}", run.id)),
                removed: removed.map(|at| clock.date(at)),
            })
        };
        Ok(RunView {
            badge: badge::of_state(run.state),
            sentence,
            advice,
            percent: operation.as_ref().and_then(|operation| operation.percent),
            every: every(active, planned.is_some()),
            active,
            schedule: schedule.map(|schedule| schedule_view(who, &clock, &run, schedule)),
            begun: clock.tell(run.started_at),
            explains: run.state.is_waiting() || run.state.awaits_deploy() || run.state == State::Failed,
            started: clock.record(run.started_at),
            deployed: run.deployed_at.map(|at| clock.record(at)),
            ended: run.ended_at.map(|at| clock.record(at)),
            took: clock.took(run.started_at, run.ended_at),
            steps: step_views(&clock, run.state, steps),
            findings: found::of(conn, who, &run)?,
            settings: if seen.right() >= Right::Run { Some(run.settings()?) } else { None },
            managed: package("managed", &run.managed_hash, run.managed_size, downloads.managed),
            unmanaged: package("unmanaged", &run.unmanaged_hash, run.unmanaged_size, downloads.unmanaged),
            raw: run.error_raw.clone().filter(|_| seen.right() >= Right::Manage),
            acts,
            case,
            run,
        })
    }
}

/// After how many seconds a page looks again at what moves, or at what only waits for its time.
pub fn every(moves: bool, waits: bool) -> Option<u8> {
    match (moves, waits) {
        (true, _) => Some(1),
        (false, true) => Some(10),
        (false, false) => None,
    }
}

fn schedule_view(person: &Person, clock: &Clock, run: &Run, schedule: Schedule) -> ScheduleView {
    let there = Clock::new(schedule.zone.name(), &person.locale, clock.now());
    ScheduleView {
        at: clock.when(schedule.at),
        by: run.scheduled_by_name.clone().unwrap_or_default(),
        chosen: (schedule.zone != person.zone()).then(|| there.when(schedule.at)),
    }
}

// Those that were taken, and after them those that a run which ended early did not reach.
fn step_views(clock: &Clock, state: State, steps: Vec<Step>) -> Vec<StepView> {
    let ended_early = matches!(state, State::Failed | State::Canceled);
    let order = [StepKind::Check, StepKind::Recheck, StepKind::Import];
    let ahead = order.into_iter().filter(|kind| ended_early && steps.iter().all(|step| step.kind != *kind));
    let ahead: Vec<_> = ahead.map(not_reached).collect();
    steps.into_iter().map(|step| step_view(clock, step)).chain(ahead).collect()
}

fn not_reached(kind: StepKind) -> StepView {
    let badge = badge::NOT_REACHED;
    StepView { badge, title: kind.label(), message: badge.label.to_owned(), started: None, took: String::new() }
}

fn step_view(clock: &Clock, step: Step) -> StepView {
    StepView {
        badge: badge::of_step(step.state),
        title: step.kind.label(),
        message: step.message,
        started: Some(clock.tell(step.started_at)),
        took: clock.took(step.started_at, step.ended_at),
    }
}

// Its first and last digits.
fn short(hash: &str) -> String {
    match (hash.get(..4), hash.len().checked_sub(4).and_then(|end| hash.get(end..))) {
        (Some(first), Some(last)) if hash.len() > 8 => format!("{first}…{last}"),
        _ => hash.to_owned(),
    }
}
