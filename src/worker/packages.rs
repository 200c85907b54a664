//! Packages that nobody needs: retired as the settings say, and their bytes deleted a day later.

use std::{collections::HashSet, time::Duration};

use crate::{
    app::App,
    error::Error,
    models::retention::{self, references, removal},
    platform::embedded,
};

/// How old bytes are that a sweep deletes: older than any work that may still name them.
const OLD: Duration = Duration::from_secs(24 * 3600);

/// Does both where it is time.
pub async fn tidy(app: &App) -> Result<(), Error> {
    if app.db.write(retention::retires_now).await? {
        retire(app).await?;
    }
    if app.db.write(retention::sweeps_now).await? {
        sweep(app, OLD).await?;
    }
    Ok(())
}

/// Retires what the saved settings let go.
pub async fn retire(app: &App) -> Result<(), Error> {
    let sum = removal::tidy(&app.db).await?;
    if sum.count > 0 {
        tracing::info!(versions = sum.count, bytes = sum.bytes, "packages were retired");
    }
    Ok(())
}

/// Deletes bytes that nothing names and that are so old.
pub async fn sweep(app: &App, age: Duration) -> Result<(), Error> {
    let swept = app.artifacts.sweep(age, |hashes| named(app, hashes)).await?;
    if swept.packages > 0 {
        tracing::info!(packages = swept.packages, bytes = swept.bytes, "packages that nothing names were deleted");
    }
    Ok(())
}

// The open operations are read first: one that ends meanwhile has told rows by then what it brought.
async fn named(app: &App, hashes: Vec<String>) -> Result<HashSet<String>, Error> {
    let read = app.db.read(move |c| {
        let open = references::open_operations(c)?;
        let mut named = embedded::references::named(c, &hashes, &open)?;
        named.extend(references::named(c, &hashes)?);
        Ok(named)
    });
    read.await
}
