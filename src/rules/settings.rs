//! Deployment settings: what a run says for each connection reference and environment variable (rule 8).

use serde::{Deserialize, Serialize};

use super::{
    connections::{self, Connections},
    settings_file::File,
    variables,
};
use crate::package::checks::{Checks, Finding, ReferenceCheck, Severity, VariableCheck};

/// The settings of one run, in the form that the ecosystem's tools read and write. Empty texts say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "File", rename_all = "PascalCase")]
pub struct DeploymentSettings {
    pub environment_variables: Vec<VariableSetting>,
    pub connection_references: Vec<ReferenceSetting>,
}

/// The value for one environment variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VariableSetting {
    pub schema_name: String,
    pub value: String,
}

/// The connection for one connection reference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReferenceSetting {
    pub logical_name: String,
    pub connection_id: String,
    pub connector_id: String,
}

/// What a run says for one variable or connection reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Leave what the target has: nothing is sent.
    Keep,
    Set(String),
}

impl Choice {
    /// Empty is no value, so it keeps.
    pub fn of(text: &str) -> Choice {
        if text.is_empty() { Choice::Keep } else { Choice::Set(text.to_owned()) }
    }

    /// The text that is set, if any.
    pub fn value(&self) -> Option<&str> {
        match self {
            Choice::Keep => None,
            Choice::Set(text) => Some(text),
        }
    }
}

impl DeploymentSettings {
    /// What they say for a variable; schema names are compared without regard to case.
    pub fn variable(&self, schema_name: &str) -> Choice {
        let found = self.environment_variables.iter().find(|setting| same_name(&setting.schema_name, schema_name));
        found.map_or(Choice::Keep, |setting| Choice::of(&setting.value))
    }

    /// The connection id that they say for a connection reference.
    pub fn reference(&self, logical_name: &str) -> Choice {
        self.reference_setting(logical_name).map_or(Choice::Keep, |setting| Choice::of(&setting.connection_id))
    }

    pub(super) fn reference_setting(&self, logical_name: &str) -> Option<&ReferenceSetting> {
        self.connection_references.iter().find(|setting| same_name(&setting.logical_name, logical_name))
    }

    /// What goes to the platform: only what the package knows and a person set, in the package's order,
    /// values in their normal form.
    pub fn to_send(&self, checks: &Checks) -> DeploymentSettings {
        let variable = |check: &VariableCheck| {
            let text = self.variable(&check.schema_name);
            let value = text
                .value()
                .map(|text| variables::check_value(check.kind, text).unwrap_or_else(|_| text.to_owned()))?;
            Some(VariableSetting { schema_name: check.schema_name.clone(), value })
        };
        let reference = |check: &ReferenceCheck| {
            let connection_id = self.reference(&check.logical_name).value()?.to_owned();
            Some(ReferenceSetting {
                logical_name: check.logical_name.clone(),
                connection_id,
                connector_id: check.connector_id.clone(),
            })
        };
        DeploymentSettings {
            environment_variables: checks.variables.iter().filter_map(variable).collect(),
            connection_references: checks.connection_references.iter().filter_map(reference).collect(),
        }
    }
}

/// One entry for everything the package asks, filled with what a previous run said where it said something.
pub fn prefill(previous: Option<&DeploymentSettings>, checks: &Checks) -> DeploymentSettings {
    let said = |choice: Option<Choice>| choice.and_then(|choice| choice.value().map(str::to_owned)).unwrap_or_default();
    let variable = |check: &VariableCheck| VariableSetting {
        schema_name: check.schema_name.clone(),
        value: said(previous.map(|settings| settings.variable(&check.schema_name))),
    };
    let reference = |check: &ReferenceCheck| ReferenceSetting {
        logical_name: check.logical_name.clone(),
        connection_id: said(previous.map(|settings| settings.reference(&check.logical_name))),
        connector_id: check.connector_id.clone(),
    };
    DeploymentSettings {
        environment_variables: checks.variables.iter().map(variable).collect(),
        connection_references: checks.connection_references.iter().map(reference).collect(),
    }
}

/// What a problem with settings stands beside.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Field {
    /// A connection reference, by logical name.
    Reference(String),
    /// An environment variable, by schema name.
    Variable(String),
}

/// A finding about one connection reference or environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub field: Field,
    pub finding: Finding,
}

impl Problem {
    pub(super) fn new(
        field: Field,
        severity: Severity,
        code: &str,
        message: String,
        advice: impl Into<String>,
    ) -> Self {
        Problem { field, finding: Finding::new(severity, code, message, advice) }
    }

    /// Nothing was answered yet: the field itself says about what.
    pub fn is_open(&self) -> bool {
        matches!(self.finding.code.as_str(), connections::MISSING | variables::MISSING)
    }

    /// It forbids the deployment.
    pub fn is_error(&self) -> bool {
        self.finding.severity == Severity::Error
    }
}

/// Rule 8: everything wrong with these settings for this package in the target of this name, in the package's order.
pub fn problems(
    checks: &Checks,
    settings: &DeploymentSettings,
    connections: &Connections,
    target: &str,
) -> Vec<Problem> {
    let references = checks.connection_references.iter();
    let references = references.filter_map(|check| connections::problem(check, settings, connections, target));
    let variables = checks.variables.iter();
    let variables = variables.filter_map(|check| variables::problem(check, settings, target));
    references.chain(variables).chain(unknown(checks, settings)).collect()
}

/// Entries of a settings file that this package does not ask for: harmless, but perhaps a misspelt name.
fn unknown(checks: &Checks, settings: &DeploymentSettings) -> Vec<Problem> {
    let problem = |field, name: &str, kind: &str| {
        let message = format!("The settings name {name}, but this solution has no such {kind}.");
        Problem::new(field, Severity::Warning, "unknown-setting", message, "Check the spelling; it is not sent.")
    };
    let references = settings.connection_references.iter().map(|setting| &setting.logical_name);
    let references = references
        .filter(|name| !checks.connection_references.iter().any(|check| same_name(&check.logical_name, name)));
    let variables = settings.environment_variables.iter().map(|setting| &setting.schema_name);
    let variables = variables.filter(|name| !checks.variables.iter().any(|check| same_name(&check.schema_name, name)));
    references
        .map(|name| problem(Field::Reference(name.clone()), name, "connection reference"))
        .chain(variables.map(|name| problem(Field::Variable(name.clone()), name, "environment variable")))
        .collect()
}

/// Schema and logical names differ by more than case.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
