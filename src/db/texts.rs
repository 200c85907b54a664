//! Statements that are known again by their texts.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use diesel::{
    QueryResult,
    backend::Backend,
    pg::Pg,
    query_builder::{AstPass, QueryBuilder, QueryFragment},
    sqlite::{Sqlite, SqliteQueryBuilder},
};

use super::MultiBackend;

/// How many statements a connection knows by their texts: each is kept as long as the connection is.
const MOST: usize = 256;

/// How long such a text may be, in bytes.
const LONGEST: usize = 8 * 1024;

/// What can be written as SQL.
pub(super) trait Written<B: Backend> {
    fn write<'b>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()>;
}

impl<B: Backend, Q: QueryFragment<B>> Written<B> for Q {
    fn write<'b>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        self.walk_ast(pass)
    }
}

/// A database whose statements are worth knowing by their texts, where nothing else tells them.
pub(super) trait Textual: Backend + 'static {
    /// The text of a statement; none where it does not matter.
    fn text(statement: &impl QueryFragment<Self>) -> Option<String>;
}

impl Textual for Sqlite {
    // Diesel has SQLite prepare a statement with a list of values anew each time, as each length is another statement.
    // That takes longer than to run it.
    fn text(statement: &impl QueryFragment<Self>) -> Option<String> {
        let mut text = SqliteQueryBuilder::new();
        statement.to_sql(&mut text, &Sqlite).ok()?;
        Some(text.finish())
    }
}

impl Textual for Pg {
    // A list is one value to it.
    fn text(_: &impl QueryFragment<Self>) -> Option<String> {
        None
    }
}

impl Textual for MultiBackend {
    // The connection within knows.
    fn text(_: &impl QueryFragment<Self>) -> Option<String> {
        None
    }
}

/// The statements that a connection knows by their texts: the first ones that came, by their hashes.
#[derive(Default)]
pub(super) struct Texts(HashSet<u64>);

impl Texts {
    /// The text of a statement that it knows, or will from now on.
    pub fn known<B: Textual>(&mut self, statement: &(dyn Written<B> + '_)) -> Option<String> {
        let text = B::text(&Lent(statement)).filter(|text| text.len() <= LONGEST)?;
        let mut hash = DefaultHasher::new();
        text.hash(&mut hash);
        let hash = hash.finish();
        let known = self.0.contains(&hash) || (self.0.len() < MOST && self.0.insert(hash));
        known.then_some(text)
    }
}

struct Lent<'a, B: Backend>(&'a (dyn Written<B> + 'a));

impl<B: Backend> QueryFragment<B> for Lent<'_, B> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        self.0.write(pass)
    }
}

#[cfg(test)]
mod tests {
    use diesel::{SqliteConnection, connection::SimpleConnection, prelude::*, sql_query};

    use super::{
        super::{Conn, prepared},
        *,
    };

    diesel::table! {
        notes (id) {
            id -> Integer,
        }
    }

    #[test]
    fn a_statement_with_a_list_is_kept_for_each_length_and_takes_the_values_of_each_time() {
        let mut conn = Conn::from(SqliteConnection::establish(":memory:").unwrap());
        conn.batch_execute("CREATE TABLE notes (id INTEGER PRIMARY KEY); INSERT INTO notes VALUES (1), (2), (3)")
            .unwrap();
        prepared::watch(&mut conn);
        for list in [vec![1, 2], vec![2, 3], vec![4, 5], vec![3, 2, 1], vec![1, 4, 5]] {
            let there: Vec<i32> = list.iter().copied().filter(|id| *id < 4).collect();
            let found = notes::table.filter(notes::id.eq_any(list)).select(notes::id).load::<i32>(&mut conn);
            let mut found = found.unwrap();
            found.sort_by_key(|id| there.iter().position(|there| there == id));
            assert_eq!(found, there);
        }
        assert_eq!(prepared::kept(&mut conn).len(), 2);
    }

    #[test]
    fn no_connection_knows_more_than_it_has_room_for() {
        let mut texts = Texts::default();
        let mut knows = |text: String| texts.known::<Sqlite>(&sql_query(text)).is_some();
        assert!(!knows("x".repeat(LONGEST + 1)));
        assert!((0..MOST).all(|number| knows(format!("SELECT {number}"))));
        assert!(!knows("SELECT 'one more'".into()) && knows("SELECT 0".into()));
    }
}
