//! Everything the nine rules need to know about one deployment to one stage, as plain data.

use chrono::NaiveDate;

use super::{rights::Standing, settings::Problem, stages::Lacks, stages::ValidationStatus};
use crate::package::{checks::Finding, version::Version};

/// One deployment, asked for or under way. What a later rule needs may be unknown while earlier ones are asked:
/// a rule that is asked without its facts says no, never yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub host: Host,
    pub pipeline: Pipeline,
    /// The stage's name.
    pub stage: String,
    /// The solution as people call it.
    pub solution: String,
    pub source: Source,
    pub position: Position,
    pub target: Target,
    pub person: Person,
    /// What would be deployed; none where there is nothing yet.
    pub candidate: Option<Candidate>,
    pub intent: Intent,
    /// What `checks::findings` said; none before the package was checked against the target.
    pub findings: Option<Vec<Finding>>,
    /// What `settings::problems` said; none before settings were asked for.
    pub settings: Option<Vec<Problem>>,
    pub lane: Lane,
}

impl Facts {
    /// The target has just what would be deployed, as far as the source was looked at.
    pub fn is_up_to_date(&self) -> bool {
        let Some(candidate) = &self.candidate else { return false };
        let same = self.target.version.as_ref() == Some(&candidate.version);
        same && candidate.bound.is_some() && !candidate.changed_since
    }
}

/// The host whose pipeline it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub region: String,
    pub allow_cross_region: bool,
    pub require_managed: bool,
    /// Some who administer it, by name; looked up only where the person lacks what they can give.
    pub administrators: Vec<String>,
}

/// The pipeline and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    pub name: String,
    pub lacks: Lacks,
    pub allow_redeployment: bool,
}

/// The environment that the solution comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    /// None where it is no longer known, as for an artifact of a retired environment.
    pub region: Option<String>,
    /// As of a host.
    pub administrators: Vec<String>,
}

/// Where in the pipeline the stage stands, with what matters only there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    First {
        /// The source's record among the pipeline's linked development environments; none if it is not linked.
        link: Option<ValidationStatus>,
        solution: InSource,
        /// The person may export from the source.
        may_export: bool,
    },
    Later {
        /// The previous stage's name.
        previous: String,
        /// The name of the previous stage's present target.
        previous_target: String,
        /// What became of the candidate there.
        earlier: Earlier,
    },
}

/// What the source has under the solution's unique name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InSource {
    Absent,
    Unmanaged,
    Managed,
    /// Made by the platform itself, such as the default solution.
    System,
}

/// What became of the candidate artifact in the previous stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// It succeeded in that stage's present target.
    Succeeded,
    /// It succeeded there only while the stage had the target of this name.
    SucceededElsewhere(String),
    /// It is on its way there.
    UnderWay,
    NotYet,
}

/// The stage's target: its record in the host and what is known of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    pub status: ValidationStatus,
    /// The environment is bound to this host.
    pub bound_here: bool,
    pub region: String,
    /// A managed environment.
    pub managed: bool,
    /// The solution's version there, if it is installed.
    pub version: Option<Version>,
    /// As of a host.
    pub administrators: Vec<String>,
}

/// Who pressed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    /// May still sign in.
    pub active: bool,
    /// On the pipeline.
    pub standing: Standing,
    /// May import into the target.
    pub may_import: bool,
}

/// The version and the bytes that would travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub version: Version,
    /// The artifact this run holds; none before the export.
    pub artifact: Option<String>,
    /// The artifact that this version of this source is bound to, by its first succeeded run.
    pub bound: Option<String>,
    /// The solution changed in the source after that artifact was exported.
    pub changed_since: bool,
    /// When retention removed its packages, if it did.
    pub removed: Option<NaiveDate>,
}

/// What the person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Deploy,
    /// **Redeploy** on an earlier run; it waives the version rule if that run succeeded with this artifact here.
    Redeploy {
        succeeded_here: bool,
    },
}

/// Who holds the right to change the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lane {
    /// Nobody, or this very run.
    Free,
    /// Something else, in words such as "the deployment of Contoso 1.0.0.5 by Ada".
    Held(String),
}
