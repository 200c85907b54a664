//! The outside world: what an environment can tell and do, whatever it runs on.

pub mod embedded;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    artifacts::Stored,
    db::Db,
    id::{EnvironmentId, OperationId},
    package::{Component, Publisher, checks::Checks, version::Version},
    rules::{connections::Connections, settings::DeploymentSettings},
};

/// What an environment runs on. Short calls answer at once; long ones are started, then polled.
#[async_trait]
pub trait Platform: Send + Sync {
    /// What the environment is, live.
    async fn probe(&self, at: EnvironmentId) -> Result<Probe, PlatformError>;

    /// Every solution of the environment, by display name.
    async fn solutions(&self, at: EnvironmentId) -> Result<Vec<SolutionSummary>, PlatformError>;

    /// One solution with all that it holds; none where it is not installed.
    async fn solution(&self, at: EnvironmentId, unique_name: &str) -> Result<Option<SolutionDetails>, PlatformError>;

    /// The connections of the environment.
    async fn connections(&self, at: EnvironmentId) -> Result<Connections, PlatformError>;

    /// What the environment takes at most.
    async fn limits(&self, at: EnvironmentId) -> Result<PlatformLimits, PlatformError>;

    /// Starts a long call. Starting an operation again that was started before answers with the same outcome.
    async fn start(&self, operation: &Operation) -> Result<Progress, PlatformError>;

    /// How a started operation stands; `handle` is what `start` gave, none where it was lost.
    async fn poll(&self, operation: &Operation, handle: Option<&str>) -> Result<Progress, PlatformError>;

    /// Asks for a long call to be stopped, once or several times. Whether it was, `poll` tells: then it has failed as
    /// [`PlatformError::Canceled`] and changed nothing.
    async fn cancel(&self, operation: &Operation, handle: Option<&str>) -> Result<(), PlatformError>;

    /// Does ahead of an operation what takes long about it and changes nothing.
    async fn prepare(&self, _: &Operation) {}

    /// This platform within an open transaction of Sluice's own database, where the operation happens in that database
    /// and takes but a moment. What comes back, asked for another operation in the same transaction, gives one that knows
    /// what was read in it.
    fn within(&self, _: &Db, _: &Operation) -> Option<Arc<dyn Platform>> {
        None
    }
}

/// Which platform each kind of environment runs on. Cheap to clone.
#[derive(Clone)]
pub struct Platforms {
    embedded: Arc<dyn Platform>,
}

impl Platforms {
    /// Platforms of which embedded environments run on this one.
    pub fn new(embedded: Arc<dyn Platform>) -> Platforms {
        Platforms { embedded }
    }

    /// The platform that embedded environments run on.
    pub fn embedded(&self) -> &dyn Platform {
        &*self.embedded
    }
}

/// What an environment says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub region: String,
    pub managed: bool,
    /// Whether it has a Dataverse database.
    pub dataverse: bool,
    /// The newest solution package version that it takes, such as `9.2`.
    pub version: String,
}

/// What an environment takes at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformLimits {
    /// Bytes of the largest package.
    pub largest_package: u64,
}

/// A solution, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SolutionSummary {
    pub unique_name: String,
    pub display_name: String,
    pub version: Version,
    pub managed: bool,
    /// Whether it belongs to the platform and cannot be moved.
    pub system: bool,
    pub publisher: Publisher,
    /// UTC.
    pub modified_at: chrono::NaiveDateTime,
}

/// A solution with all that it holds.
#[derive(Debug, Clone)]
pub struct SolutionDetails {
    pub summary: SolutionSummary,
    pub description: String,
    pub installed_at: chrono::NaiveDateTime,
    pub components: Vec<Component>,
    /// What it needs from elsewhere.
    pub requires: Vec<Requirement>,
    /// The display names of the solutions here that need something of it.
    pub required_by: Vec<String>,
    pub connection_references: Vec<BoundReference>,
    pub variables: Vec<VariableValue>,
}

/// Something that a solution needs from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    pub component: String,
    pub kind: String,
    /// Unique name of the solution that brings it, where known.
    pub solution: Option<String>,
    /// What people call that solution, where the environment has it.
    pub solution_name: Option<String>,
    pub version: Option<Version>,
    /// Whether the environment has the component.
    pub met: bool,
}

/// A connection reference in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundReference {
    pub logical_name: String,
    pub display_name: String,
    pub connector_id: String,
    /// The connection bound to it, by name where there is one.
    pub connection: Option<String>,
}

/// An environment variable in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableValue {
    pub schema_name: String,
    pub display_name: String,
    pub kind: crate::package::checks::VariableKind,
    pub default: Option<String>,
    pub value: Option<String>,
}

/// One act on an environment, under an id that makes doing it twice do it once.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: OperationId,
    pub environment: EnvironmentId,
    pub act: Act,
}

/// What an operation does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// Exports an unmanaged solution as both packages.
    Export { solution: String },
    /// Compares a package with the environment.
    Check { package: Stored },
    /// Imports a package: an upgrade where the solution is installed, so what it no longer has is removed.
    Import { package: Stored, settings: DeploymentSettings },
    /// Uninstalls a managed solution, or deletes an unmanaged one.
    Uninstall { solution: String },
    /// Raises the version of an unmanaged solution.
    SetVersion { solution: String, version: Version },
}

/// How an operation stands.
#[derive(Debug, Clone)]
pub enum Progress {
    Running {
        handle: String,
        percent: Option<u8>,
        message: String,
        next_poll: Duration,
    },
    Done(Outcome),
    /// It ended for good, without effect.
    Failed(PlatformError),
}

/// What a finished operation brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    Exported { solution: SolutionSummary, managed: Stored, unmanaged: Stored },
    Checked { checks: Checks },
    Imported { solution: SolutionSummary },
    Uninstalled,
    VersionSet { solution: SolutionSummary },
}

/// Why a platform did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "error")]
pub enum PlatformError {
    /// It does something else; try again after so many seconds.
    #[error("the environment is busy")]
    Busy { retry_after: u64 },
    /// It does not answer; trying again may help.
    #[error("the environment cannot be reached: {message}")]
    Unreachable { message: String },
    /// Our identity may not do this there.
    #[error("the environment does not let Sluice do this: {message}")]
    Denied { message: String },
    /// It said no, for good.
    #[error("{message}")]
    Refused { code: String, message: String, raw: String },
    /// Whether it happened is not known; it is looked up under the operation's id.
    #[error("it is not known whether this happened: {message}")]
    Unknown { message: String },
    /// The package that Sluice holds for it is no longer what it was when it was kept. Nothing was changed.
    #[error("the stored package is damaged: its SHA-256 is not what it was")]
    Damaged,
    /// It was stopped because somebody asked for that, before it changed anything.
    #[error("it was stopped before anything was changed")]
    Canceled,
    /// It took longer than it may; whether it still ends is not known.
    #[error("it was not done in {hours} hours")]
    TooLong { hours: i64 },
}

impl PlatformError {
    /// A refusal in words of ours.
    pub fn refused(code: &str, message: impl Into<String>) -> PlatformError {
        PlatformError::Refused { code: code.to_owned(), message: message.into(), raw: String::new() }
    }
}
