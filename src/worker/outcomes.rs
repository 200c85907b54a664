//! What a platform answered, written down: the operation and what follows from it in one transaction.

use chrono::TimeDelta;

use super::{acts, sightings};
use crate::{
    app::App,
    db::{self, Conn, unblocked},
    error::Error,
    models::{
        artifact::{Artifact, Described, NewArtifact},
        operation::Operation,
        run::{Failure, Live, Run},
        sighting::Sighting,
    },
    package::{Package, checks::Checks, version::Version},
    platform::{Outcome, PlatformError, Progress},
    rules::connections::Connections,
};

/// How often an operation is tried before it is given up.
const MOST_ATTEMPTS: i32 = 8;
/// The longest wait before the next try, in seconds.
const LONGEST_WAIT: i64 = 60;

type Asked = Result<Result<Progress, PlatformError>, Error>;

/// Writes down what came of one turn.
pub async fn write(app: &App, operation: &Operation, asked: Asked) -> Result<(), Error> {
    match asked {
        Ok(Ok(Progress::Running { handle, percent, message, next_poll })) => {
            let (operation, seconds) = (operation.clone(), i64::try_from(next_poll.as_secs()).unwrap_or(LONGEST_WAIT));
            let percent = percent.map(i32::from);
            app.db
                .write(move |c| {
                    let due = db::clock(c)? + TimeDelta::seconds(seconds);
                    operation.put_off(c, Some(&handle), percent, &message, due)
                })
                .await
        }
        Ok(Ok(Progress::Done(outcome))) => match done(app, operation, outcome).await {
            Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => {
                again(app, operation, internal(&error), None).await
            }
            written => written,
        },
        Ok(Ok(Progress::Failed(error))) => failed(app, operation, error).await,
        Ok(Err(PlatformError::Busy { retry_after })) => {
            again(app, operation, PlatformError::Busy { retry_after }, i64::try_from(retry_after).ok()).await
        }
        Ok(Err(error @ (PlatformError::Unreachable { .. } | PlatformError::Unknown { .. }))) => {
            again(app, operation, error, None).await
        }
        Ok(Err(error)) => failed(app, operation, error).await,
        Err(error) => again(app, operation, internal(&error), None).await,
    }
}

