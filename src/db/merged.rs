//! The newest of several lists of keys, merged.

use diesel::{
    AppearsOnTable, Expression, QueryResult,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};

use super::MultiBackend;

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

impl<C, Q> QueryFragment<MultiBackend> for Merged<C, Q>
where
    C: QueryFragment<MultiBackend>,
    Q: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let most = self.most.to_string();
        // PostgreSQL finds all keys of each query and sorts them unless it is told that not more of them are needed. That
        // of one is that of all.
        let [begin, end] = match pass.backend() {
            MultiBackend::Postgres(_) if self.queries.len() > 1 => ["(", &format!(" ORDER BY 1 DESC LIMIT {most})")],
            _ => ["", ""],
        };
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        for (place, query) in self.queries.iter().enumerate() {
            pass.push_sql(if place == 0 { "" } else { " UNION ALL " });
            pass.push_sql(begin);
            query.walk_ast(pass.reborrow())?;
            pass.push_sql(end);
        }
        pass.push_sql(" ORDER BY 1 DESC LIMIT ");
        pass.push_sql(&most);
        pass.push_sql(")");
        Ok(())
    }
}
