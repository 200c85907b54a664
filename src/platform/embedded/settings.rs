//! What an import fills a package's connection references and variables with.

use std::collections::HashMap;

use super::{bindings::Bindings, connections::name_of, home::Home, stop::Stop};
use crate::{
    db::fold,
    error::Error,
    id::RowId,
    package::{ConnectionReference, Inventory, VariableDefinition, checks::VariableKind},
    platform::PlatformError,
    rules::{
        connections::{Connection, fits},
        settings::DeploymentSettings,
        variables::check_value,
    },
};

/// A connection per connection reference and a value per variable of a package, by their folded names.
#[derive(Default)]
pub struct Chosen {
    pub connections: HashMap<String, RowId>,
    pub values: HashMap<String, String>,
}

/// What counts for each: the settings, else what the environment has, else, for values, what the package brings.
pub fn choose(
    home: &Home,
    inventory: &Inventory,
    settings: &DeploymentSettings,
    kept: &Bindings,
    connections: &[Connection],
) -> Result<Chosen, Stop> {
    let mut chosen = Chosen::default();
    for reference in &inventory.connection_references {
        let connection = match settings.reference(&reference.logical_name).value() {
            Some(id) => Some(connection(home, reference, id, connections)?),
            None => kept_connection(reference, kept, connections),
        };
        chosen.connections.extend(connection.map(|id| (fold(&reference.logical_name), id)));
    }
    for variable in &inventory.variables {
        let key = fold(&variable.schema_name);
        let value = match settings.variable(&variable.schema_name).value() {
            Some(text) => Some(value(variable, text)?),
            None => kept.values.get(&key).cloned().or_else(|| variable.value.clone()),
        };
        chosen.values.extend(value.filter(|value| !value.is_empty()).map(|value| (key, value)));
    }
    Ok(chosen)
}

/// The connection of this id, if it serves the reference.
fn connection(
    home: &Home,
    reference: &ConnectionReference,
    id: &str,
    connections: &[Connection],
) -> Result<RowId, Stop> {
    let (name, place) = (&reference.display_name, &home.name);
    let found = connections.iter().find(|connection| connection.id.eq_ignore_ascii_case(id.trim()));
    let Some(connection) = found else {
        let message = format!("{place} has no connection {id}, which {name} would use: choose another one.");
        return Err(PlatformError::refused("connection-absent", message).into());
    };
    if !fits(&connection.connector_id, &reference.connector_id) {
        let needed = name_of(&reference.connector_id);
        let other = name_of(&connection.connector_id);
        let message = format!("{name} needs a connection of {needed}, but {} is one of {other}.", connection.name);
        return Err(PlatformError::refused("connection-of-other-connector", message).into());
    }
    row_of(connection).ok_or_else(|| Error::internal("a connection's id is no key").into())
}

/// A connection that no longer fits, as the reference has another connector now, is let go.
fn kept_connection(reference: &ConnectionReference, kept: &Bindings, connections: &[Connection]) -> Option<RowId> {
    let id = kept.connections.get(&fold(&reference.logical_name))?;
    let connection = connections.iter().find(|connection| row_of(connection) == Some(*id))?;
    fits(&connection.connector_id, &reference.connector_id).then_some(*id)
}

fn row_of(connection: &Connection) -> Option<RowId> {
    connection.id.parse().ok()
}

fn value(variable: &VariableDefinition, text: &str) -> Result<String, Stop> {
    let zero = || "No zero characters fit.".to_owned();
    let checked = check_value(variable.kind, text).and_then(|text| text.find('\0').map_or(Ok(text), |_| Err(zero())));
    checked.map_err(|sentence| {
        let message = format!("The value of {} does not fit: {sentence}", variable.display_name);
        PlatformError::refused("invalid-value", message).into()
    })
}

const WORDS: [(VariableKind, &str); 6] = [
    (VariableKind::Text, "text"),
    (VariableKind::Number, "number"),
    (VariableKind::YesNo, "yes_no"),
    (VariableKind::Json, "json"),
    (VariableKind::DataSource, "data_source"),
    (VariableKind::Secret, "secret"),
];

/// The word that a variable's type is stored as.
pub fn word_of(kind: VariableKind) -> &'static str {
    WORDS.iter().find(|(one, _)| *one == kind).map_or("text", |(_, word)| word)
}

/// The type of a variable that is stored as this word.
pub fn kind_of(word: &str) -> Result<VariableKind, Error> {
    let found = WORDS.iter().find(|(_, one)| *one == word).map(|(kind, _)| *kind);
    found.ok_or_else(|| Error::internal(format!("{word:?} is no type of a variable")))
}
