//! Who reads SQLite for the pages.

use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};

use super::Url;
use crate::error::Error;

/// The threads that read SQLite. To read it is work for the processor, which more threads than it has cores hinder: what
/// they cannot do yet waits in line for them. PostgreSQL is waited for, by as many threads as it takes.
pub(super) struct Readers(Option<Runtime>);

impl Readers {
    /// Those of a database, none of which is started before it is needed.
    pub fn of(url: &Url) -> Result<Readers, Error> {
        let Url::Sqlite(_) = url else { return Ok(Readers(None)) };
        let most = thread::available_parallelism().map_or(2, usize::from) * 2;
        Ok(Readers(Some(Builder::new_current_thread().max_blocking_threads(most).build()?)))
    }

    /// Where they are given work; none where any thread will do.
    pub fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        // Whoever drops it may not be one who may wait.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
