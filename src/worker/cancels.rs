//! Asking platforms to stop what somebody no longer wants: each in a task of its own, so that one that is slow or dead
//! never holds up the others.

use std::{collections::HashSet, time::Duration};

use tokio::task::JoinSet;

use super::acts;
use crate::{
    app::App,
    error::Error,
    id::OperationId,
    models::operation::Operation,
    platform::{Platform, PlatformError},
};

/// How soon a platform that could not be asked is asked again.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a platform may take to take note.
const PATIENCE: Duration = Duration::from_secs(30);

/// Those that are being passed on.
#[derive(Default)]
pub struct Cancels {
    tasks: JoinSet<OperationId>,
    under_way: HashSet<OperationId>,
}

impl Cancels {
    /// Begins to pass on those that nobody passes on yet.
    pub async fn begin(&mut self, app: &App) -> Result<(), Error> {
        while let Some(ended) = self.tasks.try_join_next() {
            match ended {
                Ok(id) => drop(self.under_way.remove(&id)),
                // Which one it was is not told: all are begun anew, and asking twice is as good as once.
                Err(_) => self.under_way.clear(),
            }
        }
        for operation in app.db.read(Operation::to_be_stopped).await? {
            if self.under_way.insert(operation.id) {
                let app = app.clone();
                self.tasks.spawn(async move {
                    let id = operation.id;
                    if !pass_on(&app, operation).await {
                        tokio::time::sleep(PAUSE).await;
                    }
                    id
                });
            }
        }
        Ok(())
    }
}

/// Passes on all, for those who cannot wait.
pub async fn pass_on_all(app: &App) -> Result<(), Error> {
    for operation in app.db.read(Operation::to_be_stopped).await? {
        pass_on(app, operation).await;
    }
    Ok(())
}

// Whether it was passed on; what was not still is to be.
async fn pass_on(app: &App, operation: Operation) -> bool {
    let asked = ask(app, &operation).await;
    if let Err(error) = &asked {
        tracing::warn!(operation.id = %operation.id, error = %error, "an environment could not be asked to stop");
    }
    asked.is_ok()
}

async fn ask(app: &App, operation: &Operation) -> Result<(), Error> {
    let (act, _) = acts::of(app, operation, None).await?;
    let platform: &dyn Platform = app.platforms.embedded();
    let asked = tokio::time::timeout(PATIENCE, platform.cancel(&act, operation.handle.as_deref())).await;
    match asked.unwrap_or_else(|_| Err(PlatformError::Unknown { message: "there was no answer".into() })) {
        Err(
            error @ (PlatformError::Busy { .. } | PlatformError::Unreachable { .. } | PlatformError::Unknown { .. }),
        ) => return Err(Error::Conflict(error.to_string())),
        // It goes on then, and the run with it.
        Err(refusal) => tracing::info!(operation.id = %operation.id, error = %refusal, "an environment does not stop"),
        Ok(()) => (),
    }
    let id = operation.id;
    app.db.write(move |c| Operation::was_asked_to_stop(c, id)).await?;
    app.wake.now();
    Ok(())
}
