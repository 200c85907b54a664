//! The worker: claims what is due, asks the platforms, and calls the models' verbs. It decides nothing itself.

mod acts;
mod outcomes;
mod sightings;
mod stop;
mod validations;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::{Either, select};
pub use stop::Stop;
use tokio::{sync::Notify, task::JoinSet};
use tracing::Instrument;

use crate::{
    app::App,
    error::Error,
    models::{
        operation::{self, Operation},
        run::Run,
        session::Session,
        sign_in::Attempt,
    },
    platform::{Platform, PlatformError, Progress},
};

/// How many operations one server has under way at a time.
const AT_ONCE: usize = 4;
/// How often the worker looks even when nobody woke it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often a claim is renewed.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How often what does not hurry is done: expired runs, ended sessions, old attempts to sign in, sightings.
const TIDY_EVERY: Duration = Duration::from_secs(300);
/// How long a turn that is under way may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(30);

/// Lets the worker know that there is something to do. Cheap to clone.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Says that something became due.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

/// Works until the server is to stop: then nothing more is begun, turns under way come to their end, and what takes too
/// long is left to other servers at once.
pub async fn work(app: App) {
    let stop = app.stop.clone();
    let holder = uuid::Uuid::new_v4().to_string();
    let mut under_way = JoinSet::new();
    let mut tidied: Option<Instant> = None;
    while !stop.asked() {
        while under_way.try_join_next().is_some() {}
        if tidied.is_none_or(|at| at.elapsed() > TIDY_EVERY) {
            tidied = Some(Instant::now());
            told("tidying", tidy(&app).await);
        }
        told("validating records", validations::pending(&app).await);
        while under_way.len() < AT_ONCE && !stop.asked() {
            match claim(&app, &holder).await {
                Ok(Some(operation)) => {
                    let app = app.clone();
                    under_way.spawn(async move { carry_on(&app, operation).await });
                }
                Ok(None) => break,
                Err(error) => {
                    told("claiming", Err(error));
                    break;
                }
            }
        }
        let (woken, stopped) = (std::pin::pin!(app.wake.0.notified()), std::pin::pin!(stop.wait()));
        let woken = select(woken, stopped);
        if under_way.is_empty() {
            let _ = tokio::time::timeout(LOOK_EVERY, woken).await;
        } else {
            let ended = std::pin::pin!(under_way.join_next());
            let _ = tokio::time::timeout(LOOK_EVERY, select(woken, ended)).await;
        }
    }
    told("stopping", end(&app, holder, under_way).await);
}

async fn end(app: &App, holder: String, mut under_way: JoinSet<()>) -> Result<(), Error> {
    let ended = tokio::time::timeout(GRACE, async { while under_way.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!(turns = under_way.len(), "not all turns ended in time; others go on with them");
        under_way.abort_all();
    }
    app.db.write(move |c| operation::give_back(c, &holder)).await.map(|_| ())
}

/// Does everything that is due now, and what becomes due by it, for those who cannot wait.
pub async fn run_pending(app: &App) -> Result<(), Error> {
    validations::pending(app).await?;
    while let Some(operation) = claim(app, "at once").await? {
        carry_on(app, operation).await;
    }
    Ok(())
}

/// Reads anew what the environments have.
pub async fn refresh_sightings(app: &App) -> Result<(), Error> {
    sightings::refresh_all(app).await
}

async fn tidy(app: &App) -> Result<(), Error> {
    app.db.write(Run::expire).await?;
    app.db.write(|c| Ok(Session::purge(c)? + Attempt::purge(c)?)).await?;
    sightings::refresh_all(app).await
}

async fn claim(app: &App, holder: &str) -> Result<Option<Operation>, Error> {
    let holder = holder.to_owned();
    app.db.write(move |c| operation::claim_next(c, &holder)).await
}

// One turn of one operation. Whatever goes wrong is written down or, where even that fails, tried by whom the lease
// passes to.
async fn carry_on(app: &App, operation: Operation) {
    let kind = operation.kind.as_str();
    // As important as an error, so that every line that is logged at all is told with it.
    let span = tracing::error_span!("operation", operation.id = %operation.id, kind, run.id = tracing::field::Empty);
    if let Some(run) = operation.run_id {
        span.record("run.id", tracing::field::display(run));
    }
    turn(app, operation).instrument(span).await;
}

async fn turn(app: &App, operation: Operation) {
    tracing::debug!("claimed");
    let turn = async {
        let begun = Instant::now();
        let progress = match acts::of(app, &operation).await {
            Ok(act) => ask(app, &act, operation.handle.as_deref()).await,
            Err(error) => Err(error),
        };
        app.metrics.step(operation.kind.as_str(), result(&progress), begun.elapsed());
        outcomes::write(app, &operation, progress).await
    };
    let heartbeat = beat(app, &operation);
    let written = match select(std::pin::pin!(turn), std::pin::pin!(heartbeat)).await {
        Either::Left((written, _)) => written,
        Either::Right((lost, _)) => lost,
    };
    if let Err(error) = written {
        tracing::error!(error = %error, "an operation could not be written down");
    }
}

// What came of a turn, in a word for the metrics.
fn result(asked: &Result<Result<Progress, PlatformError>, Error>) -> &'static str {
    match asked {
        Ok(Ok(Progress::Running { .. })) => "goes_on",
        Ok(Ok(Progress::Done(_))) => "succeeded",
        Ok(Ok(Progress::Failed(_)) | Err(PlatformError::Refused { .. } | PlatformError::Denied { .. })) => "failed",
        Ok(Err(_)) | Err(_) => "tries_again",
    }
}

async fn ask(
    app: &App,
    operation: &crate::platform::Operation,
    handle: Option<&str>,
) -> Result<Result<Progress, crate::platform::PlatformError>, Error> {
    let platform: &dyn Platform = app.platforms.embedded();
    Ok(match handle {
        None => platform.start(operation).await,
        Some(handle) => platform.poll(operation, Some(handle)).await,
    })
}

// Ends only when the claim is lost.
async fn beat(app: &App, operation: &Operation) -> Result<(), Error> {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let mine = operation.clone();
        if !app.db.write(move |c| operation::renew(c, &mine)).await? {
            return Err(Error::Conflict("another worker has this operation now".into()));
        }
    }
}

fn told(what: &str, done: Result<(), Error>) {
    if let Err(error) = done {
        tracing::error!(error = %error, "{what} failed");
    }
}
