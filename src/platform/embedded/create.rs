//! Creating an empty solution: a package with nothing in it, imported where no solution has its name.

use std::sync::Arc;

use super::{
    Change, Embedded, Survey,
    home::{self, Home},
    import, read,
    solution::Installed,
    stop::{self, Stop, refuse},
};
use crate::{
    artifacts::{Spooled, Stored},
    db::{Conn, unblocked},
    error::Error,
    id::EnvironmentId,
    package::{Builder, Package, Publisher, version::Version},
    platform::{Outcome, PlatformError, SolutionSummary},
    rules::settings::DeploymentSettings,
};

/// An empty solution to create.
#[derive(Debug, Clone)]
pub struct NewSolution {
    pub unique_name: String,
    pub display_name: String,
    pub description: String,
    pub publisher: Publisher,
    pub version: Version,
}

impl NewSolution {
    /// What the package reader does not mind: texts that would make XML which others refuse.
    fn check(&self) -> Result<(), PlatformError> {
        let plain = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
        let prose = |text: &str| !text.contains(|c: char| c.is_control() && !c.is_whitespace());
        let sentence = match self {
            _ if !plain(&self.display_name) => "Enter a display name without special characters.",
            _ if !prose(&self.description) => "Enter a description without special characters.",
            _ if !plain(&self.publisher.display_name) => "Enter a publisher’s name without special characters.",
            _ if self.publisher.prefix.is_empty() => "Enter a publisher’s prefix of letters and digits.",
            _ => return Ok(()),
        };
        Err(PlatformError::refused("invalid-text", sentence))
    }
}

impl Embedded {
    /// Creates an empty unmanaged solution.
    ///
    /// # Errors
    /// A refusal where the environment has a solution of this unique name, or a name cannot be one.
    pub async fn create(&self, at: EnvironmentId, new: &NewSolution) -> Result<SolutionSummary, PlatformError> {
        match self.created(at, new).await {
            Ok(Outcome::Imported { solution }) => Ok(solution),
            Ok(other) => Err(stop::unreachable(Error::internal(format!("creating a solution brought {other:?}")))),
            Err(Stop::Refused(error)) => Err(error),
            Err(Stop::Failed(error)) => Err(stop::unreachable(error)),
        }
    }

    async fn created(&self, at: EnvironmentId, new: &NewSolution) -> Result<Outcome, Stop> {
        let (this, new) = (self.clone(), new.clone());
        let (package, spooled) = unblocked(move || Ok(this.built(&new))).await??;
        let stored = self.artifacts.keep(spooled).await?;
        let written = self.db.write(move |conn| {
            let Some(home) = Home::lock(conn, at)? else { return Ok(Err(home::unknown())) };
            match home.usable().and_then(|()| add(conn, &home, package, stored)) {
                Ok(change) => change(conn).map(Ok),
                Err(Stop::Refused(error)) => Ok(Err(error)),
                Err(Stop::Failed(error)) => Err(error),
            }
        });
        Ok(written.await??)
    }

    fn built(&self, new: &NewSolution) -> Result<(Package, Spooled), Stop> {
        new.check()?;
        let builder = Builder::new(&new.unique_name)
            .display_name(&new.display_name)
            .description(&new.description)
            .version(&new.version)
            .publisher(&new.publisher.unique_name, &new.publisher.display_name, &new.publisher.prefix);
        let bytes = builder.to_bytes().map_err(Error::from)?;
        let mut spool = self.artifacts.spool()?;
        std::io::Write::write_all(&mut spool, &bytes).map_err(Error::from)?;
        let spooled = spool.finish().map_err(Error::from)?;
        let package = read(&spooled.file().map_err(Error::from)?, &self.limits)?;
        Ok((package, spooled))
    }
}

fn add(conn: &mut Conn, home: &Home, package: Package, stored: Stored) -> Result<Change, Stop> {
    let name = &package.manifest.unique_name;
    if Installed::find(conn, home.id, name)?.is_some() {
        let message = format!("{} has a solution {name} already: choose another name.", home.name);
        return refuse("solution-exists", message);
    }
    let survey = Survey::of(conn, home, &package)?;
    import::import(conn, home, survey, Arc::new(package), stored, &DeploymentSettings::default())
}
