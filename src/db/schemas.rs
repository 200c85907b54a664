//! Rooms of their own within one PostgreSQL database, each as good as a database.

use diesel::{Connection as _, PgConnection, connection::SimpleConnection};

use super::Url;
use crate::error::Error;

/// Makes an empty schema and tells its URL; none where databases are files, of which one makes another.
pub fn make(url: &Url, name: &str) -> Result<Option<Url>, Error> {
    let Url::Postgres(server) = url else { return Ok(None) };
    remove(url, name)?;
    run(server, &format!("CREATE SCHEMA {name}"))?;
    // Of several such options the last one counts.
    let joint = if server.contains('?') { '&' } else { '?' };
    Ok(Some(Url::Postgres(format!("{server}{joint}options=-csearch_path%3D{name}"))))
}

/// Removes a schema with all that is in it.
pub fn remove(url: &Url, name: &str) -> Result<(), Error> {
    match url {
        Url::Postgres(server) => run(server, &format!("DROP SCHEMA IF EXISTS {name} CASCADE")),
        Url::Sqlite(_) => Ok(()),
    }
}

fn run(server: &str, sql: &str) -> Result<(), Error> {
    let conn = PgConnection::establish(server);
    Ok(conn.map_err(|error| Error::internal(error.to_string()))?.batch_execute(sql)?)
}
