//! Which connection fits a connection reference.

use super::{
    connectors,
    settings::{DeploymentSettings, Field, Problem},
    variables::display_name,
};
use crate::package::checks::{ReferenceCheck, Severity};

/// The code of a reference that has no connection.
pub(super) const MISSING: &str = "connection-missing";

/// A connection that exists in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: String,
    pub connector_id: String,
    pub name: String,
}

/// The connections of an environment, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connections {
    Listed(Vec<Connection>),
    /// The environment does not list them: an id that a person typed is taken as it is.
    NotListable,
}

impl Connections {
    /// The listed connections that fit a connector, for a person to choose from.
    pub fn fitting(&self, connector_id: &str) -> Vec<&Connection> {
        match self {
            Connections::Listed(all) => all.iter().filter(|one| fits(&one.connector_id, connector_id)).collect(),
            Connections::NotListable => Vec::new(),
        }
    }
}

/// Whether a connection of one connector serves a reference that needs another: letter case and the path before the
/// last name do not count, and a reference that names no connector takes any.
pub fn fits(connector_id: &str, needed: &str) -> bool {
    let needed = connectors::key(needed).to_lowercase();
    needed.is_empty() || connectors::key(connector_id).to_lowercase() == needed
}

/// What is wrong with the connection of one reference under these settings.
pub(super) fn problem(
    check: &ReferenceCheck,
    settings: &DeploymentSettings,
    connections: &Connections,
    target: &str,
) -> Option<Problem> {
    let name = display_name(&check.display_name, &check.logical_name);
    let connector = connectors::name(&check.connector_id);
    let error = |code, message, advice| {
        let field = Field::Reference(check.logical_name.clone());
        Some(Problem::new(field, Severity::Error, code, message, advice))
    };
    let setting = settings.reference_setting(&check.logical_name).filter(|setting| !setting.connection_id.is_empty());
    let current = check.current.as_deref().filter(|id| !id.is_empty());
    let Some(id) = setting.map(|setting| setting.connection_id.as_str()).or(current) else {
        let message = format!("{name} has no connection in {target}.");
        return error(MISSING, message, "Choose a connection.".to_owned());
    };
    let found = match connections {
        Connections::Listed(all) => match all.iter().find(|one| one.id.eq_ignore_ascii_case(id)) {
            Some(connection) => Some(connection.connector_id.as_str()),
            None => {
                let message = format!("{target} has no connection {id}, which {name} would use.");
                return error("connection-absent", message, format!("Choose another connection of {connector}."));
            }
        },
        Connections::NotListable => None,
    };
    let said = setting.map(|setting| setting.connector_id.as_str()).filter(|id| !id.is_empty());
    let other = found.or(said).filter(|other| !fits(other, &check.connector_id))?;
    let message = format!("{name} needs a connection of {connector}, but {id} is one of {}.", connectors::name(other));
    error("connection-of-other-connector", message, format!("Choose a connection of {connector}."))
}
