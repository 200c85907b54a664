//! Values that a query finds.

use diesel::{
    AppearsOnTable, Expression, QueryResult,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Bool,
};

use super::MultiBackend;

/// Whether `column` is one of those that a query finds, which may be boxed for the connection enum: Diesel's own `eq_any`
/// takes none that is. For few of them, as PostgreSQL is given a list of them all before it looks for anything else.
#[derive(Debug, Clone, QueryId)]
pub struct Within<C, Q> {
    column: C,
    query: Q,
}

/// Whether `column` is one of those that `query` finds.
pub fn within<C: Expression, Q: Query<SqlType = C::SqlType>>(column: C, query: Q) -> Within<C, Q> {
    Within { column, query }
}

impl<C: Expression, Q> Expression for Within<C, Q> {
    type SqlType = Bool;
}

impl<C, Q> ValidGrouping<()> for Within<C, Q> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<T>, Q, T> AppearsOnTable<T> for Within<C, Q> {}

impl<C: QueryFragment<MultiBackend>, Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Within<C, Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        // Else PostgreSQL joins what is found with all other tables of the query: where those are nine, it takes fifteen
        // milliseconds to choose in which order, or, as it is set up, joins eight of them whole before what is found.
        let (begin, end) = match pass.backend() {
            MultiBackend::Postgres(_) => (" = ANY (ARRAY(", "))"),
            MultiBackend::Sqlite(_) => (" IN (", ")"),
        };
        self.column.walk_ast(pass.reborrow())?;
        pass.push_sql(begin);
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(end);
        Ok(())
    }
}
