//! The embedded platform, as the worker and the pages use it: through the trait, with whole packages.

mod binding;
mod checking;
mod creating;
mod exporting;
mod importing;
mod journal;
mod moments;
mod patching;
mod places;
pub mod real;
mod uninstalling;

use std::io::Write;

use diesel::prelude::*;
use sluice::{
    artifacts::Stored,
    db,
    id::{EnvironmentId, OperationId},
    package::{Builder, Limits, Package, checks::Checks, version::Version},
    platform::{
        Act, Operation, Outcome, Platform, PlatformError, Progress, SolutionDetails, SolutionSummary,
        embedded::Embedded,
    },
    rules::settings::DeploymentSettings,
    schema::environments,
};

use crate::support::TestApp;

/// A tenant with embedded environments.
pub struct Ground {
    pub app: TestApp,
    pub platform: Embedded,
}

/// A refusal's code and sentence.
pub type Refusal = (String, String);

impl Ground {
    pub fn new() -> Ground {
        let app = TestApp::new();
        let platform = Embedded::new(app.app.db.clone(), app.app.artifacts.clone(), Limits::default());
        Ground { app, platform }
    }

    /// An environment with a Dataverse database.
    pub fn environment(&self, name: &str) -> EnvironmentId {
        let id = EnvironmentId::new();
        self.app.write(|conn| {
            diesel::insert_into(environments::table)
                .values((
                    environments::id.eq(id),
                    environments::guid.eq(id.to_string()),
                    environments::name.eq(name),
                    environments::name_key.eq(db::fold(name)),
                    environments::region.eq("Europe"),
                    environments::kind.eq("sandbox"),
                    environments::managed.eq(true),
                    environments::dataverse.eq(true),
                    environments::platform.eq("embedded"),
                    environments::created_at.eq(db::now()),
                ))
                .execute(conn)?;
            Ok(())
        });
        id
    }

    /// The package of a builder, kept.
    pub async fn keep(&self, builder: &Builder) -> Stored {
        self.keep_bytes(&builder.to_bytes().unwrap()).await
    }

    pub async fn keep_bytes(&self, bytes: &[u8]) -> Stored {
        let mut spool = self.app.app.artifacts.spool().unwrap();
        spool.write_all(bytes).unwrap();
        self.app.app.artifacts.keep(spool.finish().unwrap()).await.unwrap()
    }

    /// What is in a kept package.
    pub async fn read(&self, stored: &Stored) -> Package {
        Package::read(&self.app.app.artifacts.file(stored).await.unwrap(), &Limits::default()).unwrap()
    }

    pub async fn start(&self, at: EnvironmentId, act: Act) -> Result<Progress, PlatformError> {
        self.platform.start(&operation(at, act)).await
    }

    /// Does a thing under a new operation.
    pub async fn act(&self, at: EnvironmentId, act: Act) -> Result<Outcome, Refusal> {
        ended(self.start(at, act).await.unwrap())
    }

    pub async fn import(&self, at: EnvironmentId, builder: &Builder) -> Result<SolutionSummary, Refusal> {
        self.import_with(at, builder, DeploymentSettings::default()).await
    }

    pub async fn import_with(
        &self,
        at: EnvironmentId,
        builder: &Builder,
        settings: DeploymentSettings,
    ) -> Result<SolutionSummary, Refusal> {
        let package = self.keep(builder).await;
        self.import_stored(at, package, settings).await
    }

    pub async fn import_stored(
        &self,
        at: EnvironmentId,
        package: Stored,
        settings: DeploymentSettings,
    ) -> Result<SolutionSummary, Refusal> {
        match self.act(at, Act::Import { package, settings }).await? {
            Outcome::Imported { solution } => Ok(solution),
            other => panic!("an import brought {other:?}"),
        }
    }

    pub async fn check(&self, at: EnvironmentId, builder: &Builder) -> Checks {
        let package = self.keep(builder).await;
        self.check_stored(at, package).await
    }

    pub async fn check_stored(&self, at: EnvironmentId, package: Stored) -> Checks {
        match self.act(at, Act::Check { package }).await {
            Ok(Outcome::Checked { checks }) => checks,
            other => panic!("a check brought {other:?}"),
        }
    }

    /// The exported solution with its managed and its unmanaged package.
    pub async fn export(
        &self,
        at: EnvironmentId,
        solution: &str,
    ) -> Result<(SolutionSummary, Stored, Stored), Refusal> {
        match self.act(at, Act::Export { solution: solution.to_owned() }).await? {
            Outcome::Exported { solution, managed, unmanaged } => Ok((solution, managed, unmanaged)),
            other => panic!("an export brought {other:?}"),
        }
    }

    pub async fn uninstall(&self, at: EnvironmentId, solution: &str) -> Result<(), Refusal> {
        self.act(at, Act::Uninstall { solution: solution.to_owned() }).await.map(drop)
    }

    pub async fn set_version(&self, at: EnvironmentId, solution: &str, version: &str) -> Result<Outcome, Refusal> {
        let version: Version = version.parse().unwrap();
        self.act(at, Act::SetVersion { solution: solution.to_owned(), version }).await
    }

    pub async fn details(&self, at: EnvironmentId, solution: &str) -> SolutionDetails {
        self.platform.solution(at, solution).await.unwrap().expect("the solution is not there")
    }

    /// The names of the components of a solution.
    pub async fn components(&self, at: EnvironmentId, solution: &str) -> Vec<String> {
        self.details(at, solution).await.components.into_iter().map(|component| component.name).collect()
    }
}

pub fn operation(environment: EnvironmentId, act: Act) -> Operation {
    Operation { id: OperationId::new(), environment, act }
}

/// How an act ended, which it always has.
pub fn ended(progress: Progress) -> Result<Outcome, Refusal> {
    match progress {
        Progress::Done(outcome) => Ok(outcome),
        Progress::Failed(PlatformError::Refused { code, message, .. }) => Err((code, message)),
        other => panic!("it ended as {other:?}"),
    }
}

pub fn refusal(code: &str, message: &str) -> Refusal {
    (code.to_owned(), message.to_owned())
}

/// A solution of Contoso with one table.
pub fn orders() -> Builder {
    Builder::new("Orders").display_name("Orders of all kinds").version("1.0.0.4").table("contoso_order", "Order")
}
