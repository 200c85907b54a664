//! The connections of an embedded environment: what its connection references can be bound to.

use diesel::prelude::*;

use crate::{
    db::{self, Conn},
    error::Error,
    id::{EnvironmentId, PersonId, RowId},
    rules::connections::Connection,
    schema::{embedded_connections, embedded_references},
};

/// The path of every connector's id.
const PATH: &str = "/providers/Microsoft.PowerApps/apis/";

/// Every connection of the environment, by name.
pub fn list(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<Connection>, Error> {
    let columns = (embedded_connections::id, embedded_connections::connector_id, embedded_connections::name);
    let rows: Vec<(RowId, String, String)> = embedded_connections::table
        .filter(embedded_connections::environment_id.eq(at))
        .order(embedded_connections::id)
        .select(columns)
        .load(conn)?;
    let connection = |(id, connector_id, name): (RowId, _, _)| Connection { id: id.to_string(), connector_id, name };
    let mut all: Vec<Connection> = rows.into_iter().map(connection).collect();
    all.sort_by_cached_key(|connection| db::fold(&connection.name));
    Ok(all)
}

/// The names of the connectors that connection references here need.
pub fn wanted(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<String>, Error> {
    let ids = embedded_references::table
        .filter(embedded_references::environment_id.eq(at))
        .select(embedded_references::connector_id)
        .distinct();
    let ids: Vec<String> = ids.load(conn)?;
    let mut names: Vec<String> = ids.iter().map(|id| name_of(id).to_owned()).filter(|name| !name.is_empty()).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// Adds a connection of a connector, which is named such as `shared_office365` or by its whole id.
///
/// # Errors
/// A conflict where the name is empty or the connector is none.
pub fn add(conn: &mut Conn, at: EnvironmentId, name: &str, connector: &str, by: PersonId) -> Result<Connection, Error> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::Conflict("Give the connection a name.".into()));
    }
    let connector_id = connector_id(connector).ok_or_else(|| {
        Error::Conflict("Name the connector as its address does, such as shared_office365.".to_owned())
    })?;
    let id = RowId::new();
    diesel::insert_into(embedded_connections::table)
        .values((
            embedded_connections::id.eq(id),
            embedded_connections::environment_id.eq(at),
            embedded_connections::name.eq(name),
            embedded_connections::connector_id.eq(&connector_id),
            embedded_connections::created_by.eq(by),
            embedded_connections::created_at.eq(db::now()),
        ))
        .execute(conn)?;
    Ok(Connection { id: id.to_string(), connector_id, name: name.to_owned() })
}

/// Removes a connection.
///
/// # Errors
/// A conflict that names the connection references that are bound to it.
pub fn remove(conn: &mut Conn, at: EnvironmentId, id: RowId) -> Result<Connection, Error> {
    let all = list(conn, at)?;
    let connection = all.into_iter().find(|connection| connection.id == id.to_string()).ok_or(Error::NotFound)?;
    let bound: Vec<String> = embedded_references::table
        .filter(embedded_references::connection_id.eq(id))
        .order(embedded_references::logical_name_key)
        .select(embedded_references::display_name)
        .load(conn)?;
    if !bound.is_empty() {
        let name = &connection.name;
        let message = format!("{name} is used by {}: bind that to another connection first.", bound.join(", "));
        return Err(Error::Conflict(message));
    }
    diesel::delete(embedded_connections::table.find(id)).execute(conn)?;
    Ok(connection)
}

/// The id of the connector that a person names; none if it cannot be one.
pub fn connector_id(text: &str) -> Option<String> {
    let text = text.trim();
    let name = match text.get(..PATH.len()) {
        Some(path) if path.eq_ignore_ascii_case(PATH) => &text[PATH.len()..],
        _ => text,
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let named = name.len() > "shared_".len() && name.starts_with("shared_") && name.chars().all(fits);
    named.then(|| format!("{PATH}{name}"))
}

/// The part of a connector's id that people know it by.
pub fn name_of(connector_id: &str) -> &str {
    connector_id.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}
