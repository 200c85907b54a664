//! All rows of a tenant as they were, to see what a request changed and to undo it.

use diesel::{RunQueryDsl, connection::SimpleConnection, dsl::sql, sql_types::Text};

use crate::support::TestApp;

/// Copies of all tables, beside them in the same database.
pub struct Snapshot {
    tables: Vec<&'static str>,
}

impl Snapshot {
    /// Keeps what there is now.
    pub fn of(app: &TestApp) -> Snapshot {
        let tables = tables();
        let copy = |table: &&str| {
            format!("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} AS SELECT * FROM \"{table}\";", kept(table))
        };
        run(app, tables.iter().map(copy).collect());
        Snapshot { tables }
    }

    /// The tables whose rows are others now.
    pub fn changed(&self, app: &TestApp) -> Vec<&'static str> {
        let differs = |table: &&str| {
            let (now, then) = (format!("SELECT * FROM \"{table}\""), format!("SELECT * FROM {}", kept(table)));
            format!(
                "CASE WHEN EXISTS ({now} EXCEPT {then}) OR EXISTS ({then} EXCEPT {now}) THEN ' {table}' ELSE '' END"
            )
        };
        let names = self.tables.iter().map(differs).collect::<Vec<_>>().join(" || ");
        let names: String = app.read(|c| Ok(diesel::select(sql::<Text>(&names)).get_result(c)?));
        self.tables.iter().filter(|table| names.split(' ').any(|name| name == **table)).copied().collect()
    }

    /// Makes all rows again what they were.
    pub fn restore(&self, app: &TestApp) {
        let empty = self.tables.iter().rev().map(|table| format!("DELETE FROM \"{table}\";"));
        let fill = self.tables.iter().map(|table| format!("INSERT INTO \"{table}\" SELECT * FROM {};", kept(table)));
        run(app, empty.chain(fill).collect());
    }
}

// The schema lists them so that each comes after those it points to.
fn tables() -> Vec<&'static str> {
    let schema = include_str!("../../../src/schema.rs");
    let heads = schema.split("\ntable! {\n").skip(1);
    heads.map(|head| head.trim_start().split(' ').next().unwrap()).collect()
}

fn kept(table: &str) -> String {
    format!("kept_{table}")
}

fn run(app: &TestApp, statements: Vec<String>) {
    app.write(|c| Ok(c.batch_execute(&statements.concat())?));
}
