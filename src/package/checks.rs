//! What an environment says about a package before it is imported: the answer of a check, judged by `rules`.

use serde::{Deserialize, Serialize};

use super::version::Version;

/// What one environment says about one package; read only, kept with the run as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// The solution of the same unique name that the environment has now, if any.
    pub installed: Option<Installed>,
    /// What the package requires and the environment has not, in the package's order.
    pub missing: Vec<Missing>,
    /// What the environment itself noticed.
    pub findings: Vec<Finding>,
    /// Each connection reference of the package with its present binding in the environment.
    pub connection_references: Vec<ReferenceCheck>,
    /// Each environment variable of the package with its present value in the environment.
    pub variables: Vec<VariableCheck>,
}

/// The solution that an environment has under a package's unique name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    pub version: Version,
    pub managed: bool,
    /// The unique name of its publisher.
    pub publisher: String,
}

/// A requirement of the package that the environment does not meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// What is required, as people call it: a component's display name or schema name.
    pub component: String,
    /// The component's kind as people call it, such as "Table".
    pub kind: String,
    /// The unique name of the solution that brings it; none where the package says "Active".
    pub solution: Option<String>,
    /// The least version of that solution, where the package says one.
    pub version: Option<Version>,
    /// The version of that solution in the environment, where it is installed but too old.
    pub installed: Option<Version>,
}

/// How bad a finding is; an error forbids the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// What a check noticed, in words that say what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// The platform's error code such as `0x8004801D`, or a word of ours where the platform has none.
    pub code: String,
    /// One sentence: what is so.
    pub message: String,
    /// One sentence: what to do about it; may be empty.
    pub advice: String,
    /// The unique name of the solution that has to be there first, where one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solution: Option<String>,
}

impl Finding {
    /// A finding that no other solution would mend.
    pub fn new(severity: Severity, code: &str, message: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { severity, code: code.to_owned(), message: message.into(), advice: advice.into(), solution: None }
    }
}

/// A connection reference of a package, and what the environment has for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceCheck {
    pub logical_name: String,
    pub display_name: String,
    /// The connector, such as `/providers/Microsoft.PowerApps/apis/shared_office365`.
    pub connector_id: String,
    /// The id of the connection bound there now, if any.
    pub current: Option<String>,
}

/// The types of an environment variable (option set `environmentvariabledefinition_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// 100000000
    Text,
    /// 100000001
    Number,
    /// 100000002
    YesNo,
    /// 100000003
    Json,
    /// 100000004
    DataSource,
    /// 100000005: a reference into a vault, not the secret itself.
    Secret,
}

/// An environment variable of a package, and what the environment has for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableCheck {
    pub schema_name: String,
    pub display_name: String,
    pub description: String,
    pub kind: VariableKind,
    pub required: bool,
    /// The definition's default, if any.
    pub default: Option<String>,
    /// The value that travels in the package, if any.
    pub packaged: Option<String>,
    /// The value in the environment now, if any.
    pub current: Option<String>,
}
