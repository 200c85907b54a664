//! Threads that may block: what asks the database or reads files runs on one, away from the threads that serve requests.

use std::{
    any::Any,
    cell::Cell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures_util::future::{Either, select};
use tokio::{runtime::Handle, sync::oneshot, task};

use crate::error::Error;

thread_local! {
    static MAY_BLOCK: Cell<bool> = const { Cell::new(false) };
}

/// What work has done, whatever that is.
pub(super) type Done = Box<dyn Any + Send>;

/// Runs blocking `work` on a thread that may block: on this one where it may.
pub async fn unblocked<T, W>(work: W) -> Result<T, Error>
where
    T: Send + 'static,
    W: FnOnce() -> Result<T, Error> + Send + 'static,
{
    known(unblocked_by(None, Box::new(move || Ok(Box::new(work()?)))).await)
}

/// The same by threads of one's own, without knowing which work it is: a task for each kind would be more code than the
/// work.
pub(super) async fn unblocked_by(
    threads: Option<&Handle>,
    work: Box<dyn FnOnce() -> Result<Done, Error> + Send>,
) -> Result<Done, Error> {
    if MAY_BLOCK.get() {
        let done = catch_unwind(AssertUnwindSafe(work));
        return done.unwrap_or_else(|_| Err(Error::internal("a fault of Sluice, which its log tells of")));
    }
    // What it logs belongs to whatever asked for it.
    let asked_by = tracing::Span::current();
    let work = move || asked_by.in_scope(work);
    match threads {
        Some(threads) => threads.spawn_blocking(work).await?,
        None => task::spawn_blocking(work).await?,
    }
}

/// What work has done, by whoever knows what that is.
pub(super) fn known<T: 'static>(done: Result<Done, Error>) -> Result<T, Error> {
    match done?.downcast() {
        Ok(done) => Ok(*done),
        Err(_) => Err(Error::internal("work has done other work's")),
    }
}

/// Runs `work` on a thread of its own that may block, so that much of what is small goes on without changing threads.
/// Dropped, it ends where `work` waits next.
///
/// # Errors
/// When `work` panics.
pub async fn apart<F>(work: F) -> Result<F::Output, Error>
where
    F: Future<Output: Send> + Send + 'static,
{
    let runtime = Handle::current();
    let (alive, dropped) = oneshot::channel::<()>();
    let done = task::spawn_blocking(move || {
        let _may = May::block();
        runtime.block_on(async {
            match select(Box::pin(work), dropped).await {
                Either::Left((done, _)) => Some(done),
                Either::Right(_) => None,
            }
        })
    });
    let done = done.await?;
    drop(alive);
    done.ok_or_else(|| Error::internal("work was dropped that somebody waits for"))
}

/// That this thread may block, until it is dropped: the thread serves others afterwards.
struct May;

impl May {
    fn block() -> May {
        MAY_BLOCK.set(true);
        May
    }
}

impl Drop for May {
    fn drop(&mut self) {
        MAY_BLOCK.set(false);
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread, time::Duration};

    use super::*;

    #[tokio::test]
    async fn what_runs_apart_stays_on_its_thread() {
        let here = thread::current().id();
        let threads = apart(async {
            let own = thread::current().id();
            tokio::task::yield_now().await;
            (own, unblocked(|| Ok(thread::current().id())).await.unwrap())
        });
        let (own, unblocked_there) = threads.await.unwrap();
        assert_eq!(own, unblocked_there);
        assert_ne!(own, here);
        assert_ne!(unblocked(|| Ok(thread::current().id())).await.unwrap(), here);
    }

    #[tokio::test]
    async fn a_thread_that_was_lent_may_not_block_afterwards() {
        apart(async {}).await.unwrap();
        assert!(!task::spawn_blocking(|| MAY_BLOCK.get()).await.unwrap());
        assert!(apart(async { panic!("as a fault would") }).await.is_err());
        assert!(!task::spawn_blocking(|| MAY_BLOCK.get()).await.unwrap());
    }

    #[tokio::test]
    async fn a_fault_in_one_piece_of_work_does_not_end_the_whole() {
        let outcome = apart(async { unblocked::<(), _>(|| panic!("as a fault would")).await.is_err() }).await;
        assert!(outcome.unwrap());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_ends() {
        let held = Arc::new(());
        let (holds, kept) = (held.clone(), Arc::downgrade(&held));
        drop(held);
        let waits = tokio::spawn(apart(async move {
            std::future::pending::<()>().await;
            drop(holds);
        }));
        task::yield_now().await;
        waits.abort();
        assert!(waits.await.unwrap_err().is_cancelled());
        let gone = async {
            while kept.upgrade().is_some() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), gone).await.expect("it ended");
    }
}
