//! Who reads the database for the pages.

use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};

use super::Url;
use crate::error::Error;

/// The threads that read: no more than get on. To read SQLite is work for the processor, which more threads than it has
/// cores hinder; PostgreSQL is waited for, by one thread on each connection. Work that no thread is free for waits in line.
pub(super) struct Readers(Option<Runtime>);

impl Readers {
    /// Those of a database that has so many connections, none of which is started before it is needed.
    pub fn of(url: &Url, connections: u32) -> Result<Readers, Error> {
        let most = match url {
            Url::Sqlite(_) => thread::available_parallelism().map_or(2, usize::from) * 2,
            Url::Postgres(_) => connections as usize,
        };
        Ok(Readers(Some(Builder::new_current_thread().max_blocking_threads(most).build()?)))
    }

    /// Where they are given work; none once they end.
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
