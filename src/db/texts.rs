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
    /// Whether it knows a statement, or will from now on.
    pub fn knows<B: Textual>(&mut self, statement: &(dyn Written<B> + '_)) -> bool {
        let Some(text) = B::text(&Lent(statement)) else { return false };
        let mut hash = DefaultHasher::new();
        text.hash(&mut hash);
        let hash = hash.finish();
        text.len() <= LONGEST && (self.0.contains(&hash) || (self.0.len() < MOST && self.0.insert(hash)))
    }
}

struct Lent<'a, B: Backend>(&'a (dyn Written<B> + 'a));

impl<B: Backend> QueryFragment<B> for Lent<'_, B> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        self.0.write(pass)
    }
}
