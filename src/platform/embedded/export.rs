//! Export: an unmanaged solution as both packages, the same bytes for the same state.

use std::fs::File;

use super::{Change, Effect, Embedded, home::Home, solution::Installed, stop, stop::Stop};
use crate::{
    artifacts::{Spooled, Stored},
    db::{Conn, unblocked},
    error::Error,
    id::EnvironmentId,
    package::{Rewrite, rewrite},
    platform::{Outcome, PlatformError, SolutionSummary},
};

impl Embedded {
    pub(super) async fn prepare_export(&self, at: EnvironmentId, unique_name: String) -> Result<Effect, Stop> {
        let exportable = self.db.read(move |conn| exportable(conn, at, &unique_name)).await?;
        let (solution, package) = exportable?;
        let unmanaged = self.rewritten(&package, &solution, false).await?;
        let managed = self.rewritten(&package, &solution, true).await?;
        Ok(Box::new(move |conn, home| exported(conn, home, solution, package, managed, unmanaged)))
    }

    /// The package as it is now: its flag and version are those of the solution, all else is as imported.
    async fn rewritten(&self, package: &Stored, solution: &SolutionSummary, managed: bool) -> Result<Stored, Stop> {
        let file = self.artifacts.file(package).await.map_err(stop::of_bytes)?;
        let change = Rewrite { managed: Some(managed), version: Some(solution.version.clone()) };
        let this = self.clone();
        let spooled = unblocked(move || Ok(this.spool(&file, &change))).await??;
        match spooled.stored() == package {
            true => Ok(package.clone()),
            false => Ok(self.artifacts.keep(spooled).await?),
        }
    }

    fn spool(&self, file: &File, change: &Rewrite) -> Result<Spooled, Stop> {
        let mut spool = self.artifacts.spool()?;
        rewrite(file, &mut spool, change, &self.limits)?;
        Ok(spool.finish().map_err(Error::from)?)
    }
}

/// The solution and its package, or why it cannot be exported.
fn exportable(
    conn: &mut Conn,
    at: EnvironmentId,
    unique_name: &str,
) -> Result<Result<(SolutionSummary, Stored), PlatformError>, Error> {
    let Some(solution) = Installed::find(conn, at, unique_name)? else {
        let message = format!("The environment has no solution {unique_name} that could be exported.");
        return Ok(Err(PlatformError::refused("0x80048037", message)));
    };
    if solution.managed {
        let message = format!("{} is managed, so it cannot be exported.", solution.display_name);
        return Ok(Err(PlatformError::refused("0x80048036", message)));
    }
    Ok(Ok((solution.summary(), solution.package(conn)?)))
}

/// The outcome, unless the solution became another one while it was being packed.
fn exported(
    conn: &mut Conn,
    home: &Home,
    solution: SolutionSummary,
    package: Stored,
    managed: Stored,
    unmanaged: Stored,
) -> Result<Change, Stop> {
    let now = exportable(conn, home.id, &solution.unique_name)??;
    if now != (solution.clone(), package) {
        return Err(PlatformError::Busy { retry_after: 1 }.into());
    }
    Ok(Box::new(move |_| Ok(Outcome::Exported { solution, managed, unmanaged })))
}
