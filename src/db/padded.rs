//! Statements with lists of values, of few lengths.

use diesel::{
    backend::Backend,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

use super::unvaried::tell;

/// The shortest list that is asked for.
const LEAST: usize = 8;

/// A statement with lists that are [`padded`], which each connection prepares once for each length. Diesel has SQLite
/// prepare one with a list anew each time, since each length is another statement. Only for what is asked often, and has
/// few forms besides: a connection keeps them all.
pub struct Padded<Q>(pub Q);

impl<Q> QueryId for Padded<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<B: Backend, Q: QueryFragment<B>> QueryFragment<B> for Padded<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        tell(&self.0, pass)
    }
}

impl<Q: Query> Query for Padded<Q> {
    type SqlType = Q::SqlType;
}

impl<C, Q> RunQueryDsl<C> for Padded<Q> {}

/// The same values, the last one so often that there are 8, 16, 32 and so on of them; none where there are none.
pub fn padded<T: Clone>(mut values: Vec<T>) -> Vec<T> {
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two().max(LEAST), last);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn lists_have_few_lengths() {
        assert_eq!(padded(vec![1, 2]), [1, 2, 2, 2, 2, 2, 2, 2]);
        assert_eq!([0, 8, 9, 200].map(|count| padded(vec![0; count]).len()), [0, 8, 16, 256]);
    }
}
