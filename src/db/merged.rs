//! The newest of several lists of keys, merged.

use diesel::{
    AppearsOnTable, Expression, QueryResult,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
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

impl<B: Backend, C: QueryFragment<B>, Q: QueryFragment<B>> QueryFragment<B> for Merged<C, Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        for (place, query) in self.queries.iter().enumerate() {
            pass.push_sql(if place == 0 { "" } else { " UNION ALL " });
            query.walk_ast(pass.reborrow())?;
        }
        pass.push_sql(" ORDER BY 1 DESC LIMIT ");
        pass.push_sql(&self.most.to_string());
        pass.push_sql(")");
        Ok(())
    }
}
