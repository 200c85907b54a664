//! Transactions: one piece of work in each, or several pieces, of which each reads what those before it wrote.

use std::{
    future::Future,
    ops::DerefMut,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use diesel::connection::TransactionManager;
use futures_util::FutureExt;

use super::{Conn, Db, Transactions};
use crate::error::Error;

/// A transaction that is open.
pub(super) type Open = Arc<Mutex<State<dyn DerefMut<Target = Conn> + Send>>>;

pub(super) struct State<C: ?Sized> {
    /// Whether a piece of the work failed, and with it the whole.
    lost: bool,
    conn: C,
}

impl Db {
    /// Runs `work` in one transaction on this thread, which may block: whatever it reads and writes by the database that it
    /// is given. All of it is durable when this returns `Ok`; nothing of it happened when this does not. Since others wait
    /// for the transaction, the work may wait for nothing.
    ///
    /// # Errors
    /// When any piece of the work failed, whatever the work made of that, and when it had to wait.
    pub fn together<F: Future>(&self, work: impl FnOnce(Db) -> F) -> Result<F::Output, Error> {
        let done = catch_unwind(AssertUnwindSafe(|| match &self.writer {
            Some(writer) => writer.lend(|conn| self.pieces(conn, work)),
            None => at_once(&mut Some(self.pool.get()?), |conn| self.pieces(conn, work)),
        }));
        done.unwrap_or_else(|_| Err(Error::internal("a fault of Sluice, which its log tells of")))
    }

    fn pieces<C, F>(&self, slot: &mut Option<C>, work: impl FnOnce(Db) -> F) -> Result<F::Output, Error>
    where
        C: DerefMut<Target = Conn> + Send + 'static,
        F: Future,
    {
        let conn = slot.take().ok_or_else(gone)?;
        let open = Arc::new(Mutex::new(State { lost: false, conn }));
        let done = work(Db { open: Some(open.clone()), ..self.clone() }).now_or_never();
        let state = Arc::into_inner(open).ok_or_else(|| Error::internal("work outlives its transaction"))?;
        // Where a piece panicked, nobody knows how deep in savepoints the connection is: it is not given back.
        let State { lost, conn } = state.into_inner().map_err(|_| Error::internal("a piece of the work panicked"))?;
        *slot = Some(conn);
        match done {
            Some(done) if !lost => Ok(done),
            Some(_) => Err(Error::internal("a piece of the work in a transaction failed")),
            None => Err(Error::internal("the work in a transaction had to wait")),
        }
    }
}

/// Runs one of several pieces of work in an open transaction. After one that failed none is begun.
pub(super) fn piece<T>(open: &Open, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
    let earlier = || Error::internal("an earlier piece of the work in this transaction failed");
    let mut state = open.lock().map_err(|_| earlier())?;
    if state.lost {
        return Err(earlier());
    }
    let done = work(&mut state.conn);
    state.lost = done.is_err();
    done
}

/// Runs `work` in a transaction of its own, beside those of others.
pub(super) fn at_once<C, T>(
    slot: &mut Option<C>,
    work: impl FnOnce(&mut Option<C>) -> Result<T, Error>,
) -> Result<T, Error>
where
    C: DerefMut<Target = Conn>,
{
    Transactions::begin_transaction(lent(slot)?)?;
    match work(slot) {
        Ok(value) => {
            Transactions::commit_transaction(lent(slot)?)?;
            Ok(value)
        }
        Err(error) => {
            // Where even that fails, the database has rolled back by itself or is gone; the connection is dropped, and
            // what matters is why the work failed.
            let _ = lent(slot).map(Transactions::rollback_transaction);
            Err(error)
        }
    }
}

/// Has `run` run `work` without knowing which it is, so that all that goes before and after it is compiled once.
pub(super) fn unnamed<T>(
    work: impl FnOnce(&mut Conn) -> Result<T, Error>,
    run: impl FnOnce(&mut dyn FnMut(&mut Conn) -> Result<(), Error>) -> Result<(), Error>,
) -> Result<T, Error> {
    let (mut work, mut done) = (Some(work), None);
    run(&mut |conn| {
        done = work.take().map(|work| work(conn)).transpose()?;
        Ok(())
    })?;
    done.ok_or_else(|| Error::internal("work in a transaction was not run"))
}

/// The connection that a transaction has.
pub(super) fn lent<C: DerefMut<Target = Conn>>(slot: &mut Option<C>) -> Result<&mut Conn, Error> {
    slot.as_deref_mut().ok_or_else(gone)
}

fn gone() -> Error {
    Error::internal("a transaction lost its connection")
}
