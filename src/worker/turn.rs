//! A turn: an operation that was claimed, asked of its platform, and what it answered written down.

use std::time::Duration;

use tracing::Instrument;

use super::{acts::Carried, outcomes};
use crate::{
    app::App,
    models::{
        operation::{Operation, Then},
        way::Ways,
    },
    platform::{self, Platform, PlatformError, Progress},
};

/// How long a platform may take to answer one call: embedded environments do all they do in it.
const PATIENCE: Duration = Duration::from_secs(600);

/// One operation in the hands of this server.
pub struct Turn<'a> {
    pub app: &'a App,
    pub operation: &'a Operation,
    /// Its run and artifact, where they were read in the same transaction.
    pub carried: Option<Carried>,
    /// The ways that were read in the same transaction.
    pub ways: Ways,
    /// Whether there is time for another one after it.
    pub goes_on: bool,
}

/// What became of a turn.
#[derive(Default)]
pub struct Taken {
    /// How the operation ended, in a word for metrics; none where it goes on or is tried again.
    pub ended: Option<&'static str>,
    /// The operation that follows and is claimed already.
    pub next: Option<Operation>,
    /// Its run as it is now, where the same turn has written that.
    pub carried: Option<Carried>,
}

impl Turn<'_> {
    /// Where the lane goes when the operation ends and nothing follows from it.
    pub fn lane_goes(&self) -> Then {
        if self.goes_on { Then::TakeNext } else { Then::LetGo }
    }

    /// Takes the turn of this act. Whatever goes wrong is written down or, where even that fails, tried again by whom the
    /// lease passes to.
    pub async fn take(&self, asked: &platform::Operation) -> Taken {
        let taken = async {
            tracing::debug!("claimed");
            let answer = ask(self.app, asked, self.operation.handle.as_deref()).await;
            written(outcomes::write(self, answer).await)
        };
        taken.instrument(self.span()).await
    }

    /// Writes down that it could not even be told what to ask.
    pub async fn fault(&self, error: &crate::error::Error) -> Taken {
        async { written(outcomes::fault(self, error).await) }.instrument(self.span()).await
    }

    // As important as an error, so that every line that is logged at all is told with it.
    fn span(&self) -> tracing::Span {
        let Operation { id, kind, run_id, .. } = self.operation;
        let kind = kind.as_str();
        let span = tracing::error_span!("operation", operation.id = %id, kind, run.id = tracing::field::Empty);
        if let Some(run) = run_id {
            span.record("run.id", tracing::field::display(run));
        }
        span
    }
}

fn written(taken: Result<Taken, crate::error::Error>) -> Taken {
    taken.unwrap_or_else(|error| {
        tracing::error!(error = %error, "a turn could not be written down");
        Taken::default()
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
