//! Statements whose text never varies.

use std::marker::PhantomData;

use diesel::{
    backend::Backend,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::methods::LimitDsl,
};

use super::wanted::tell;

/// A statement whose text is the same each time it comes from the same place in the code, so that each connection
/// prepares it once and knows it again without looking at it. Diesel has to look at each, and cannot know it of updates,
/// which may leave columns out.
pub struct Unvaried<Q, Place> {
    query: Q,
    place: PhantomData<Place>,
}

impl<Q, Place> Unvaried<Q, Place> {
    pub(crate) fn new(query: Q) -> Unvaried<Q, Place> {
        Unvaried { query, place: PhantomData }
    }
}

impl<Q, Place: 'static> QueryId for Unvaried<Q, Place> {
    type QueryId = Place;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<B: Backend, Q: QueryFragment<B>, Place> QueryFragment<B> for Unvaried<Q, Place> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        tell(pass, &mut |pass, _| self.query.walk_ast(pass))
    }
}

impl<Q: Query, Place> Query for Unvaried<Q, Place> {
    type SqlType = Q::SqlType;
}

impl<Q: LimitDsl, Place> LimitDsl for Unvaried<Q, Place> {
    type Output = Unvaried<Q::Output, Place>;

    fn limit(self, limit: i64) -> Self::Output {
        Unvaried::new(self.query.limit(limit))
    }
}

impl<C, Q, Place> RunQueryDsl<C> for Unvaried<Q, Place> {}

/// Says of a statement that its text never varies: see [`Unvaried`]. It is written out once for each connection, and where it
/// does vary, the first text is taken for all; built for tests, that is looked for. It varies in a function that is generic
/// over what is asked, with a list of values, with a filter that is there or not, and where a changeset leaves out what is
/// `None`.
macro_rules! unvaried {
    ($query:expr) => {{
        struct Here;
        $crate::db::Unvaried::<_, Here>::new($query)
    }};
}

pub(crate) use unvaried;

#[cfg(test)]
mod tests {
    use diesel::{SqliteConnection, connection::SimpleConnection, prelude::*};

    use super::super::prepared;

    diesel::table! {
        notes (id) {
            id -> Integer,
            text -> Text,
        }
    }

    #[test]
    fn an_update_is_prepared_once_and_takes_the_values_of_each_time() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)").unwrap();
        conn.batch_execute("INSERT INTO notes VALUES (1, 'a'), (2, 'b')").unwrap();
        prepared::watch(&mut conn);
        for (id, text) in [(1, "first"), (2, "second")] {
            let row = diesel::update(notes::table.find(id));
            assert_eq!(unvaried!(row.set(notes::text.eq(text))).execute(&mut conn), Ok(1));
        }
        assert_eq!(prepared::kept(&mut conn).len(), 1);
        let texts: Vec<String> = notes::table.order(notes::id).select(notes::text).load(&mut conn).unwrap();
        assert_eq!(texts, ["first", "second"]);
    }
}
