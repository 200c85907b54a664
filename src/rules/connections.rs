//! Which connection fits a connection reference.

use super::{
    settings::{DeploymentSettings, Field, Problem},
    variables::display_name,
};
use crate::package::checks::{ReferenceCheck, Severity};

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
    let needed = connector_name(needed).to_lowercase();
    needed.is_empty() || connector_name(connector_id).to_lowercase() == needed
}

/// What is wrong with the connection of one reference under these settings.
pub(super) fn problem(
    check: &ReferenceCheck,
    settings: &DeploymentSettings,
    connections: &Connections,
    target: &str,
) -> Option<Problem> {
    let name = display_name(&check.display_name, &check.logical_name);
    let connector = connector_name(&check.connector_id);
    let error = |code, message, advice| {
        let field = Field::Reference(check.logical_name.clone());
        Some(Problem::new(field, Severity::Error, code, message, advice))
    };
    let setting = settings.reference_setting(&check.logical_name).filter(|setting| !setting.connection_id.is_empty());
    let current = check.current.as_deref().filter(|id| !id.is_empty());
    let Some(id) = setting.map(|setting| setting.connection_id.as_str()).or(current) else {
        let message = format!("{name} has no connection in {target}.");
        return error("connection-missing", message, format!("Choose a connection of {connector} for it."));
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
    let message = format!("{name} needs a connection of {connector}, but {id} is one of {}.", connector_name(other));
    error("connection-of-other-connector", message, format!("Choose a connection of {connector}."))
}

/// The part of a connector's id that people know it by.
fn connector_name(id: &str) -> &str {
    id.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}
