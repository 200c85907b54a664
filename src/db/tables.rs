//! Which tables there are at a version of the schema: asked of a database in memory that the migrations were run on, so
//! that no table and no column of a later migration is forgotten.

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection,
    migration::{Migration, MigrationSource},
    sql_query,
    sql_types::{Integer, Nullable, Text},
    sqlite::Sqlite,
};
use diesel_migrations::MigrationHarness as _;

use super::MIGRATIONS;
use crate::error::Error;

/// A table with its columns in their order.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub references: Vec<Reference>,
}

/// A column and what it holds.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// Part of the key that rows are told apart by.
    pub is_key: bool,
}

/// What a column holds, on either database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Up to 64 bits.
    Integer,
    Boolean,
    /// An instant in UTC.
    Timestamp,
}

/// A column that names rows of a table, here or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub column: String,
    /// The table that the rows stand in, and its column that names them.
    pub to: (String, String),
}

/// The versions of the schema that this program knows, oldest first.
pub fn versions() -> Result<Vec<String>, Error> {
    let mut versions: Vec<String> = migrations()?.iter().map(|one| one.name().version().to_string()).collect();
    versions.sort_unstable();
    Ok(versions)
}

/// The version that this program works with.
pub fn newest() -> Result<String, Error> {
    versions()?.pop().ok_or_else(|| Error::internal("there are no migrations"))
}

/// The tables at this version, in the order in which they were made.
pub fn at(version: &str) -> Result<Vec<Table>, Error> {
    let mut conn = SqliteConnection::establish(":memory:").map_err(|error| Error::internal(error.to_string()))?;
    let pending = conn.pending_migrations(MIGRATIONS).map_err(Error::Internal)?;
    for migration in pending.iter().filter(|one| one.name().version().to_string().as_str() <= version) {
        conn.run_migration(migration).map_err(Error::Internal)?;
    }
    let columns: Vec<FoundColumn> = sql_query(COLUMNS).load(&mut conn)?;
    let references: Vec<FoundReference> = sql_query(REFERENCES).load(&mut conn)?;
    let mut tables: Vec<Table> = Vec::new();
    for found in columns {
        if tables.last().is_none_or(|last| last.name != found.of) {
            tables.push(Table { name: found.of.clone(), columns: Vec::new(), references: Vec::new() });
        }
        let column = Column { kind: kind(&found)?, name: found.name, is_key: found.key > 0 };
        if let Some(last) = tables.last_mut() {
            last.columns.push(column);
        }
    }
    for found in references {
        let (of, reference) = found.reference(&tables)?;
        if let Some(table) = tables.iter_mut().find(|table| table.name == of) {
            table.references.push(reference);
        }
    }
    Ok(tables)
}

fn migrations() -> Result<Vec<Box<dyn Migration<Sqlite>>>, Error> {
    MIGRATIONS.migrations().map_err(Error::Internal)
}

const COLUMNS: &str = "SELECT m.name AS of, c.name, upper(c.type) AS kind, c.pk AS key \
    FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT GLOB 'sqlite_*' AND m.name <> '__diesel_schema_migrations' \
    ORDER BY m.rowid, c.cid";

const REFERENCES: &str = "SELECT m.name AS of, r.\"from\" AS name, r.\"table\" AS target, r.\"to\" AS key, r.seq \
    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) r WHERE m.type = 'table' ORDER BY m.rowid, r.id DESC";

#[derive(QueryableByName)]
struct FoundColumn {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    key: i32,
}

#[derive(QueryableByName)]
struct FoundReference {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = Integer)]
    seq: i32,
}

impl FoundReference {
    // Where it names a table alone, that table's key is meant.
    fn reference(self, tables: &[Table]) -> Result<(String, Reference), Error> {
        let target = tables.iter().find(|table| table.name == self.target);
        let of_target = target.and_then(|table| table.columns.iter().find(|column| column.is_key));
        match self.key.or_else(|| of_target.map(|column| column.name.clone())).filter(|_| self.seq == 0) {
            Some(key) => Ok((self.of, Reference { column: self.name, to: (self.target, key) })),
            None => Err(Error::internal(format!("{}.{} is no reference to one column", self.of, self.name))),
        }
    }
}

fn kind(found: &FoundColumn) -> Result<Kind, Error> {
    match found.kind.as_str() {
        "TEXT" => Ok(Kind::Text),
        "INTEGER" | "BIGINT" => Ok(Kind::Integer),
        "BOOLEAN" => Ok(Kind::Boolean),
        "TIMESTAMP" => Ok(Kind::Timestamp),
        other => Err(Error::internal(format!("{}.{} is {other}, which no backup can hold", found.of, found.name))),
    }
}