async fn done(app: &App, operation: &Operation, outcome: Outcome) -> Result<(), Error> {
    let text = serde_json::to_string(&outcome)?;
    match outcome {
        Outcome::Exported { solution, managed, unmanaged } => {
            let described = match operation.run_id {
                Some(_) => describe(app, &managed).await?,
                None => Described::default(),
            };
            end(app, operation, text, move |c, operation, run| {
                let seen = sightings::seen(&solution);
                Sighting::write(c, operation.environment_id, &seen)?;
                let Some(run) = run else { return Ok(None) };
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
        Outcome::Checked { checks } if operation.lane => rechecked(app, operation, text, checks).await,
        Outcome::Checked { checks } => {
            let probe = app.platforms.embedded().probe(operation.environment_id).await;
            let takes: Option<Version> = probe.ok().and_then(|probe| probe.version.parse().ok());
            end(app, operation, text, move |c, _, run| match run {
                Some(run) => run.validated(c, &checks, takes.as_ref()).map(|()| None),
                None => Ok(None),
            })
            .await
        }
        Outcome::Imported { solution } | Outcome::VersionSet { solution } => {
            end(app, operation, text, move |c, operation, run| {
                Sighting::write(c, operation.environment_id, &sightings::seen(&solution))?;
                run.map_or(Ok(()), |run| run.imported(c)).map(|()| None)
            })
            .await
        }
        Outcome::Uninstalled => {
            end(app, operation, text, |_, _, _| Ok(None)).await?;
            sightings::refresh(app, operation.environment_id).await
        }
    }
}

// The last look before the target is touched, with the lane in hand.
async fn rechecked(app: &App, operation: &Operation, text: String, checks: Checks) -> Result<(), Error> {
    let (at, platform) = (operation.environment_id, app.platforms.embedded());
    let asked = async { Ok((platform.probe(at).await?, platform.connections(at).await?)) };
    let (probe, connections): (_, Connections) = match asked.await {
        Ok(asked) => asked,
        Err(PlatformError::Busy { retry_after }) => {
            let busy = PlatformError::Busy { retry_after };
            return again(app, operation, busy, i64::try_from(retry_after).ok()).await;
        }
        Err(error) => return failed(app, operation, error).await,
    };
    let takes: Option<Version> = probe.version.parse().ok();
    let intact = is_intact(app, operation).await?;
    end(app, operation, text, move |c, _, run| {
        let Some(run) = run else { return Ok(None) };
        let live = Live {
            checks: &checks,
            connections: &connections,
            takes: takes.as_ref(),
            region: &probe.region,
            managed: probe.managed,
            intact,
        };
        run.rechecked(c, &live)
    })
    .await
}

async fn is_intact(app: &App, operation: &Operation) -> Result<bool, Error> {
    let Some(run) = operation.run_id else { return Ok(true) };
    let artifact = app
        .db
        .read(move |c| match Run::by_id(c, run)?.artifact_id {
            Some(id) => Artifact::by_id(c, id),
            None => Err(Error::NotFound),
        })
        .await?;
    match app.artifacts.file(&acts::managed(&artifact)?).await {
        Ok(_) => Ok(true),
        // That nobody can look says nothing about the bytes.
        Err(error @ Error::Unavailable(_)) => Err(error),
        Err(_) => Ok(false),
    }
}

async fn describe(app: &App, managed: &crate::artifacts::Stored) -> Result<Described, Error> {
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

// What follows is told the run and answers with the operation that takes the lane over, if any.
async fn end(
    app: &App,
    operation: &Operation,
    outcome: String,
    follows: impl FnOnce(&mut Conn, &Operation, Option<&Run>) -> Result<Option<crate::id::OperationId>, Error>
    + Send
    + 'static,
) -> Result<(), Error> {
    let operation = operation.clone();
    let ended = app.db.write(move |c| {
        let run = operation.run_id.map(|run| Run::by_id(c, run)).transpose()?;
        let next = follows(c, &operation, run.as_ref())?;
        operation.end(c, Ok(&outcome), next)
    });
    ended.await?;
    app.wake.now();
    Ok(())
}

async fn failed(app: &App, operation: &Operation, error: PlatformError) -> Result<(), Error> {
    let operation = operation.clone();
    let written = app.db.write(move |c| {
        let run = operation.run_id.map(|run| Run::by_id(c, run)).transpose()?;
        operation.end(c, Err(&serde_json::to_string(&error)?), None)?;
        match run {
            Some(run) => run.operation_failed(c, operation.kind, &failure(&run, error)),
            None => Ok(()),
        }
    });
    written.await?;
    app.wake.now();
    Ok(())
}

async fn again(app: &App, operation: &Operation, error: PlatformError, wait: Option<i64>) -> Result<(), Error> {
    if operation.attempts >= MOST_ATTEMPTS {
        return failed(app, operation, error).await;
    }
    tracing::warn!(operation.id = %operation.id, error = %error, attempts = operation.attempts, "trying again later");
    let wait = wait.unwrap_or_else(|| 1_i64 << operation.attempts.clamp(0, 6)).clamp(1, LONGEST_WAIT);
    let operation = operation.clone();
    let message = format!("Trying again: {error}");
    app.db
        .write(move |c| {
            let due = db::clock(c)? + TimeDelta::seconds(wait);
            operation.put_off(c, None, operation.percent, &message, due)
        })
        .await
}

// Told to people without its text, which is for the log only, unless it was made for them.
fn internal(error: &Error) -> PlatformError {
    if let Error::Unavailable(sentence) = error {
        return PlatformError::Unreachable { message: sentence.clone() };
    }
    tracing::error!(error = %error, "the worker failed");
    PlatformError::Unreachable { message: "a fault of Sluice; its log says more".into() }
}

fn failure(run: &Run, error: PlatformError) -> Failure {
    let message = error.to_string();
    let (code, advice, raw) = match error {
        PlatformError::Refused { code, raw, .. } => (code, "Mend what the sentence names, then Retry.", raw),
        PlatformError::Denied { .. } => {
            (String::new(), "Ask a System Administrator of the environment.", String::new())
        }
        _ => (String::new(), "Retry when the environment answers again.", String::new()),
    };
    let message = if message.is_empty() { format!("{} refused it.", run.target_name) } else { message };
    Failure { code, message, advice: advice.into(), raw }
}

fn size(bytes: u64) -> Result<i64, Error> {
    i64::try_from(bytes).map_err(|_| Error::internal("a package is larger than a number can be"))
}
