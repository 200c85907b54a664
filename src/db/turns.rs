//! Turns: how many read at once for those who were asked for pages. The others wait without taking a thread.

use std::{sync::Arc, thread};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{CONNECTIONS, TO_OPEN, Url, apart::may_block, faults::none_to_spare};
use crate::error::Error;

/// Who may read now. Cheap to clone.
#[derive(Clone)]
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    /// Reading SQLite is work for the processor, which more threads than it has cores hinder; PostgreSQL is waited for.
    pub fn of(url: &Url) -> Turns {
        let most = CONNECTIONS as usize;
        let readers = match url {
            Url::Sqlite(_) => thread::available_parallelism().map_or(4, |cores| cores.get() * 2).min(most),
            Url::Postgres(_) => most,
        };
        Turns(Arc::new(Semaphore::new(readers)))
    }

    /// Waits for a turn, which lasts until it is dropped. A thread that may block needs none: it is taken already.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next(&self) -> Result<Option<OwnedSemaphorePermit>, Error> {
        if may_block() {
            return Ok(None);
        }
        let turn = timeout(TO_OPEN, self.0.clone().acquire_owned()).await;
        match turn {
            Ok(Ok(turn)) => Ok(Some(turn)),
            Ok(Err(error)) => Err(none_to_spare(&error)),
            Err(error) => Err(none_to_spare(&error)),
        }
    }
}
