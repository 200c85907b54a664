//! Connections that are asked without knowing what: how a database is asked is compiled once for each database, where
//! Diesel compiles it anew for each query.

use std::{
    any::TypeId,
    ops::{Deref, DerefMut},
    time::Instant,
};

use diesel::{
    ConnectionResult, QueryResult,
    connection::{
        CacheSize, Connection, Instrumentation, LoadConnection, SimpleConnection, TransactionManager,
        TransactionManagerStatus,
    },
    expression::QueryMetadata,
    internal::derives::multiconnection::{ConnectionSealed, MultiConnectionHelper},
    migration::MigrationConnection,
    query_builder::{Query, QueryFragment, QueryId},
    r2d2::R2D2Connection,
    sql_types::TypeMetadata,
};

use super::{
    memory::Memory,
    shared::Shared,
    statement::{Statement, known_as, known_by},
    texts::{Texts, Textual, Written},
};

/// A connection that does not know the types of what it is asked.
pub struct Erased<C> {
    conn: C,
    /// The statements that it knows by their texts.
    texts: Texts,
    /// Since when nobody has it.
    pub(super) idle_since: Option<Instant>,
    pub(super) memory: Memory,
    pub(super) shared: Shared,
}

impl<C> From<C> for Erased<C> {
    fn from(conn: C) -> Self {
        Erased { conn, texts: Texts::default(), idle_since: None, memory: Memory::default(), shared: Shared::default() }
    }
}

impl<C> Deref for Erased<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.conn
    }
}

impl<C> DerefMut for Erased<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.conn
    }
}

impl<C: SimpleConnection> SimpleConnection for Erased<C> {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.conn.batch_execute(query)
    }
}

impl<C> ConnectionSealed for Erased<C> {}

impl<C: Connection<Backend: Textual>> Connection for Erased<C> {
    type Backend = C::Backend;
    type TransactionManager = Transactions;

    fn establish(url: &str) -> ConnectionResult<Self> {
        C::establish(url).map(Erased::from)
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Self::Backend> + QueryId,
    {
        execute(self, T::query_id(), source)
    }

    fn transaction_state(&mut self) -> &mut <Transactions as TransactionManager<Self>>::TransactionStateData {
        self.conn.transaction_state()
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.conn.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.conn.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.conn.set_prepared_statement_cache_size(size);
    }
}

impl<C: LoadConnection<Mode, Backend: Textual>, Mode> LoadConnection<Mode> for Erased<C> {
    type Cursor<'conn, 'query>
        = C::Cursor<'conn, 'query>
    where
        Self: 'conn;
    type Row<'conn, 'query>
        = C::Row<'conn, 'query>
    where
        Self: 'conn;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<Self::Backend> + QueryId + 'query,
        Self::Backend: QueryMetadata<T::SqlType>,
    {
        load(self, T::query_id(), Box::new(source))
    }
}

fn execute<C: Connection<Backend: Textual>>(
    conn: &mut Erased<C>,
    id: Option<TypeId>,
    source: &dyn Written<C::Backend>,
) -> QueryResult<usize> {
    known_by(id, || {
        let text = conn.texts.of_lent(known_as(), source);
        conn.conn.execute_returning_count(&Statement::new(source, text))
    })
}

fn load<'conn, 'query, C: LoadConnection<Mode, Backend: Textual>, Mode>(
    conn: &'conn mut Erased<C>,
    id: Option<TypeId>,
    source: Box<dyn Written<C::Backend> + 'query>,
) -> QueryResult<C::Cursor<'conn, 'query>> {
    known_by(id, || {
        let text = conn.texts.of_given(known_as(), &*source);
        conn.conn.load(Statement::new(source, text))
    })
}

/// The transactions of the connection within.
pub struct Transactions;

impl<C: Connection<Backend: Textual>> TransactionManager<Erased<C>> for Transactions {
    type TransactionStateData = <C::TransactionManager as TransactionManager<C>>::TransactionStateData;

    fn begin_transaction(conn: &mut Erased<C>) -> QueryResult<()> {
        C::TransactionManager::begin_transaction(conn)
    }

    fn rollback_transaction(conn: &mut Erased<C>) -> QueryResult<()> {
        C::TransactionManager::rollback_transaction(conn)
    }

    fn commit_transaction(conn: &mut Erased<C>) -> QueryResult<()> {
        C::TransactionManager::commit_transaction(conn)
    }

    fn transaction_manager_status_mut(conn: &mut Erased<C>) -> &mut TransactionManagerStatus {
        C::TransactionManager::transaction_manager_status_mut(conn)
    }
}

impl<C: MigrationConnection<Backend: Textual>> MigrationConnection for Erased<C> {
    fn setup(&mut self) -> QueryResult<usize> {
        self.conn.setup()
    }
}

impl<C: R2D2Connection<Backend: Textual>> R2D2Connection for Erased<C> {
    fn ping(&mut self) -> QueryResult<()> {
        self.conn.ping()
    }

    fn is_broken(&mut self) -> bool {
        self.conn.is_broken()
    }
}

impl<C: MultiConnectionHelper<Backend: Textual>> MultiConnectionHelper for Erased<C> {
    fn to_any<'a>(lookup: &mut <Self::Backend as TypeMetadata>::MetadataLookup) -> &mut (dyn std::any::Any + 'a) {
        C::to_any(lookup)
    }

    fn from_any(lookup: &mut dyn std::any::Any) -> Option<&mut <Self::Backend as TypeMetadata>::MetadataLookup> {
        C::from_any(lookup)
    }
}

#[cfg(test)]
mod tests {
    use diesel::{
        SqliteConnection,
        dsl::{count_star, max},
        prelude::*,
    };

    use super::{
        super::{Conn, Native, prepared},
        *,
    };

    diesel::table! {
        notes (id) {
            id -> Integer,
            text -> Text,
        }
    }

    #[test]
    fn each_statement_is_prepared_once_and_taken_for_no_other() {
        let sqlite = SqliteConnection::establish(":memory:").unwrap();
        let mut conn = Conn::from(sqlite);
        conn.batch_execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)").unwrap();
        prepared::watch(&mut conn);
        for id in 1..=3_i32 {
            let note = (notes::id.eq(id), notes::text.eq("note"));
            assert_eq!(diesel::insert_into(notes::table).values(note).execute(&mut conn), Ok(1));
            assert_eq!(notes::table.select(count_star()).first(&mut conn), Ok(i64::from(id)));
            assert_eq!(notes::table.select(max(notes::id)).first(&mut conn), Ok(Some(id)));
            let Native::Sqlite(sqlite) = &mut *conn else { unreachable!() };
            assert_eq!(notes::table.find(id).select(notes::id).first(sqlite), Ok(id));
            let boxed = notes::table.filter(notes::id.eq(id)).select(notes::text).into_boxed();
            assert_eq!(boxed.first(sqlite), Ok("note".to_owned()));
        }
        assert_eq!(prepared::kept(&mut conn).len(), 5);
    }
}
