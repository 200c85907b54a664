//! Turns: an operation that was claimed, asked of its platform, and what it answered written down, and those that follow
//! from it, on one thread under one heartbeat.

use std::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use tracing::Instrument;

use super::{acts, held::Held, outcomes};
use crate::{
    app::App,
    db::apart,
    models::operation::{Operation, Then},
    platform::{self, Platform, PlatformError, Progress},
};

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
    let held = Held::new(&operation);
    let work = apart(one_after_another(app.clone(), operation, held.clone()).in_current_span());
    // Where the claim is lost, others have it now, and what is still written here is refused.
    let ended = match select(pin!(work), pin!(held.beat(app))).await {
        Either::Left((ended, _)) => ended,
        Either::Right((lost, _)) => Err(lost),
    };
    if let Err(error) = ended {
        tracing::error!(error = %error, "turns ended before their end");
    }
}

async fn one_after_another(app: App, operation: Operation, held: Held) {
    let (mut next, mut taken) = (Some(operation), 0);
    while let Some(operation) = next.take() {
        held.have(&operation);
        taken += 1;
        let goes_on = taken < IN_A_ROW && !app.stop.asked();
        let turn = Turn { app: &app, operation: &operation, goes_on };
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
    let written = match acts::of(app, operation).await {
        Ok(asked) => {
            let answer = ask(app, &asked, operation.handle.as_deref()).await;
            outcomes::write(turn, &asked.act, answer).await
        }
        Err(error) => outcomes::fault(turn, &error).await,
    };
    written.unwrap_or_else(|error| {
        tracing::error!(error = %error, "a turn could not be written down");
        None
    })
}

async fn ask(app: &App, operation: &platform::Operation, handle: Option<&str>) -> Result<Progress, PlatformError> {
    let platform: &dyn Platform = app.platforms.embedded();
    let asked = async {
        match handle {
            None => platform.start(operation).await,
            Some(handle) => platform.poll(operation, Some(handle)).await,
        }
    };
    let silent = |_| Err(PlatformError::Unknown { message: "there was no answer in ten minutes".into() });
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(silent)
}
