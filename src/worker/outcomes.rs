//! What a platform answered, written down: the operation and what follows from it in one transaction.

use std::time::Duration;

use chrono::TimeDelta;

use super::{
    acts::Carried,
    sightings,
    turn::{Taken, Turn},
};
use crate::{
    app::App,
    artifacts,
    db::{self, Conn, unblocked},
    error::Error,
    models::{
        artifact::{Described, NewArtifact},
        operation::{Far, NewOperation, Operation, OperationKind, Then},
        run::{Failure, Live, Run},
        sighting::Sighting,
    },
    package::{Package, checks::Checks, version::Version},
    platform::{Act, Outcome, PlatformError, Progress},
    rules::{
        connections::Connections,
        retries::{Next, Trouble, next},
    },
};

/// The longest time between two polls.
const LONGEST_POLL: TimeDelta = TimeDelta::seconds(60);

/// Writes down what the platform answered to this act.
pub async fn write(turn: &Turn<'_>, answer: Result<Progress, PlatformError>) -> Result<Taken, Error> {
    match answer {
        Ok(Progress::Running { handle, percent, message, next_poll }) => {
            let percent = percent.map(i32::from);
            goes_on(turn, handle, percent, message, next_poll).await
        }
        Ok(Progress::Done(outcome)) => match done(turn, outcome).await {
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => fault(turn, &error).await,
            written => written,
        },
        Ok(Progress::Failed(error)) => failed(turn, error).await,
        Err(error) => again(turn, error).await,
    }
}

/// Writes down that a fault of ours or of the machine ended the turn.
pub async fn fault(turn: &Turn<'_>, error: &Error) -> Result<Taken, Error> {
    again(turn, internal(error)).await
}

async fn goes_on(
    turn: &Turn<'_>,
    handle: String,
    percent: Option<i32>,
    message: String,
    next_poll: Duration,
) -> Result<Taken, Error> {
    if let Some(late) = too_long(turn).await? {
        return failed(turn, late).await;
    }
    let operation = turn.operation.clone();
    let poll = TimeDelta::from_std(next_poll).unwrap_or(LONGEST_POLL).min(LONGEST_POLL);
    let written = turn.app.db.write(move |c| {
        let due = db::clock(c)? + poll;
        operation.goes_on(c, &handle, &Far { percent, message: &message }, due)
    });
    written.await.map(|()| Taken::default())
}

// What an operation that has used up its time fails with.
async fn too_long(turn: &Turn<'_>) -> Result<Option<PlatformError>, Error> {
    let Some(started) = turn.operation.started_at else { return Ok(None) };
    let took = turn.app.db.read(|c| Ok(db::clock(c)?)).await? - started;
    let limit = turn.operation.kind.limit();
    Ok((took > limit).then(|| PlatformError::TooLong { hours: limit.num_hours() }))
}

