//! Scheduled runs: lets go on those whose time has come.

use crate::{app::App, error::Error, models::run::Run};

/// Lets all go on that are due, each in a transaction of its own: one that cannot go on holds up no other.
pub async fn due(app: &App) -> Result<(), Error> {
    for id in app.db.read(Run::due).await? {
        if let Err(error) = app.db.write(move |c| Run::start_due(c, id)).await {
            tracing::error!(run = %id, error = %error, "a run whose time has come could not go on");
        }
    }
    Ok(())
}
