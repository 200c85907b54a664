//! Writing to SQLite, which takes one writer at a time and makes each commit wait for the disk: those who wait for their
//! turn meanwhile write in the same transaction, one after another, and share its commit. Each still has all of its own
//! or nothing, and hears of its success only when that is durable.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    r2d2::ManageConnection,
};

use super::{Conn, Manager, Native, Transactions, together::lent};
use crate::error::Error;

/// How many share a commit at most, so that the first never waits for long.
const MOST: usize = 64;
/// How old a transaction is that nobody may join any more.
const OLD: Duration = Duration::from_millis(20);

/// The one who writes to a file, and those who wait for it.
pub(super) struct Writer {
    opens: Manager,
    /// For those who write for long: one at a time, so that who writes little does not wait for all of them.
    long: Mutex<()>,
    waiting: AtomicUsize,
    turn: Mutex<Turn>,
}

/// What is handed from one who writes to the next.
#[derive(Default)]
struct Turn {
    conn: Option<Box<Conn>>,
    /// The transaction that is open, with those who have written in it.
    batch: Option<Arc<Batch>>,
    members: usize,
    begun: Option<Instant>,
}

/// Those who share a commit, and what became of it.
#[derive(Default)]
struct Batch {
    outcome: Mutex<Option<Result<(), Lost>>>,
    told: Condvar,
}

/// Why nothing of a batch was written.
#[derive(Clone)]
enum Lost {
    Unavailable(String),
    Fault(String),
}

impl Writer {
    /// For the file that this manager opens.
    pub fn new(opens: Manager) -> Writer {
        Writer { opens, long: Mutex::default(), waiting: AtomicUsize::new(0), turn: Mutex::default() }
    }

    /// Runs `work` in a transaction: all of it is durable when this returns `Ok`, nothing of it happened when it does not.
    pub fn write<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        self.share(|conn| work(lent(conn)?))
    }

    /// As `write`, for work that may take long, with the connection itself, which the work gives back.
    pub fn lend<T>(&self, work: impl FnOnce(&mut Option<Box<Conn>>) -> Result<T, Error>) -> Result<T, Error> {
        let _one = self.long.lock().unwrap_or_else(PoisonError::into_inner);
        self.share(work)
    }

    fn share<T>(&self, work: impl FnOnce(&mut Option<Box<Conn>>) -> Result<T, Error>) -> Result<T, Error> {
        let (done, batch) = self.take_turn(work)?;
        batch.outcome().map_err(Error::from)?;
        done
    }

    // The turn ends before the batch does, where others wait to write in it too.
    #[allow(clippy::type_complexity)]
    fn take_turn<T>(
        &self,
        work: impl FnOnce(&mut Option<Box<Conn>>) -> Result<T, Error>,
    ) -> Result<(Result<T, Error>, Arc<Batch>), Error> {
        let mut turn = self.enter();
        let batch = turn.join(&self.opens)?;
        // Of the first, nothing but the whole transaction is to be undone.
        let alone = turn.members == 1;
        let done = match catch_unwind(AssertUnwindSafe(|| one_of(&mut turn.conn, alone, work))) {
            Ok(Ok(done)) => done,
            Ok(Err(lost)) => {
                turn.lose(lost.clone());
                return Err(Error::from(lost));
            }
            Err(panic) => {
                turn.lose(Lost::Fault("a fault of Sluice in another's writing ended the transaction".into()));
                drop(turn);
                resume_unwind(panic);
            }
        };
        let undone = alone && done.is_err();
        if undone {
            turn.close(Ok(()));
        } else if turn.is_full() || self.waiting.load(Ordering::SeqCst) == 0 {
            turn.commit();
        }
        Ok((done, batch))
    }

    /// A connection that can write, which nobody else has.
    pub fn open(&self) -> Result<Conn, Error> {
        open(&self.opens)
    }

    fn enter(&self) -> MutexGuard<'_, Turn> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        turn
    }
}

// All of a batch should fit into memory, and what its savepoints keep to be undone too: 8 MB, which one connection takes.
// What is in the log is brought home by who commits, while all others wait: seldom, in 16 MB, which holds many a page once
// that was written many times. A server that was killed reads them before its first answer, in some hundredths of a second.
fn open(opens: &Manager) -> Result<Conn, Error> {
    let mut conn = opens.connect()?;
    conn.batch_execute("PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;")?;
    Ok(conn)
}

