//! Statements whose text never varies.

use std::{cell::Cell, marker::PhantomData};

use diesel::{
    backend::Backend,
    internal::derives::multiconnection::AstPassHelper,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::methods::LimitDsl,
};

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

/// What a statement is gone through for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Text,
    Values,
    /// Whether it may be kept prepared, or is there at all.
    Word,
}

/// What `pass` goes through a statement for, and the same pass.
pub(super) fn wanted<'a, 'b, B: Backend>(mut pass: AstPass<'a, 'b, B>) -> (AstPass<'a, 'b, B>, Wanted) {
    // Who comes for the text is known by its builder only.
    let text = Cell::new(false);
    let values = pass.bind_collector().is_some() || pass.debug_binds().is_some();
    let pass = pass.cast_database::<B>(
        |values| values,
        |builder| {
            text.set(true);
            builder
        },
        |backend| backend,
        |types| types,
    );
    match (values, text.get()) {
        (true, _) => (pass, Wanted::Values),
        (false, true) => (pass, Wanted::Text),
        (false, false) => (pass, Wanted::Word),
    }
}

/// Tells text and values, and not whether the statement may be kept prepared, which is known to who calls this. `write` is
/// told whether the text is asked for.
pub(super) fn tell<'b, B: Backend>(
    pass: AstPass<'_, 'b, B>,
    write: &mut dyn FnMut(AstPass<'_, 'b, B>, bool) -> QueryResult<()>,
) -> QueryResult<()> {
    let (mut pass, wanted) = wanted(pass);
    if wanted == Wanted::Word {
        // Whether there is a statement at all.
        pass.push_sql("");
        return Ok(());
    }
    write(pass, wanted == Wanted::Text)
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
