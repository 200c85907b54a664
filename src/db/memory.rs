//! What a connection has read before and knows to be so still: an SQLite file tells whether anybody has written to it since.
//! PostgreSQL does not, so there everything is read anew.

use std::{any::Any, collections::HashMap, sync::Arc};

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};

use super::{Conn, Native, statements::uncounted};
use crate::error::Error;

/// How much is kept at most; what comes then takes the place of all of it.
const MOST: usize = 256;

/// What a connection keeps.
#[derive(Default)]
pub(super) struct Memory {
    now: Now,
    /// In which state the file was when all of it was read.
    version: Option<i64>,
    values: HashMap<String, Arc<dyn Any + Send + Sync>>,
}

/// What is known of the file in the present transaction.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Now {
    /// Nothing: what is read in a transaction that may write, or outside any, must not be kept.
    #[default]
    Unknown,
    /// That nobody writes to what the transaction reads; not yet whether somebody has.
    Unasked,
    /// That it is in the state of which things are kept.
    Kept,
}

/// The number that SQLite gives to the state of a file, as far as others than this connection change it
/// (<https://sqlite.org/pragma.html#pragma_data_version>). It holds for the whole transaction in which it is asked.
#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

impl Conn {
    /// What `read` finds, or found before, where nobody has written to the database since. Only what is there is kept, and
    /// it must follow from `name` and the database alone.
    pub fn kept<T: Send + Sync + 'static>(
        &mut self,
        name: String,
        read: impl FnOnce(&mut Conn) -> Result<Option<T>, Error>,
    ) -> Result<Option<Arc<T>>, Error> {
        if !self.may_keep()? {
            return Ok(read(self)?.map(Arc::new));
        }
        if let Some(Ok(known)) = self.memory.values.get(&name).cloned().map(Arc::downcast) {
            return Ok(Some(known));
        }
        let Some(found) = read(self)?.map(Arc::new) else { return Ok(None) };
        if self.memory.values.len() >= MOST {
            self.memory.values.clear();
        }
        self.memory.values.insert(name, found.clone());
        Ok(Some(found))
    }

    /// Runs `work`, in a transaction that only reads.
    pub(super) fn reading<T>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        use diesel::Connection as _;

        if matches!(**self, Native::Sqlite(_)) {
            self.memory.now = Now::Unasked;
        }
        let done = self.transaction(work);
        self.memory.now = Now::Unknown;
        done
    }

    fn may_keep(&mut self) -> Result<bool, Error> {
        if self.memory.now != Now::Unasked {
            return Ok(self.memory.now == Now::Kept);
        }
        let asked = uncounted(|| sql_query("PRAGMA data_version").get_result::<Version>(self));
        let version = Some(asked?.data_version);
        if self.memory.version != version {
            self.memory.values.clear();
            self.memory.version = version;
        }
        self.memory.now = Now::Kept;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use diesel::connection::SimpleConnection;

    use super::super::Db;
    use crate::error::Error;

    #[test]
    fn what_was_read_is_known_until_anybody_writes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let (db, another) = (Db::open_file(&file).unwrap(), Db::open_file(&file).unwrap());
        let read = Cell::new(0);
        let look = |db: &Db| {
            let note = |_: &mut _| {
                read.set(read.get() + 1);
                Ok(Some(read.get()))
            };
            *db.read_now(|conn| conn.kept("a".into(), note)).unwrap().unwrap()
        };
        assert_eq!((look(&db), look(&db)), (1, 1), "nobody wrote");
        for (times, writes) in [(2, &db), (3, &another)] {
            writes.write_now(touch).unwrap();
            assert_eq!((look(&db), look(&db)), (times, times), "somebody wrote");
        }
        db.write_now(|conn| touch(conn).and(Err::<(), _>(Error::NotFound))).unwrap_err();
        assert_eq!(look(&db), 3, "what was undone was not written");
    }

    #[test]
    fn nothing_is_kept_in_a_transaction_that_writes_nor_of_what_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_file(&folder.path().join("a.db")).unwrap();
        let read = Cell::new(0);
        let look = |conn: &mut super::Conn, there: bool| {
            let note = |_: &mut _| {
                read.set(read.get() + 1);
                Ok(there.then_some(()))
            };
            conn.kept("a".into(), note).map(|_| read.get())
        };
        let twice = |conn: &mut super::Conn| Ok((look(conn, true)?, look(conn, true)?));
        assert_eq!(db.write_now(twice).unwrap(), (1, 2));
        assert_eq!(db.read_now(|conn| Ok((look(conn, false)?, look(conn, false)?))).unwrap(), (3, 4));
        assert_eq!(db.read_now(twice).unwrap(), (5, 5));
    }

    #[test]
    fn who_reads_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_file(&folder.path().join("a.db")).unwrap();
        assert!(db.read_now(touch).is_err());
    }

    fn touch(conn: &mut super::Conn) -> Result<(), Error> {
        Ok(conn.batch_execute("CREATE TABLE IF NOT EXISTS a (b); INSERT INTO a VALUES (1);")?)
    }
}
