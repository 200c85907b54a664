//! What an environment fills solutions' places with: a connection per connection reference, a value per variable.

use std::collections::HashMap;

use diesel::prelude::*;

use super::settings::{Chosen, kind_of, word_of};
use crate::{
    db::{Conn, fold, natively, unvaried},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Component, Inventory, kinds},
    platform::{BoundReference, VariableValue},
    schema::{embedded_components, embedded_connections, embedded_references, embedded_variables},
};

/// What the connection references and variables of an environment are filled with, by their folded names.
#[derive(Default)]
pub struct Bindings {
    pub connections: HashMap<String, RowId>,
    pub values: HashMap<String, String>,
    /// Whether there are no references and no variables at all.
    pub is_empty: bool,
}

impl Bindings {
    /// What the environment has now.
    pub fn load(conn: &mut Conn, at: EnvironmentId) -> Result<Bindings, Error> {
        let connections: Vec<(String, Option<RowId>)> = natively!(conn, |c| {
            unvaried!(
                embedded_references::table
                    .filter(embedded_references::environment_id.eq(at))
                    .select((embedded_references::logical_name_key, embedded_references::connection_id))
            )
            .load(c)
        })?;
        let values: Vec<(String, Option<String>)> = natively!(conn, |c| {
            unvaried!(
                embedded_variables::table
                    .filter(embedded_variables::environment_id.eq(at))
                    .select((embedded_variables::schema_name_key, embedded_variables::value))
            )
            .load(c)
        })?;
        Ok(Bindings {
            is_empty: connections.is_empty() && values.is_empty(),
            connections: connections.into_iter().filter_map(|(key, id)| Some((key, id?))).collect(),
            values: values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
        })
    }
}

/// Writes the references and variables of a package: its definitions, with what was chosen for them.
pub fn write(conn: &mut Conn, at: EnvironmentId, inventory: &Inventory, chosen: &Chosen) -> Result<(), Error> {
    for reference in &inventory.connection_references {
        let key = fold(&reference.logical_name);
        let row = embedded_references::table.find((at, &key));
        let values = (
            embedded_references::logical_name.eq(&reference.logical_name),
            embedded_references::display_name.eq(&reference.display_name),
            embedded_references::connector_id.eq(&reference.connector_id),
            embedded_references::connection_id.eq(chosen.connections.get(&key).copied()),
        );
        if diesel::update(row).set(values).execute(conn)? == 0 {
            let keys = (embedded_references::environment_id.eq(at), embedded_references::logical_name_key.eq(&key));
            diesel::insert_into(embedded_references::table).values((keys, values)).execute(conn)?;
        }
    }
    for variable in &inventory.variables {
        let key = fold(&variable.schema_name);
        let row = embedded_variables::table.find((at, &key));
        let values = (
            embedded_variables::schema_name.eq(&variable.schema_name),
            embedded_variables::display_name.eq(&variable.display_name),
            embedded_variables::description.eq(&variable.description),
            embedded_variables::kind.eq(word_of(variable.kind)),
            embedded_variables::required.eq(variable.required),
            embedded_variables::default_value.eq(&variable.default),
            embedded_variables::value.eq(chosen.values.get(&key)),
        );
        if diesel::update(row).set(values).execute(conn)? == 0 {
            let keys = (embedded_variables::environment_id.eq(at), embedded_variables::schema_name_key.eq(&key));
            diesel::insert_into(embedded_variables::table).values((keys, values)).execute(conn)?;
        }
    }
    Ok(())
}

/// Takes away the references and variables that no solution of the environment has any more.
pub fn drop_orphans(conn: &mut Conn, at: EnvironmentId) -> Result<(), Error> {
    let held = |kind| {
        embedded_components::table
            .filter(embedded_components::environment_id.eq(at))
            .filter(embedded_components::kind.eq(kind))
            .select(embedded_components::name_key)
    };
    let references = embedded_references::table.filter(embedded_references::environment_id.eq(at));
    let held_references = held(kinds::CONNECTION_REFERENCE);
    natively!(conn, |c| {
        unvaried!(diesel::delete(references.filter(embedded_references::logical_name_key.ne_all(held_references))))
            .execute(c)
    })?;
    let variables = embedded_variables::table.filter(embedded_variables::environment_id.eq(at));
    let held_variables = held(kinds::VARIABLE);
    natively!(conn, |c| {
        unvaried!(diesel::delete(variables.filter(embedded_variables::schema_name_key.ne_all(held_variables))))
            .execute(c)
    })?;
    Ok(())
}

/// The connection references among these components, with the names of their connections.
pub fn references_of(
    conn: &mut Conn,
    at: EnvironmentId,
    components: &[Component],
) -> Result<Vec<BoundReference>, Error> {
    let columns = (
        embedded_references::logical_name,
        embedded_references::display_name,
        embedded_references::connector_id,
        embedded_connections::name.nullable(),
    );
    let rows: Vec<(String, String, String, Option<String>)> = embedded_references::table
        .left_join(embedded_connections::table)
        .filter(embedded_references::environment_id.eq(at))
        .filter(embedded_references::logical_name_key.eq_any(keys(components, kinds::CONNECTION_REFERENCE)))
        .order(embedded_references::logical_name_key)
        .select(columns)
        .load(conn)?;
    let bound = |(logical_name, display_name, connector_id, connection)| BoundReference {
        logical_name,
        display_name,
        connector_id,
        connection,
    };
    Ok(rows.into_iter().map(bound).collect())
}

#[derive(HasQuery)]
#[diesel(table_name = embedded_variables)]
struct Variable {
    schema_name: String,
    display_name: String,
    kind: String,
    default_value: Option<String>,
    value: Option<String>,
}

/// The variables among these components, with their values.
pub fn variables_of(conn: &mut Conn, at: EnvironmentId, components: &[Component]) -> Result<Vec<VariableValue>, Error> {
    let rows: Vec<Variable> = Variable::query()
        .filter(embedded_variables::environment_id.eq(at))
        .filter(embedded_variables::schema_name_key.eq_any(keys(components, kinds::VARIABLE)))
        .order(embedded_variables::schema_name_key)
        .load(conn)?;
    let valued = |row: Variable| {
        let Variable { schema_name, display_name, kind, default_value: default, value } = row;
        Ok(VariableValue { schema_name, display_name, kind: kind_of(&kind)?, default, value })
    };
    rows.into_iter().map(valued).collect()
}

fn keys(components: &[Component], kind: &str) -> Vec<String> {
    components.iter().filter(|component| component.kind == kind).map(|component| fold(&component.name)).collect()
}
