//! Statements that are known again by their texts.

use std::{
    any::TypeId,
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use diesel::{
    QueryResult,
    backend::Backend,
    pg::{Pg, PgQueryBuilder},
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

/// A database whose connections may know statements by their texts.
pub(super) trait Textual: Backend + 'static {
    /// Whether a statement is worth knowing by its text where nothing else tells it.
    const BY_TEXT: bool;

    /// The text of a statement; none where the connection within knows it.
    fn text(statement: &impl QueryFragment<Self>) -> Option<String>;
}

impl Textual for Sqlite {
    // Diesel has SQLite prepare a statement with a list of values anew each time, as each length is another statement.
    // That takes longer than to run it.
    const BY_TEXT: bool = true;

    fn text(statement: &impl QueryFragment<Self>) -> Option<String> {
        let mut text = SqliteQueryBuilder::new();
        statement.to_sql(&mut text, &Sqlite).ok()?;
        Some(text.finish())
    }
}

impl Textual for Pg {
    // A list is one value to it.
    const BY_TEXT: bool = false;

    fn text(statement: &impl QueryFragment<Self>) -> Option<String> {
        let mut text = PgQueryBuilder::new();
        statement.to_sql(&mut text, &Pg).ok()?;
        Some(text.finish())
    }
}

impl Textual for MultiBackend {
    const BY_TEXT: bool = false;

    fn text(_: &impl QueryFragment<Self>) -> Option<String> {
        None
    }
}

/// The statements that a connection knows by their texts.
#[derive(Default)]
pub(super) struct Texts {
    /// The first ones that came of those that nothing else tells, by their hashes.
    known: HashSet<u64>,
    /// Those of the program, of which there are as many as places in the code.
    written: HashMap<TypeId, Arc<str>>,
}

impl Texts {
    /// The text of a statement that is lent to Diesel, which then looks at nothing but its text, whatever else it is known
    /// by.
    pub fn of_lent<B: Textual>(&mut self, id: Option<TypeId>, statement: &(dyn Written<B> + '_)) -> Option<Arc<str>> {
        match id {
            Some(id) => self.of(id, statement),
            None => self.known(statement),
        }
    }

    /// The text of a statement that is given to Diesel; none where that knows it by `id`.
    pub fn of_given<B: Textual>(&mut self, id: Option<TypeId>, statement: &(dyn Written<B> + '_)) -> Option<Arc<str>> {
        let Some(id) = id else { return self.known(statement) };
        // Looked at where it is built for tests, since Diesel would take it for another one.
        if cfg!(debug_assertions) {
            self.of(id, statement);
        }
        None
    }

    // The text of a statement that it knows, or will from now on.
    fn known<B: Textual>(&mut self, statement: &(dyn Written<B> + '_)) -> Option<Arc<str>> {
        let text = B::BY_TEXT.then(|| B::text(&Lent(statement)))?.filter(|text| text.len() <= LONGEST)?;
        let mut hash = DefaultHasher::new();
        text.hash(&mut hash);
        let hash = hash.finish();
        let known = self.known.contains(&hash) || (self.known.len() < MOST && self.known.insert(hash));
        known.then(|| text.into())
    }

    // The text of a statement that is known by `id`, which is written out once.
    fn of<B: Textual>(&mut self, id: TypeId, statement: &(dyn Written<B> + '_)) -> Option<Arc<str>> {
        if let Some(text) = self.written.get(&id) {
            debug_assert_eq!(B::text(&Lent(statement)).as_deref(), Some(&**text), "a statement varies that may not");
            return Some(text.clone());
        }
        let text: Arc<str> = B::text(&Lent(statement))?.into();
        Some(self.written.entry(id).insert_entry(text).get().clone())
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

    fn of(texts: &mut Texts, id: TypeId, text: &str) -> String {
        texts.of::<Sqlite>(id, &sql_query(text)).unwrap().to_string()
    }

    #[test]
    fn a_statement_that_is_known_by_something_else_has_its_own_text_each_time() {
        let (mut texts, one, other) = (Texts::default(), TypeId::of::<u8>(), TypeId::of::<u16>());
        for _ in 0..2 {
            assert_eq!(of(&mut texts, one, "SELECT 1"), "SELECT 1");
            assert_eq!(of(&mut texts, other, "SELECT 2"), "SELECT 2");
        }
    }

    // As long as it is built for tests: after that nobody looks any more.
    #[test]
    #[should_panic(expected = "a statement varies that may not")]
    fn one_that_varies_though_it_may_not_is_found() {
        let (mut texts, id) = (Texts::default(), TypeId::of::<u8>());
        of(&mut texts, id, "SELECT 1");
        of(&mut texts, id, "SELECT 2");
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
