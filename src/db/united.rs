//! The rows of several queries, which the connection enum cannot ask for itself.

use diesel::{
    QueryResult, RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

use super::MultiBackend;

/// All rows of two queries with the same columns: see [`union_all`].
#[derive(QueryId)]
pub struct United<L, R> {
    left: L,
    right: R,
}

/// All rows of both queries.
pub fn union_all<L: Query, R: Query<SqlType = L::SqlType>>(left: L, right: R) -> United<L, R> {
    United { left, right }
}

impl<L: Query, R: Query<SqlType = L::SqlType>> United<L, R> {
    /// With all rows of one more.
    pub fn union_all<M: Query<SqlType = L::SqlType>>(self, more: M) -> United<Self, M> {
        union_all(self, more)
    }
}

impl<L: Query, R: Query<SqlType = L::SqlType>> Query for United<L, R> {
    type SqlType = L::SqlType;
}

impl<L: QueryFragment<MultiBackend>, R: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for United<L, R> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        part(&self.left, pass.reborrow())?;
        pass.push_sql(" UNION ALL ");
        part(&self.right, pass)
    }
}

// With an order and a limit of its own, which in SQLite only a subquery may have.
fn part<'b>(query: &'b impl QueryFragment<MultiBackend>, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
    pass.push_sql(match pass.backend() {
        MultiBackend::Postgres(_) => "(",
        MultiBackend::Sqlite(_) => "SELECT * FROM (",
    });
    query.walk_ast(pass.reborrow())?;
    pass.push_sql(")");
    Ok(())
}

impl<C, L, R> RunQueryDsl<C> for United<L, R> {}
