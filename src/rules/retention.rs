//! Retention: which artifacts may lose their packages, and why the others keep them. What is not known speaks for keeping.

use std::ops::RangeInclusive;

use super::{versions::Step, versions::step, words::words};
use crate::package::version::Version;

/// After how many days without use packages may go, at least and at most.
pub const DAYS: RangeInclusive<u32> = 1..=3650;
/// How many of the newest versions of a solution always stay, at least and at most.
pub const VERSIONS: RangeInclusive<u32> = 1..=100;

/// How long packages are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What was not used for so many days may go.
    pub days: u32,
    /// So many of the newest versions of each solution from one source stay.
    pub versions: u32,
}

/// Everything that the rule needs to know of one artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub version: Version,
    /// Whole days since it was exported, brought back, or in a run.
    pub idle_days: i64,
    /// How many higher versions of the solution from its source have their packages.
    pub higher_versions: usize,
    /// A run with it has not ended.
    pub unfinished: bool,
    /// Environments that have it, by name.
    pub had_by: Vec<String>,
    /// The name of its source.
    pub source: String,
    pub in_source: InSource,
    /// The live stages that it came to, or that follow one where it succeeded.
    pub stages: Vec<Stage>,
}

/// Whether the first stage's Next would take it: its version is bound to it, and the source has that version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InSource {
    Shown,
    NotShown,
    /// Nothing was seen there so far.
    Unknown,
}

/// A live stage, with what became of the artifact there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub name: String,
    pub pipeline: String,
    /// The name of its present target.
    pub target: String,
    pub installed: Installed,
    /// It succeeded in the stage before, in that one's present target.
    pub reached: bool,
    /// A run brought it here, however that ended.
    pub tried: bool,
    /// It succeeded here.
    pub succeeded: bool,
    /// The pipeline allows redeployments of older versions.
    pub allow_redeployment: bool,
}

/// What the target of a stage has of the solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    Nothing,
    Version(Version),
    /// Nothing was seen there so far.
    Unknown,
}

/// Whether an artifact's packages may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Goes,
    /// All that speaks for keeping it.
    Stays(Vec<Reason>),
}

/// Why an artifact stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    Recent { days: u32 },
    Newest { versions: u32 },
    Unfinished,
    Had { environment: String },
    InSource { source: String },
    SourceUnknown { source: String },
    Next { stage: String, pipeline: String },
    Retry { stage: String, pipeline: String },
    Redeploy { stage: String, pipeline: String },
    TargetUnknown { stage: String, target: String },
}

/// Reasons of one kind, as they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    Recent,
    Newest,
    Unfinished,
    Had,
    InSource,
    Takes,
    Unknown,
}

words!(Why {
    Recent = "recent", "Used lately";
    Newest = "newest", "Among the newest versions";
    Unfinished = "unfinished", "In a run that has not ended";
    Had = "had", "In an environment now";
    InSource = "in_source", "In its source now";
    Takes = "takes", "A stage could take it";
    Unknown = "unknown", "Nothing was seen in an environment";
});

impl Reason {
    /// What kind it is of.
    pub fn why(&self) -> Why {
        match self {
            Reason::Recent { .. } => Why::Recent,
            Reason::Newest { .. } => Why::Newest,
            Reason::Unfinished => Why::Unfinished,
            Reason::Had { .. } => Why::Had,
            Reason::InSource { .. } => Why::InSource,
            Reason::Next { .. } | Reason::Retry { .. } | Reason::Redeploy { .. } => Why::Takes,
            Reason::SourceUnknown { .. } | Reason::TargetUnknown { .. } => Why::Unknown,
        }
    }

    /// The sentence that a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Reason::Recent { days: 1 } => "It was used in the last day.".into(),
            Reason::Recent { days } => format!("It was used in the last {days} days."),
            Reason::Newest { versions: 1 } => "It is the newest version of the solution from its source.".into(),
            Reason::Newest { versions } => format!("It is one of the {versions} newest versions from its source."),
            Reason::Unfinished => "A run with it has not ended.".into(),
            Reason::Had { environment } => format!("{environment} has it."),
            Reason::InSource { source } => format!("{source} has this version, which is bound to it."),
            Reason::SourceUnknown { source } => {
                format!("Nothing was seen in {source} so far, which may have this version.")
            }
            Reason::Next { stage, pipeline } => format!("{stage} of {pipeline} could take it next."),
            Reason::Retry { stage, pipeline } => format!("It could be tried again in {stage} of {pipeline}."),
            Reason::Redeploy { stage, pipeline } => format!("It could be redeployed to {stage} of {pipeline}."),
            Reason::TargetUnknown { stage, target } => {
                format!("Nothing was seen in {target} so far, and {stage} could take it.")
            }
        }
    }
}

/// Whether an artifact's packages may go under this policy.
pub fn judge(policy: Policy, facts: &Facts) -> Verdict {
    let mut reasons = Vec::new();
    if facts.idle_days < i64::from(policy.days) {
        reasons.push(Reason::Recent { days: policy.days });
    }
    if facts.higher_versions < usize::try_from(policy.versions).unwrap_or(usize::MAX) {
        reasons.push(Reason::Newest { versions: policy.versions });
    }
    if facts.unfinished {
        reasons.push(Reason::Unfinished);
    }
    reasons.extend(facts.had_by.iter().map(|name| Reason::Had { environment: name.clone() }));
    let source = || facts.source.clone();
    match facts.in_source {
        InSource::Shown => reasons.push(Reason::InSource { source: source() }),
        InSource::Unknown => reasons.push(Reason::SourceUnknown { source: source() }),
        InSource::NotShown => (),
    }
    reasons.extend(facts.stages.iter().filter_map(|stage| taken_by(stage, &facts.version)));
    if reasons.is_empty() { Verdict::Goes } else { Verdict::Stays(reasons) }
}

// Retry and Redeploy ask for a higher version too, unless the pipeline allows redeployments of older ones.
fn taken_by(stage: &Stage, version: &Version) -> Option<Reason> {
    let (name, pipeline) = (stage.name.clone(), stage.pipeline.clone());
    if !stage.reached && !stage.tried && !stage.succeeded {
        return None;
    }
    if stage.succeeded && stage.allow_redeployment {
        return Some(Reason::Redeploy { stage: name, pipeline });
    }
    let higher = match &stage.installed {
        Installed::Unknown => return Some(Reason::TargetUnknown { stage: name, target: stage.target.clone() }),
        Installed::Nothing => true,
        Installed::Version(installed) => step(version, Some(installed)) == Step::Upgrade,
    };
    if !higher {
        return None;
    }
    Some(match (stage.reached, stage.succeeded) {
        (true, false) => Reason::Next { stage: name, pipeline },
        (_, true) => Reason::Redeploy { stage: name, pipeline },
        (false, false) => Reason::Retry { stage: name, pipeline },
    })
}
