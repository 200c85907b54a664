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
        // Only who writes the text or takes the values has anything to look for here: that the statement may be cached
        // is known, and the one thing left to ask is whether there is one.
        let looks = Cell::new(false);
        let look = || looks.set(true);
        let mut pass = pass.cast_database::<B>(
            |values| {
                look();
                values
            },
            |text| {
                look();
                text
            },
            |backend| backend,
            |types| types,
        );
        if looks.get() {
            return self.query.walk_ast(pass);
        }
        pass.push_sql("");
        Ok(())
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

/// Says of a statement that its text never varies: see [`Unvaried`].
macro_rules! unvaried {
    ($query:expr) => {{
        struct Here;
        $crate::db::Unvaried::<_, Here>::new($query)
    }};
}

pub(crate) use unvaried;
