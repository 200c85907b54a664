//! Lists of keys, in statements whose text is the same however many there are.

use std::fmt::Display;

use diesel::{
    AppearsOnTable, Expression, QueryResult,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, Bool, Text},
    sqlite::Sqlite,
};

use super::MultiBackend;

/// Whether `column` is one of some keys. They are one value of the statement, which thereby may be [`Unvaried`]: with a
/// value each, every number of them makes another one.
///
/// [`Unvaried`]: super::Unvaried
#[derive(Debug, Clone)]
pub struct Among<C> {
    column: C,
    keys: Vec<String>,
    /// The same in JSON, which is how SQLite takes a list.
    json: String,
}

/// Whether `column` is one of `keys`.
pub fn among<C>(column: C, keys: impl IntoIterator<Item: Display>) -> Among<C> {
    let keys: Vec<String> = keys.into_iter().map(|key| key.to_string()).collect();
    let json = serde_json::json!(keys).to_string();
    Among { column, keys, json }
}

impl<C: Expression<SqlType = Text>> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C> ValidGrouping<()> for Among<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<T, SqlType = Text>, T> AppearsOnTable<T> for Among<C> {}

impl<C> QueryId for Among<C> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (SELECT value FROM json_each(");
        pass.push_bind_param::<Text, String>(&self.json)?;
        pass.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" = ANY(");
        pass.push_bind_param::<Array<Text>, Vec<String>>(&self.keys)?;
        pass.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Pg> + QueryFragment<Sqlite>> QueryFragment<MultiBackend> for Among<C> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, pass)
    }
}

#[cfg(test)]
mod tests {
    use diesel::{SqliteConnection, connection::SimpleConnection, prelude::*};

    use super::{
        super::{prepared, unvaried},
        *,
    };

    diesel::table! {
        notes (id) {
            id -> Text,
        }
    }

    #[test]
    fn a_list_of_any_length_is_the_same_statement() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute("CREATE TABLE notes (id TEXT PRIMARY KEY); INSERT INTO notes VALUES ('a'), ('b\"'), ('c')")
            .unwrap();
        prepared::watch(&mut conn);
        for (keys, there) in [
            (vec![], vec![]),
            (vec!["c"], vec!["c"]),
            (vec!["c", "b\"", "x", "c"], vec!["b\"", "c"]),
            (vec!["a, c"], vec![]),
        ] {
            let these = notes::table.filter(among(notes::id, keys)).order(notes::id).select(notes::id);
            assert_eq!(unvaried!(these).load::<String>(&mut conn).unwrap(), there);
        }
        assert_eq!(prepared::kept(&mut conn).len(), 1);
    }
}
