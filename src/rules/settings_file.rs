//! The JSON form of deployment settings, as files bring it: tolerant about what is missing, strict about what is there.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, de::IgnoredAny};

use super::settings::{DeploymentSettings, ReferenceSetting, VariableSetting};

/// Why a text is no deployment settings, in the sentence a person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    #[error("The file is not text in UTF-8. Save it as UTF-8 and upload it again.")]
    NotUtf8,
    #[error("The file is not a deployment settings file: it starts with no {{.")]
    NotAnObject,
    #[error(
        "The file is not a deployment settings file: it has neither EnvironmentVariables nor ConnectionReferences."
    )]
    NoSettings,
    #[error("The settings cannot be read: {0}.")]
    Json(String),
    #[error("Entry {entry} of {list} has no {member}.")]
    NoName { list: &'static str, entry: usize, member: &'static str },
    #[error("{list} names {name} twice. Keep one of the entries.")]
    Duplicate { list: &'static str, name: String },
}

/// The file as written. The rest makes every level an object, and is kept out.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with EnvironmentVariables and ConnectionReferences")]
pub(super) struct File {
    environment_variables: Option<Vec<Variable>>,
    connection_references: Option<Vec<Reference>>,
    #[serde(flatten)]
    rest: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with SchemaName and Value")]
struct Variable {
    schema_name: Option<String>,
    value: Option<String>,
    #[serde(flatten)]
    _rest: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with LogicalName, ConnectionId and ConnectorId")]
struct Reference {
    logical_name: Option<String>,
    connection_id: Option<String>,
    connector_id: Option<String>,
    #[serde(flatten)]
    _rest: BTreeMap<String, IgnoredAny>,
}

impl DeploymentSettings {
    /// Reads a settings file; how large it may be is the caller's to say.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidSettings> {
        let text = std::str::from_utf8(bytes).map_err(|_| InvalidSettings::NotUtf8)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if !text.trim_start().starts_with('{') {
            return Err(InvalidSettings::NotAnObject);
        }
        let file: File = serde_json::from_str(text).map_err(|err| InvalidSettings::Json(err.to_string()))?;
        let known = file.environment_variables.is_some() || file.connection_references.is_some();
        if !known && !file.rest.is_empty() {
            return Err(InvalidSettings::NoSettings);
        }
        file.try_into()
    }

    /// Writes the file that other tools, and [`DeploymentSettings::parse`], read.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts and lists always have a JSON form") + "\n"
    }
}

impl TryFrom<File> for DeploymentSettings {
    type Error = InvalidSettings;

    fn try_from(file: File) -> Result<Self, Self::Error> {
        let variables = file.environment_variables.unwrap_or_default();
        let references = file.connection_references.unwrap_or_default();
        let mut names = Names::of("EnvironmentVariables", "SchemaName");
        let environment_variables = variables.into_iter().map(|entry| {
            let value = entry.value.unwrap_or_default();
            Ok(VariableSetting { schema_name: names.take(entry.schema_name)?, value })
        });
        let environment_variables = environment_variables.collect::<Result<_, _>>()?;
        let mut names = Names::of("ConnectionReferences", "LogicalName");
        let connection_references = references.into_iter().map(|entry| {
            Ok(ReferenceSetting {
                logical_name: names.take(entry.logical_name)?,
                connection_id: entry.connection_id.unwrap_or_default(),
                connector_id: entry.connector_id.unwrap_or_default(),
            })
        });
        let connection_references = connection_references.collect::<Result<_, _>>()?;
        Ok(DeploymentSettings { environment_variables, connection_references })
    }
}

/// The names of one list so far: each must be there, and only once.
struct Names {
    list: &'static str,
    member: &'static str,
    seen: HashSet<String>,
}

impl Names {
    fn of(list: &'static str, member: &'static str) -> Self {
        Names { list, member, seen: HashSet::new() }
    }

    fn take(&mut self, name: Option<String>) -> Result<String, InvalidSettings> {
        let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let Names { list, member, .. } = *self;
        let name = name.ok_or(InvalidSettings::NoName { list, entry: self.seen.len() + 1, member })?;
        if !self.seen.insert(name.to_lowercase()) {
            return Err(InvalidSettings::Duplicate { list, name });
        }
        Ok(name)
    }
}
