//! Environments asked live, and what they answer put into words.

use crate::{
    app::App,
    db,
    error::Error,
    models::{
        environment::{Environment, PlatformKind},
        sighting::Seen,
    },
    platform::{Platform, PlatformError, SolutionDetails, SolutionSummary},
    web::text::sentence,
};

/// What an environment runs on.
pub fn platform<'a>(app: &'a App, environment: &Environment) -> &'a dyn Platform {
    match environment.platform {
        PlatformKind::Embedded => app.platforms.embedded(),
    }
}

/// A solution with all that it holds, as it is now.
///
/// # Errors
/// Not found where the environment has none of that name; a conflict where it does not answer.
pub async fn solution(app: &App, environment: &Environment, unique_name: &str) -> Result<SolutionDetails, Error> {
    let found = platform(app, environment).solution(environment.id, unique_name).await;
    found.map_err(|error| Error::Conflict(words(&error)))?.ok_or(Error::NotFound)
}

/// A solution as lists show it, as it is now.
///
/// # Errors
/// As for `solution`.
pub async fn summary(app: &App, environment: &Environment, unique_name: &str) -> Result<SolutionSummary, Error> {
    let named = |one: &SolutionSummary| db::fold(&one.unique_name) == db::fold(unique_name);
    solutions(app, environment).await?.into_iter().find(named).ok_or(Error::NotFound)
}

/// Every solution of an environment, as it is now.
///
/// # Errors
/// A conflict where it does not answer.
pub async fn solutions(app: &App, environment: &Environment) -> Result<Vec<SolutionSummary>, Error> {
    let found = platform(app, environment).solutions(environment.id).await;
    found.map_err(|error| Error::Conflict(words(&error)))
}

/// Why an environment did not do what was asked, as a sentence.
pub fn words(error: &PlatformError) -> String {
    sentence(&error.to_string())
}

/// The code of a refusal, for looking it up elsewhere.
pub fn code(error: &PlatformError) -> Option<&str> {
    match error {
        PlatformError::Refused { code, .. } => Some(code),
        _ => None,
    }
}

/// What was seen of a solution, for writing it down.
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
