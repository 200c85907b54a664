//! One turn: an operation that was claimed, asked of its platform, and what it answered written down, under a heartbeat.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use futures_util::future::{Either, select};
use tracing::Instrument;

use super::{acts, outcomes};
use crate::{
    app::App,
    error::Error,
    models::operation::{self, LEASE_SECONDS, Operation, Then},
    platform::{self, Platform, PlatformError, Progress},
};

/// How often a claim is renewed.
const HEARTBEAT: Duration = Duration::from_secs(6);
/// How soon a heartbeat that failed is tried again.
const NEXT_BEAT: Duration = Duration::from_secs(1);
/// How long a platform may take to answer one call: embedded environments do all they do in it.
const PATIENCE: Duration = Duration::from_secs(600);

/// How many operations are taken one after another before others that are due get their turn.
const IN_A_ROW: usize = 32;

/// One operation in the hands of this server.
pub struct Turn<'a> {
    pub app: &'a App,
    pub operation: &'a Operation,
    /// Whether there is time for another one after it.
    goes_on: bool,
}

impl Turn<'_> {
    /// Where the lane goes when the operation ends and nothing follows from it.
    pub fn lane_goes(&self) -> Then {
        if self.goes_on { Then::TakeNext } else { Then::LetGo }
    }
}

/// Takes a turn, and those of the operations that follow from it or waited for its lane, at once. Whatever goes wrong is
/// written down or, where even that fails, tried again by whom the lease passes to.
pub async fn carry_on(app: &App, operation: Operation) {
    let (mut next, mut taken) = (Some(operation), 0);
    while let Some(operation) = next.take() {
        taken += 1;
        let goes_on = taken < IN_A_ROW && !app.stop.asked();
        let turn = Turn { app, operation: &operation, goes_on };
        let kind = operation.kind.as_str();
        // As important as an error, so that every line that is logged at all is told with it.
        let span =
            tracing::error_span!("operation", operation.id = %operation.id, kind, run.id = tracing::field::Empty);
        if let Some(run) = operation.run_id {
            span.record("run.id", tracing::field::display(run));
        }
        next = take(&turn).instrument(span).await;
    }
}

async fn take(turn: &Turn<'_>) -> Option<Operation> {
    tracing::debug!("claimed");
    let Turn { app, operation, .. } = *turn;
    let done = async {
        let asked = match acts::of(app, operation).await {
            Ok(act) => ask(app, &act, operation.handle.as_deref()).await,
            Err(error) => Err(error),
        };
        outcomes::write(turn, asked).await
    };
    let written = match select(pin!(done), pin!(beat(app, operation))).await {
        Either::Left((written, _)) => written,
        Either::Right((lost, _)) => Err(lost),
    };
    written.unwrap_or_else(|error| {
        tracing::error!(error = %error, "a turn could not be written down");
        None
    })
}

async fn ask(
    app: &App,
    operation: &platform::Operation,
    handle: Option<&str>,
) -> Result<Result<Progress, PlatformError>, Error> {
    let platform: &dyn Platform = app.platforms.embedded();
    let asked = async {
        match handle {
            None => platform.start(operation).await,
            Some(handle) => platform.poll(operation, Some(handle)).await,
        }
    };
    let silent = |_| Err(PlatformError::Unknown { message: "there was no answer in ten minutes".into() });
    Ok(tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(silent))
}

// Ends only when the claim is lost: another worker has it, or it could not be renewed for as long as it holds.
async fn beat(app: &App, operation: &Operation) -> Error {
    let lease = Duration::from_secs(LEASE_SECONDS.unsigned_abs());
    let (mut renewed, mut pause) = (Instant::now(), HEARTBEAT);
    loop {
        tokio::time::sleep(pause).await;
        let (mine, asked) = (operation.clone(), Instant::now());
        match app.db.write(move |c| operation::renew(c, &mine)).await {
            Ok(true) => (renewed, pause) = (asked, HEARTBEAT),
            Ok(false) => return Error::Conflict("another worker has this operation now".into()),
            Err(error) if renewed.elapsed() > lease => return error,
            Err(_) => pause = NEXT_BEAT,
        }
    }
}
