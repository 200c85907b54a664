//! A run as its page shows it.

use chrono::TimeDelta;

use super::{
    acts::Acts,
    badge::{self, Badge},
    found::{self, Found},
};
use crate::{
    db::Conn,
    error::Error,
    handlers::clock,
    models::{
        artifact::Artifact,
        operation::{Line, Operation, OperationState},
        person::Person,
        run::{Run, SeenRun, Step},
    },
    rules::{facts::Lane, rights::Right, schedule::Schedule, settings::DeploymentSettings, state::State},
    web::time::{Clock, Moment, wait},
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
    /// For when it is scheduled, while it is.
    pub planned: Option<String>,
    /// For when it is or was scheduled, by whom.
    pub schedule: Option<ScheduleView>,
    pub started: Moment,
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
}

/// A step as its list shows it.
pub struct StepView {
    pub badge: Badge,
    pub title: &'static str,
    pub message: String,
    pub started: Moment,
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
    pub size: String,
    pub href: Option<String>,
    /// When retention removed it, if it did.
    pub removed: Option<String>,
}

impl RunView {
    /// The run as this person may see it now.
    pub fn of(conn: &mut Conn, person: &Person, seen: &SeenRun) -> Result<RunView, Error> {
        let run = Run::by_id(conn, seen.run.id)?;
        let now = SeenRun { run: run.clone(), pipeline: seen.pipeline.clone() };
        let clock = clock::of(person);
        let operation = Operation::open_of_run(conn, run.id)?;
        let (sentence, advice) = told(conn, person, &run, operation.as_ref())?;
        let schedule = run.schedule();
        let planned = badge::planned(&clock, run.state, schedule.map(|schedule| schedule.at));
        let active = !run.state.is_final() && !run.state.awaits_deploy() && planned.is_none();
        let steps = Step::of_run(conn, run.id)?;
        let downloads = super::downloads::allowed(conn, person, &run)?;
        let artifact = run.artifact_id.map(|id| Artifact::by_id(conn, id)).transpose()?;
        let removed = artifact.and_then(|artifact| artifact.retired_at);
        let package = |kind: &str, hash: &Option<String>, size: Option<i64>, may: bool| {
            hash.clone().map(|hash| PackageView {
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
            planned,
            schedule: schedule.map(|schedule| schedule_view(person, &clock, &run, schedule)),
            started: clock.tell(run.started_at),
            deployed: run.deployed_at.map(|at| clock.tell(at)),
            ended: run.ended_at.map(|at| clock.tell(at)),
            took: clock.took(run.started_at, run.ended_at),
            steps: steps.into_iter().map(|step| step_view(&clock, step)).collect(),
            findings: found::of(conn, person, &run)?,
            settings: if seen.right() >= Right::Run { Some(run.settings()?) } else { None },
            managed: package("managed", &run.managed_hash, run.managed_size, downloads.managed),
            unmanaged: package("unmanaged", &run.unmanaged_hash, run.unmanaged_size, downloads.unmanaged),
            raw: run.error_raw.clone().filter(|_| seen.right() >= Right::Manage),
            acts: Acts::of(conn, person, &now)?,
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

fn step_view(clock: &Clock, step: Step) -> StepView {
    StepView {
        badge: badge::of_step(step.state),
        title: step.kind.label(),
        message: step.message,
        started: clock.tell(step.started_at),
        took: clock.took(step.started_at, step.ended_at),
    }
}

// The verdict in one sentence, and what to do.
fn told(conn: &mut Conn, person: &Person, run: &Run, operation: Option<&Operation>) -> Result<(String, String), Error> {
    let (what, target) = (format!("{} {}", run.solution_display_name, run.version), &run.target_name);
    let replaces = match &run.version_before {
        Some(before) if *before == run.version => format!("{what} is installed in {target} again"),
        Some(before) => format!("{what} replaces {before} in {target}"),
        None => format!("{what} is new in {target}"),
    };
    let trying = operation.filter(|one| one.attempts > 0 && !one.message.is_empty());
    let advice = trying.map(|one| format!("{} (try {})", one.message, one.attempts + 1)).unwrap_or_default();
    Ok(match run.state {
        State::Validating => (format!("{what} is being exported and checked against {target}."), advice),
        State::ValidationSucceeded => {
            (format!("{replaces}."), "The check found nothing that forbids it. Who may run the pipeline can answer what is open and choose Deploy.".into())
        }
        State::Scheduled => (scheduled(person, run, &replaces), later(run)),
        State::Queued => (waits(conn, person, run, operation)?, advice),
        State::Deploying => match &run.canceled_by_name {
            Some(by) => (
                format!("{by} canceled {what} while it was being imported into {target}."),
                format!(
                    "{target} is asked to stop. If it cannot any more, the deployment goes on to its end. {advice}"
                ),
            ),
            None => (format!("{what} is being imported into {target}."), advice),
        },
        State::Succeeded => (format!("{replaces}."), String::new()),
        State::Failed => (
            run.error_message.clone().unwrap_or_else(|| format!("{what} could not be deployed to {target}.")),
            run.error_advice.clone().unwrap_or_default(),
        ),
        State::Canceled => {
            let by = run.canceled_by_name.as_deref();
            let sentence = match by {
                Some(by) => format!("{by} canceled it before anything was changed in {target}."),
                None => format!("It was replaced or waited too long for Deploy; nothing was changed in {target}."),
            };
            (sentence, String::new())
        }
    })
}

fn scheduled(person: &Person, run: &Run, replaces: &str) -> String {
    let when = run.schedule().map(|schedule| clock::of(person).ahead(schedule.at)).unwrap_or_default();
    format!("{replaces} on {when}.")
}

fn later(run: &Run) -> String {
    let by = run.deployed_by_name.as_deref().unwrap_or(&run.started_by_name);
    format!("All rules are asked again then, for {by}, who pressed Deploy. What forbids it then fails the run.")
}

fn waits(conn: &mut Conn, person: &Person, run: &Run, operation: Option<&Operation>) -> Result<String, Error> {
    let target = &run.target_name;
    if operation.is_some_and(|operation| operation.state == OperationState::Running) {
        return Ok(format!("{target} is being checked once more before the import."));
    }
    let Lane::Held(by) = crate::models::run::lane_of(conn, person, run)? else {
        return Ok(format!("Waits for its turn in {target}."));
    };
    let line = operation.map(|operation| Line::before(conn, operation)).transpose()?;
    let more = match line.map_or(0, |line| line.waiting) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let takes = line.and_then(|line| line.takes).filter(|takes| *takes > TimeDelta::zero());
    let takes = takes.map(|takes| format!(" That probably takes about {}.", wait(takes))).unwrap_or_default();
    Ok(format!("Waits until {target} is free, behind {by}{more}.{takes}"))
}
