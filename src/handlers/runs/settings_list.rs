//! What a run set, as its page lists it.

use crate::{
    package::checks::Checks,
    rules::{connections::Connections, settings::DeploymentSettings},
};

/// What was set for one connection reference or environment variable.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What people call it.
    pub label: String,
    /// Its logical or schema name.
    pub name: String,
    /// The connection or the value; empty where the run kept what there was.
    pub value: String,
}

/// Everything that was set. A connection that the target no longer lists stands there by its id.
pub fn list(settings: &DeploymentSettings, checks: &Checks, connections: &Connections) -> Vec<Setting> {
    let references = settings.connection_references.iter().map(|setting| {
        let name = &setting.logical_name;
        let check = checks.connection_references.iter().find(|check| check.logical_name == *name);
        let (label, value) = (check.map(|check| &check.display_name), named(&setting.connection_id, connections));
        told(label, name, value)
    });
    let variables = settings.environment_variables.iter().map(|setting| {
        let check = checks.variables.iter().find(|check| check.schema_name == setting.schema_name);
        told(check.map(|check| &check.display_name), &setting.schema_name, setting.value.clone())
    });
    references.chain(variables).collect()
}

fn told(label: Option<&String>, name: &str, value: String) -> Setting {
    let label = label.filter(|label| !label.is_empty()).map_or(name, String::as_str);
    Setting { label: label.to_owned(), name: name.to_owned(), value }
}

fn named(id: &str, connections: &Connections) -> String {
    let listed = match connections {
        Connections::Listed(all) => all.iter().find(|one| one.id == id),
        Connections::NotListable => None,
    };
    listed.map_or_else(|| id.to_owned(), |connection| connection.name.clone())
}
