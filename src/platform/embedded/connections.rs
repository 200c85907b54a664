//! The connections of an embedded environment: what its connection references can be bound to.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::{EnvironmentId, PersonId, RowId},
    rules::connections::Connection,
    schema::{embedded_connections, embedded_references},
    secrets::{KeyFile, Sealed, Secret, columns::CONNECTION_CREDENTIAL},
};

/// The path of every connector's id.
const PATH: &str = "/providers/Microsoft.PowerApps/apis/";

/// Every connection of the environment, by name.
pub fn list(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<Connection>, Error> {
    let columns = (embedded_connections::id, embedded_connections::connector_id, embedded_connections::name);
    let rows: Vec<(RowId, String, String)> = unvaried!(
        embedded_connections::table
            .filter(embedded_connections::environment_id.eq(at))
            .order(embedded_connections::id)
            .select(columns)
    )
    .load(conn)?;
    let connection = |(id, connector_id, name): (RowId, _, _)| Connection { id: id.to_string(), connector_id, name };
    let mut all: Vec<Connection> = rows.into_iter().map(connection).collect();
    all.sort_by_cached_key(|connection| db::fold(&connection.name));
    Ok(all)
}

/// Whether the environment has this connection.
pub fn exists(conn: &mut Conn, at: EnvironmentId, id: RowId) -> Result<bool, Error> {
    let here = embedded_connections::table.find(id).filter(embedded_connections::environment_id.eq(at));
    Ok(diesel::select(diesel::dsl::exists(here)).get_result(conn)?)
}

/// The ids of the connections that have a credential.
pub fn with_credential(conn: &mut Conn, at: EnvironmentId) -> Result<HashSet<String>, Error> {
    let ids: Vec<RowId> = embedded_connections::table
        .filter(embedded_connections::environment_id.eq(at))
        .filter(embedded_connections::sealed_credential.is_not_null())
        .select(embedded_connections::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.to_string()).collect())
}

/// The names of the connectors that connection references here need.
pub fn wanted(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<String>, Error> {
    let ids = embedded_references::table
        .filter(embedded_references::environment_id.eq(at))
        .select(embedded_references::connector_id)
        .distinct();
    let ids: Vec<String> = ids.load(conn)?;
    let mut names: Vec<String> = ids.iter().map(|id| name_of(id).to_owned()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
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

/// Renames a connection; the answer is the connection as it was.
///
/// # Errors
/// Not found where the environment has no such connection.
pub fn rename(conn: &mut Conn, at: EnvironmentId, id: RowId, name: &str) -> Result<Connection, Error> {
    let before = find(conn, at, id)?;
    let row = embedded_connections::table.find(id);
    diesel::update(row).set(embedded_connections::name.eq(name)).execute(conn)?;
    Ok(before)
}

/// Keeps what flows would sign in with through a connection, or nothing more.
///
/// # Errors
/// Not found where the environment has no such connection; when the key file cannot be used.
pub fn set_credential(
    conn: &mut Conn,
    at: EnvironmentId,
    id: RowId,
    credential: Option<&Secret>,
    keys: &KeyFile,
) -> Result<(), Error> {
    find(conn, at, id)?;
    let sealed = credential.map(|secret| keys.seal(&CONNECTION_CREDENTIAL, id, secret)).transpose()?;
    let row = embedded_connections::table.find(id);
    diesel::update(row).set(embedded_connections::sealed_credential.eq(sealed)).execute(conn)?;
    Ok(())
}

/// What flows sign in with through a connection.
///
/// # Errors
/// Not found where the environment has no such connection; when the credential does not open.
pub fn credential(conn: &mut Conn, at: EnvironmentId, id: RowId, keys: &KeyFile) -> Result<Option<Secret>, Error> {
    let row = embedded_connections::table.find(id).filter(embedded_connections::environment_id.eq(at));
    let sealed: Option<Sealed> = row.select(embedded_connections::sealed_credential).first(conn)?;
    sealed.map(|sealed| keys.open(&CONNECTION_CREDENTIAL, id, &sealed)).transpose()
}

/// The names of the connection references that are bound to a connection of the environment.
pub fn references(conn: &mut Conn, at: EnvironmentId, id: RowId) -> Result<Vec<String>, Error> {
    Ok(embedded_references::table
        .filter(embedded_references::environment_id.eq(at))
        .filter(embedded_references::connection_id.eq(id))
        .order(embedded_references::logical_name_key)
        .select(embedded_references::display_name)
        .load(conn)?)
}

/// Removes a connection.
///
/// # Errors
/// A conflict that names the connection references that are bound to it.
pub fn remove(conn: &mut Conn, at: EnvironmentId, id: RowId) -> Result<Connection, Error> {
    let connection = find(conn, at, id)?;
    let bound = references(conn, at, id)?;
    if !bound.is_empty() {
        let name = &connection.name;
        let message = format!("{name} is used by {}: bind that to another connection first.", bound.join(", "));
        return Err(Error::Conflict(message));
    }
    diesel::delete(embedded_connections::table.find(id)).execute(conn)?;
    Ok(connection)
}

/// A connection of the environment.
///
/// # Errors
/// Not found where the environment has no such connection.
pub fn find(conn: &mut Conn, at: EnvironmentId, id: RowId) -> Result<Connection, Error> {
    let id = id.to_string();
    list(conn, at)?.into_iter().find(|connection| connection.id == id).ok_or(Error::NotFound)
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
