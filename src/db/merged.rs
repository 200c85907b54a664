//! The newest of several lists of keys, merged.

use diesel::{
    AppearsOnTable, Expression, QueryResult,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
    sqlite::Sqlite,
};

/// Whether `column` is among the `most` greatest keys that the queries find. Where an index has the keys of each query in
/// their order, no more of them are looked at than there can be in the answer; "one of these" instead finds them all, and
/// sorts them.
pub struct Merged<C, Q> {
    pub column: C,
    pub queries: Vec<Q>,
    pub most: usize,
}

impl<C, Q> Expression for Merged<C, Q> {
    type SqlType = Bool;
}

impl<C, Q> ValidGrouping<()> for Merged<C, Q> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<T>, Q, T> AppearsOnTable<T> for Merged<C, Q> {}

impl<C, Q> QueryId for Merged<C, Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Sqlite>, Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Merged<C, Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.walk(pass, ["", ""])
    }
}

// PostgreSQL finds all keys of each query and sorts them unless it is told that not more of them are needed.
impl<C: QueryFragment<Pg>, Q: QueryFragment<Pg>> QueryFragment<Pg> for Merged<C, Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self.queries.len() {
            // That of one is that of all.
            1 => self.walk(pass, ["", ""]),
            _ => self.walk(pass, ["(", &format!(" ORDER BY 1 DESC LIMIT {})", self.most)]),
        }
    }
}

impl<C, Q> Merged<C, Q> {
    // With what begins and ends each query.
    fn walk<'b, B: Backend>(&'b self, mut pass: AstPass<'_, 'b, B>, [begin, end]: [&str; 2]) -> QueryResult<()>
    where
        C: QueryFragment<B>,
        Q: QueryFragment<B>,
    {
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        for (place, query) in self.queries.iter().enumerate() {
            pass.push_sql(if place == 0 { "" } else { " UNION ALL " });
            pass.push_sql(begin);
            query.walk_ast(pass.reborrow())?;
            pass.push_sql(end);
        }
        pass.push_sql(" ORDER BY 1 DESC LIMIT ");
        pass.push_sql(&self.most.to_string());
        pass.push_sql(")");
        Ok(())
    }
}