// What one of a batch wrote, or undid; else why the transaction itself is lost: a full disk ends it without being asked.
fn one_of<T>(
    conn: &mut Option<Box<Conn>>,
    alone: bool,
    work: impl FnOnce(&mut Option<Box<Conn>>) -> Result<T, Error>,
) -> Result<Result<T, Error>, Lost> {
    if !alone {
        Transactions::begin_transaction(lent(conn).map_err(Lost::of)?).map_err(Lost::of)?;
    }
    let done = work(conn);
    let conn = lent(conn).map_err(Lost::of)?;
    match (done, alone) {
        (Ok(value), true) => Ok(Ok(value)),
        (Ok(value), false) => Transactions::commit_transaction(conn).map(|()| Ok(value)).map_err(Lost::of),
        (Err(error), _) => match Transactions::rollback_transaction(conn) {
            Ok(()) => Ok(Err(error)),
            // What matters is why the work failed.
            Err(_) => Err(Lost::of(error)),
        },
    }
}

impl Turn {
    // Opens a transaction where there is none.
    fn join(&mut self, opens: &Manager) -> Result<Arc<Batch>, Error> {
        if let Some(batch) = &self.batch {
            self.members += 1;
            return Ok(batch.clone());
        }
        let conn = match &mut self.conn {
            Some(conn) => conn,
            gone => gone.insert(Box::new(open(opens)?)),
        };
        // An upgradable read would fail with "database is locked", so it starts as a writer.
        if let Native::Sqlite(sqlite) = &mut ***conn
            && let Err(error) = AnsiTransactionManager::begin_transaction_sql(&mut **sqlite, "BEGIN IMMEDIATE")
        {
            self.conn = None;
            return Err(error.into());
        }
        let batch = Arc::new(Batch::default());
        (self.batch, self.members, self.begun) = (Some(batch.clone()), 1, Some(Instant::now()));
        Ok(batch)
    }

    fn is_full(&self) -> bool {
        self.members == MOST || self.begun.is_some_and(|begun| begun.elapsed() > OLD)
    }

    fn commit(&mut self) {
        let Some(conn) = &mut self.conn else { return };
        // What is committed is the whole transaction, never a savepoint in it.
        let depth = Transactions::transaction_manager_status_mut(&mut **conn).transaction_depth();
        if !matches!(depth, Ok(Some(depth)) if depth.get() == 1) {
            return self.lose(Lost::Fault("a transaction ended within another".into()));
        }
        match Transactions::commit_transaction(&mut **conn) {
            Ok(()) => self.close(Ok(())),
            Err(error) => self.lose(Lost::of(error)),
        }
    }

    // What state the connection is in is not known, so the next one gets a new one.
    fn lose(&mut self, why: Lost) {
        self.conn = None;
        self.close(Err(why));
    }

    fn close(&mut self, outcome: Result<(), Lost>) {
        if let Some(batch) = self.batch.take() {
            batch.tell(outcome);
        }
    }
}

impl Batch {
    fn tell(&self, outcome: Result<(), Lost>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        self.told.notify_all();
    }

    fn outcome(&self) -> Result<(), Lost> {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let told = self.told.wait_while(outcome, |outcome| outcome.is_none());
        told.unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_else(|| Err(Lost::unknown()))
    }
}

impl Lost {
    fn of(error: impl Into<Error>) -> Lost {
        match error.into() {
            Error::Unavailable(sentence) => Lost::Unavailable(sentence),
            other => Lost::Fault(other.to_string()),
        }
    }

    fn unknown() -> Lost {
        Lost::Fault("what became of a transaction is not known".into())
    }
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Error {
        match lost {
            Lost::Unavailable(sentence) => Error::Unavailable(sentence),
            Lost::Fault(why) => Error::internal(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, thread};

    use super::{
        super::{Url, shared::Shared, statements::Statements},
        *,
    };

    #[test]
    fn those_who_write_for_long_wait_for_one_another_before_they_wait_for_their_turn() {
        let folder = tempfile::tempdir().unwrap();
        let url = Url::Sqlite(folder.path().join("sluice.db").to_string_lossy().into_owned());
        let writer =
            Writer::new(Manager { url, writes: true, statements: Statements::default(), shared: Shared::default() });
        let (come, written) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let wrote = || {
            written.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        let ((begins, begun), (ends, end)) = (channel(), channel());
        thread::scope(|scope| {
            let (writer, wrote, come) = (&writer, &wrote, &come);
            scope.spawn(move || {
                writer.lend(|_| {
                    begins.send(()).unwrap();
                    end.recv().unwrap();
                    wrote()
                })
            });
            begun.recv().unwrap();
            for _ in 0..3 {
                scope.spawn(move || {
                    come.fetch_add(1, Ordering::SeqCst);
                    writer.lend(|_| wrote())
                });
            }
            while come.load(Ordering::SeqCst) < 3 {
                thread::yield_now();
            }
            scope.spawn(move || writer.write(|_| wrote()));
            while writer.waiting.load(Ordering::SeqCst) == 0 {
                thread::yield_now();
            }
            assert_eq!(writer.waiting.load(Ordering::SeqCst), 1, "only who writes little waits beside the first");
            ends.send(()).unwrap();
        });
        assert_eq!(written.into_inner(), 5);
    }
}
