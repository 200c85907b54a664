//! Rows as JSON, in the same form out of either database and into either.

use chrono::{NaiveDateTime, SubsecRound};
use diesel::{
    QueryResult, QueryableByName, RunQueryDsl, connection::DefaultLoadingMode, pg::PgRowByRowLoadingMode, sql_query,
    sql_types::Text,
};
use serde_json::{Map, Value};

use super::{
    Conn, Native,
    tables::{Kind, Reference, Table},
};
use crate::error::Error;

/// A row: every column of its table by name.
pub type Row = Map<String, Value>;

/// What an instant is written as: the text that Diesel writes into SQLite, which compares as the instants do.
const INSTANT: &str = "%Y-%m-%d %H:%M:%S%.f";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Table {
    /// Reads a row of this table from JSON as a database or a backup tells it.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub fn row(&self, line: &[u8]) -> Result<Row, String> {
        let mut told: Row = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let mut row = Row::new();
        for column in &self.columns {
            let value = told.remove(&column.name).ok_or_else(|| format!("{} is missing", column.name))?;
            let value =
                canonical(value, column.kind).ok_or_else(|| format!("{} is not what it should be", column.name))?;
            row.insert(column.name.clone(), value);
        }
        match told.keys().next() {
            Some(name) => Err(format!("nothing is known of {name}")),
            None => Ok(row),
        }
    }

    fn names(&self) -> String {
        self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    }

    fn key(&self) -> String {
        let keys = self.columns.iter().filter(|column| column.is_key).map(|column| quoted(&column.name));
        keys.collect::<Vec<_>>().join(", ")
    }
}

/// Reads every row of a table in the order of its key, one at a time.
pub fn each(conn: &mut Conn, table: &Table, mut take: impl FnMut(Row) -> Result<(), Error>) -> Result<(), Error> {
    let mut told = |line: Result<Line, diesel::result::Error>| {
        let row = table.row(line?.line.as_bytes());
        take(row.map_err(|wrong| Error::internal(format!("a row of {} cannot be read: {wrong}", table.name)))?)
    };
    let (name, columns, key) = (quoted(&table.name), table.names(), table.key());
    match &mut **conn {
        Native::Postgres(conn) => {
            let rows = format!("SELECT {columns} FROM {name} ORDER BY {key}");
            let lines = sql_query(format!("SELECT row_to_json(r)::text AS line FROM ({rows}) r"));
            lines.load_iter::<Line, PgRowByRowLoadingMode>(conn)?.try_for_each(&mut told)
        }
        Native::Sqlite(conn) => {
            let pairs = table.columns.iter().map(|column| format!("'{}', {}", column.name, quoted(&column.name)));
            let pairs = pairs.collect::<Vec<_>>().join(", ");
            let lines = sql_query(format!("SELECT json_object({pairs}) AS line FROM {name} ORDER BY {key}"));
            lines.load_iter::<Line, DefaultLoadingMode>(conn)?.try_for_each(&mut told)
        }
    }
}

/// Puts rows into a table.
///
/// # Errors
/// With what the database says where it does not take them.
pub fn insert(conn: &mut Conn, table: &Table, rows: &[Row]) -> Result<(), Error> {
    match put(conn, table, serde_json::to_string(rows)?) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Conflict(format!("The rows of {} cannot be written: {error}.", table.name))),
    }
}

fn put(conn: &mut Conn, table: &Table, rows: String) -> QueryResult<usize> {
    let (name, columns) = (quoted(&table.name), table.names());
    match &mut **conn {
        Native::Postgres(conn) => {
            let values = format!("SELECT {columns} FROM json_populate_recordset(NULL::{name}, $1::json)");
            sql_query(format!("INSERT INTO {name} ({columns}) {values}")).bind::<Text, _>(rows).execute(conn)
        }
        Native::Sqlite(conn) => {
            let values =
                table.columns.iter().map(|column| format!("json_extract(value, '$.{}')", quoted(&column.name)));
            let values = format!("SELECT {} FROM json_each(?)", values.collect::<Vec<_>>().join(", "));
            sql_query(format!("INSERT INTO {name} ({columns}) {values}")).bind::<Text, _>(rows).execute(conn)
        }
    }
}

/// What a column of a table names that is not there.
pub fn broken(conn: &mut Conn, table: &str, reference: &Reference) -> Result<Vec<String>, Error> {
    let (column, table) = (quoted(&reference.column), quoted(table));
    let (key, to) = (quoted(&reference.to.1), quoted(&reference.to.0));
    let query = sql_query(format!(
        "SELECT DISTINCT r.{column} AS line FROM {table} r \
         WHERE r.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {to} t WHERE t.{key} = r.{column}) ORDER BY 1"
    ));
    let lines: Vec<Line> = match &mut **conn {
        Native::Postgres(conn) => query.load(conn)?,
        Native::Sqlite(conn) => query.load(conn)?,
    };
    Ok(lines.into_iter().map(|one| one.line).collect())
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn canonical(value: Value, kind: Kind) -> Option<Value> {
    match (kind, value) {
        (_, Value::Null) => Some(Value::Null),
        // PostgreSQL keeps none.
        (Kind::Text, Value::String(text)) if text.contains('\0') => Some(text.replace('\0', "\u{fffd}").into()),
        (Kind::Text, text @ Value::String(_)) => Some(text),
        (Kind::Integer, Value::Number(number)) => Some(number.as_i64()?.into()),
        (Kind::Boolean, truth @ Value::Bool(_)) => Some(truth),
        // SQLite has none of its own.
        (Kind::Boolean, Value::Number(number)) => match number.as_i64()? {
            0 => Some(false.into()),
            1 => Some(true.into()),
            _ => None,
        },
        (Kind::Timestamp, Value::String(text)) => {
            let instant = NaiveDateTime::parse_from_str(&text.replacen('T', " ", 1), INSTANT).ok()?;
            Some(instant.trunc_subsecs(6).format(INSTANT).to_string().into())
        }
        _ => None,
    }
}
