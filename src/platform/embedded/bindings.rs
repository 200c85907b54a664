//! What an environment fills solutions' places with: a connection per connection reference, a value per variable.

use std::collections::HashMap;

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Nullable, Text},
};

use super::settings::{Chosen, kind_of, word_of};
use crate::{
    db::{Conn, among, fold, number, union_all, unvaried},
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
        let connections: Vec<(String, Option<RowId>)> = unvaried!(
            embedded_references::table
                .filter(embedded_references::environment_id.eq(at))
                .select((embedded_references::logical_name_key, embedded_references::connection_id))
        )
        .load(conn)?;
        let values: Vec<(String, Option<String>)> = unvaried!(
            embedded_variables::table
                .filter(embedded_variables::environment_id.eq(at))
                .select((embedded_variables::schema_name_key, embedded_variables::value))
        )
        .load(conn)?;
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
    unvaried!(diesel::delete(references.filter(embedded_references::logical_name_key.ne_all(held_references))))
        .execute(conn)?;
    let variables = embedded_variables::table.filter(embedded_variables::environment_id.eq(at));
    let held_variables = held(kinds::VARIABLE);
    unvaried!(diesel::delete(variables.filter(embedded_variables::schema_name_key.ne_all(held_variables))))
        .execute(conn)?;
    Ok(())
}

/// A connection reference or a variable with what fills it. A reference has its connector and the name of its connection; a
/// variable its kind, its default and its value.
type Line = (i32, String, String, String, Option<String>, Option<String>, String);

const REFERENCE: i32 = 0;
const VARIABLE: i32 = 1;

/// The connection references and the variables among these components, by name, with what fills them.
pub fn of(
    conn: &mut Conn,
    at: EnvironmentId,
    components: &[Component],
) -> Result<(Vec<BoundReference>, Vec<VariableValue>), Error> {
    let (references, variables) = (keys(components, kinds::CONNECTION_REFERENCE), keys(components, kinds::VARIABLE));
    if references.is_empty() && variables.is_empty() {
        return Ok(Default::default());
    }
    let mut lines = lines(conn, at, &references, &variables)?;
    lines.sort_by(|(.., one), (.., other)| one.cmp(other));
    let (mut bound, mut valued) = (Vec::new(), Vec::new());
    for (what, name, display_name, kind, one, value, _) in lines {
        match what {
            REFERENCE => {
                bound.push(BoundReference { logical_name: name, display_name, connector_id: kind, connection: one })
            }
            _ => {
                let kind = kind_of(&kind)?;
                valued.push(VariableValue { schema_name: name, display_name, kind, default: one, value });
            }
        }
    }
    Ok((bound, valued))
}

fn lines(conn: &mut Conn, at: EnvironmentId, references: &[String], variables: &[String]) -> Result<Vec<Line>, Error> {
    let bound = embedded_references::table
        .left_join(embedded_connections::table)
        .filter(embedded_references::environment_id.eq(at))
        .select((
            number(REFERENCE),
            embedded_references::logical_name,
            embedded_references::display_name,
            embedded_references::connector_id,
            embedded_connections::name.nullable(),
            sql::<Nullable<Text>>("NULL"),
            embedded_references::logical_name_key,
        ));
    let valued = embedded_variables::table.filter(embedded_variables::environment_id.eq(at)).select((
        number(VARIABLE),
        embedded_variables::schema_name,
        embedded_variables::display_name,
        embedded_variables::kind,
        embedded_variables::default_value,
        embedded_variables::value,
        embedded_variables::schema_name_key,
    ));
    let bound = bound.filter(among(embedded_references::logical_name_key, references));
    let valued = valued.filter(among(embedded_variables::schema_name_key, variables));
    Ok(unvaried!(union_all(bound, valued)).load(conn)?)
}

fn keys(components: &[Component], kind: &str) -> Vec<String> {
    components.iter().filter(|component| component.kind == kind).map(|component| fold(&component.name)).collect()
}