async fn done(turn: &Turn<'_>, outcome: Outcome) -> Result<Taken, Error> {
    let text = serde_json::to_string(&outcome)?;
    match outcome {
        Outcome::Exported { solution, managed, unmanaged } => {
            let described = match turn.operation.run_id {
                Some(_) => describe(turn.app, &managed).await?,
                None => Described::default(),
            };
            end(turn, text, move |c, operation, carried| {
                let seen = sightings::seen(&solution);
                Sighting::write(c, operation.environment_id, &seen)?;
                let Some(Carried { run, .. }) = carried else { return Ok(None) };
                let artifact = NewArtifact {
                    source: operation.environment_id,
                    unique_name: &solution.unique_name,
                    display_name: &solution.display_name,
                    publisher: &solution.publisher.display_name,
                    version: &solution.version,
                    managed: (managed.hash.as_str(), size(managed.size)?),
                    unmanaged: (unmanaged.hash.as_str(), size(unmanaged.size)?),
                    described: &described,
                };
                run.exported(c, &artifact).map(|()| None)
            })
            .await
        }
        Outcome::Checked { checks } if turn.operation.lane => rechecked(turn, text, checks).await,
        Outcome::Checked { checks } => {
            let probe = turn.app.platforms.embedded().probe(turn.operation.environment_id).await;
            let takes: Option<Version> = probe.ok().and_then(|probe| probe.version.parse().ok());
            end(turn, text, move |c, _, carried| match carried {
                Some(carried) => carried.run.validated(c, &checks, takes.as_ref()).map(|()| None),
                None => Ok(None),
            })
            .await
        }
        Outcome::Imported { solution } | Outcome::VersionSet { solution } => {
            end(turn, text, move |c, operation, carried| {
                Sighting::write(c, operation.environment_id, &sightings::seen(&solution))?;
                carried.map_or(Ok(()), |carried| carried.run.imported(c, carried.artifact()?)).map(|()| None)
            })
            .await
        }
        Outcome::Uninstalled => {
            let gone = end(turn, text, |c, operation, _| {
                let Act::Uninstall { solution } = serde_json::from_str(&operation.input)? else { return Ok(None) };
                Sighting::remove(c, operation.environment_id, &solution).map(|()| None)
            });
            let taken = gone.await?;
            // Whoever read the environment a moment before may have written that it is still there. It is read anew soon in
            // any case; what follows is in hand already.
            if let Err(error) = sightings::refresh(turn.app, turn.operation.environment_id).await {
                tracing::warn!(error = %error, "the solutions could not be read after an uninstall");
            }
            Ok(taken)
        }
    }
}

// The last look before the target is touched, with the lane in hand.
async fn rechecked(turn: &Turn<'_>, text: String, checks: Checks) -> Result<Taken, Error> {
    let (at, platform) = (turn.operation.environment_id, turn.app.platforms.embedded());
    let asked = async { Ok((platform.probe(at).await?, platform.connections(at).await?)) };
    let (probe, connections): (_, Connections) = match asked.await {
        Ok(asked) => asked,
        Err(error) => return again(turn, error).await,
    };
    let takes: Option<Version> = probe.version.parse().ok();
    let ways = turn.ways.clone();
    end(turn, text, move |c, _, carried| {
        let Some(carried) = carried else { return Ok(None) };
        let artifact = carried.artifact()?;
        let live = Live {
            artifact,
            ways: &ways,
            checks: &checks,
            connections: &connections,
            takes: takes.as_ref(),
            region: &probe.region,
            managed: probe.managed,
        };
        let follows = carried.run.rechecked(c, &live)?;
        Ok(follows.map(|(operation, run)| (operation, Carried::new(run, artifact))))
    })
    .await
}

async fn describe(app: &App, managed: &artifacts::Stored) -> Result<Described, Error> {
    let (file, limits) = (app.artifacts.file(managed).await?, app.limits.clone());
    unblocked(move || {
        let package = Package::read(&file, &limits).map_err(|e| Error::internal(e.to_string()))?;
        let manifest = package.manifest;
        Ok(Described {
            publisher: manifest.publisher.unique_name,
            package_version: manifest.package_version,
            organization_version: manifest.organization_version,
            schema_type: manifest.schema_type,
        })
    })
    .await
}

/// The operation that is to take the lane over, and its run as it is then.
type Follows = Option<(NewOperation, Carried)>;

// `follows` is told the run, and says which operation takes the lane over, if any.
async fn end(
    turn: &Turn<'_>,
    outcome: String,
    follows: impl FnOnce(&mut Conn, &Operation, Option<&Carried>) -> Result<Follows, Error> + Send + 'static,
) -> Result<Taken, Error> {
    let (operation, known, otherwise) = (turn.operation.clone(), turn.carried.clone(), turn.lane_goes());
    let ended = turn.app.db.write(move |c| {
        let carried = match known {
            Some(carried) => Some(carried),
            None => operation.run_id.map(|run| Carried::read(c, run)).transpose()?,
        };
        let (then, carried) = match follows(c, &operation, carried.as_ref())? {
            Some((next, carried)) => (Then::Follow(next), Some(carried)),
            None => (otherwise, None),
        };
        Ok((operation.end(c, Ok(&outcome), then)?, carried))
    });
    let (next, carried) = ended.await?;
    Ok(Taken { ended: Some("succeeded"), next, carried })
}

