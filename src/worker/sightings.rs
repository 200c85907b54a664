//! Reading anew what environments have.

use crate::{
    app::App,
    error::Error,
    id::EnvironmentId,
    models::{
        environment::Environment,
        sighting::{Seen, Sighting},
    },
    platform::SolutionSummary,
};

/// Reads anew what every live environment has.
pub async fn refresh_all(app: &App) -> Result<(), Error> {
    let environments = app.db.read(Environment::with_solutions).await?;
    for environment in environments {
        if let Err(error) = refresh(app, environment.id).await {
            tracing::warn!(environment = environment.name, error = %error, "its solutions could not be read");
        }
    }
    Ok(())
}

/// Reads anew what one environment has.
pub async fn refresh(app: &App, at: EnvironmentId) -> Result<(), Error> {
    let solutions = app.platforms.embedded().solutions(at).await;
    let solutions = solutions.map_err(|error| Error::Conflict(error.to_string()))?;
    let seen: Vec<Seen> = solutions.iter().map(seen).collect();
    app.db.write(move |c| Sighting::replace(c, at, &seen)).await
}

/// What was seen of a solution.
pub fn seen(solution: &SolutionSummary) -> Seen {
    Seen {
        unique_name: solution.unique_name.clone(),
        display_name: solution.display_name.clone(),
        publisher: solution.publisher.display_name.clone(),
        version: solution.version.clone(),
        managed: solution.managed,
        system: solution.system,
        modified_at: solution.modified_at,
    }
}
