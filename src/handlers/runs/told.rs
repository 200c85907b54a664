//! What a run's page says in one sentence, and what to do about it.

use chrono::TimeDelta;

use crate::{
    db::Conn,
    error::Error,
    handlers::clock,
    models::{
        operation::{Line, Operation, OperationState},
        person::Person,
        reach::Reach,
        run::{Occupant, Run},
    },
    rules::{facts::Lane, rights::Right, state::State},
    web::time::wait,
};

/// When a deployment happens, as seen from its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    /// It has happened; something else may be there by now.
    Past,
    /// It is under review: Deploy does it.
    Present,
    /// It is still to come.
    Future,
}

/// What a deployment does in its target, without the full stop: `what` is a solution with its version, and `before` the
/// version that the target had, if any.
pub fn installs(tense: Tense, what: &str, version: &str, before: Option<&str>, target: &str) -> String {
    let (replaces, installed) = match tense {
        Tense::Past => ("replaced", "was installed"),
        Tense::Present => ("replaces", "will be installed"),
        Tense::Future => ("will replace", "will be installed"),
    };
    match before {
        Some(before) if before == version => format!("{what} {installed} in {target} again"),
        Some(before) => format!("{what} {replaces} {before} in {target}"),
        None => format!("{what} {installed} in {target} for the first time"),
    }
}

/// The verdict in one sentence, and what to do; the advice may be empty. Who has the right to deploy reviews what waits
/// for Deploy.
pub fn of(
    conn: &mut Conn,
    who: &Reach,
    right: Right,
    run: &Run,
    operation: Option<&Operation>,
) -> Result<(String, String), Error> {
    let (what, target) = (format!("{} {}", run.solution_display_name, run.version), &run.target_name);
    let installs = |tense| installs(tense, &what, &run.version, run.version_before.as_deref(), target);
    let trying = operation.filter(|one| one.attempts > 0 && !one.message.is_empty());
    let advice = trying.map(|one| format!("{} (try {})", one.message, one.attempts + 1)).unwrap_or_default();
    Ok(match run.state {
        State::Validating => (format!("{what} is being exported and checked against {target}."), advice),
        State::ValidationSucceeded => {
            let tense = if right >= Right::Run { Tense::Present } else { Tense::Future };
            (format!("{}.", installs(tense)), AWAITS_DEPLOY.into())
        }
        State::Scheduled => (scheduled(who, run, &installs(Tense::Future)), later(run)),
        State::Queued => (waits(conn, who, run, operation)?, advice),
        State::Deploying => match &run.canceled_by_name {
            Some(by) => (
                format!("{by} canceled {what} while it was being imported into {target}."),
                format!("{target} was asked to stop. If it is too late for that, the deployment continues. {advice}"),
            ),
            None => (format!("{what} is being imported into {target}."), advice),
        },
        State::Succeeded => (format!("{}.", installs(Tense::Past)), String::new()),
        State::Failed => (
            run.error_message.clone().unwrap_or_else(|| format!("{what} could not be deployed to {target}.")),
            run.error_advice.clone().unwrap_or_default(),
        ),
        State::Canceled => (canceled(run), String::new()),
    })
}

const AWAITS_DEPLOY: &str =
    "The check found no problems. Anyone who can run the pipeline can answer the open questions and choose Deploy.";

fn canceled(run: &Run) -> String {
    let target = &run.target_name;
    match &run.canceled_by_name {
        Some(by) => format!("{by} canceled it before anything was changed in {target}."),
        None => format!(
            "A newer run took its place, or nobody chose Deploy for seven days. Nothing was changed in {target}."
        ),
    }
}

fn scheduled(person: &Person, run: &Run, installs: &str) -> String {
    let when = run.schedule().map(|schedule| clock::of(person).ahead(schedule.at)).unwrap_or_default();
    format!("{installs} on {when}.")
}

fn later(run: &Run) -> String {
    let by = run.deployed_by_name.as_deref().unwrap_or(&run.started_by_name);
    format!(
        "Everything is checked again just before it starts, with the rights of {by}. If something stands in the way \
         then, the run fails."
    )
}

fn waits(conn: &mut Conn, who: &Reach, run: &Run, operation: Option<&Operation>) -> Result<String, Error> {
    let target = &run.target_name;
    if operation.is_some_and(|operation| operation.state == OperationState::Running) {
        return Ok(format!("{target} is being checked once more before the import."));
    }
    let occupant = Occupant::of(conn, run.target_environment_id)?;
    let Lane::Held(by) = Occupant::lane(occupant.as_ref(), who, Some(run.id)) else {
        return Ok(format!("Waiting for its turn in {target}."));
    };
    let line = operation.map(|operation| Line::before(conn, operation)).transpose()?;
    let more = match line.map_or(0, |line| line.waiting) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let takes = line.and_then(|line| line.takes).filter(|takes| *takes > TimeDelta::zero());
    let takes = takes.map(|takes| format!(" That probably takes about {}.", wait(takes))).unwrap_or_default();
    Ok(format!("Waiting until {target} is free, behind {by}{more}.{takes}"))
}