async fn failed(turn: &Turn<'_>, error: PlatformError) -> Result<Taken, Error> {
    let (operation, then) = (turn.operation.clone(), turn.lane_goes());
    let written = turn.app.db.write(move |c| {
        let why = serde_json::to_string(&error)?;
        // The run's row first, as who cancels takes it first.
        if let Some(run) = operation.run_id.map(|run| Run::by_id(c, run)).transpose()? {
            match error == PlatformError::Canceled && run.canceled_by_name.is_some() {
                true => run.stopped(c)?,
                // Stopped by others than people here, it has failed like anything else.
                false => run.operation_failed(c, operation.kind, &failure(&run, operation.kind, error))?,
            }
        }
        operation.end(c, Err(&why), then)
    });
    Ok(Taken { ended: Some("failed"), next: written.await?, carried: None })
}

// Tries again later, keeping the place in the lane, where that may help.
async fn again(turn: &Turn<'_>, error: PlatformError) -> Result<Taken, Error> {
    let Next::After(wait) = next(trouble(&error), turn.operation.attempts) else {
        return failed(turn, error).await;
    };
    if let Some(late) = too_long(turn).await? {
        return failed(turn, late).await;
    }
    tracing::warn!(error = %error, attempts = turn.operation.attempts, "trying again later");
    let operation = turn.operation.clone();
    let message = format!("Trying again: {error}");
    let written = turn.app.db.write(move |c| {
        let due = db::clock(c)? + wait;
        operation.tries_again(c, &message, due)
    });
    written.await.map(|()| Taken::default())
}

fn trouble(error: &PlatformError) -> Trouble {
    match error {
        PlatformError::Busy { retry_after } => Trouble::Busy { retry_after: *retry_after },
        PlatformError::Unreachable { .. } | PlatformError::Unknown { .. } => Trouble::NoAnswer,
        PlatformError::Denied { .. }
        | PlatformError::Refused { .. }
        | PlatformError::Damaged
        | PlatformError::Canceled
        | PlatformError::TooLong { .. } => Trouble::Refusal,
    }
}

// Told to people without its text, which is for the log only, unless it was made for them.
fn internal(error: &Error) -> PlatformError {
    if let Error::Unavailable(sentence) = error {
        return PlatformError::Unreachable { message: sentence.clone() };
    }
    tracing::error!(error = %error, "the worker failed");
    if artifacts::is_damage(error) {
        return PlatformError::Damaged;
    }
    PlatformError::Unreachable { message: "a fault of Sluice; its log says more".into() }
}

fn failure(run: &Run, kind: OperationKind, error: PlatformError) -> Failure {
    let target = &run.target_name;
    let message = error.to_string();
    let (code, advice, raw) = match error {
        PlatformError::Refused { code, raw, .. } => (code, "Mend what the sentence names, then Retry.".into(), raw),
        PlatformError::Denied { .. } => {
            (String::new(), "Ask a System Administrator of the environment.".into(), String::new())
        }
        PlatformError::Damaged => {
            let advice = "An operator can restore the package store from a backup. Then Retry.";
            (String::new(), advice.into(), String::new())
        }
        PlatformError::Unknown { .. } | PlatformError::TooLong { .. } if kind == OperationKind::Import => {
            let advice = format!("It may still have happened or happen: look what {target} has before you Retry.");
            (String::new(), advice, String::new())
        }
        _ => (String::new(), "Retry when the environment answers again.".into(), String::new()),
    };
    let message = if message.is_empty() { format!("{target} refused it.") } else { sentence(&message) };
    Failure { code, message, advice, raw }
}

// Beginning with a capital, and ended.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    first.chain(letters).chain(end.chars()).collect()
}

fn size(bytes: u64) -> Result<i64, Error> {
    i64::try_from(bytes).map_err(|_| Error::internal("a package is larger than a number can be"))
}
