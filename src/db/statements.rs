//! How many statements the database was asked, by which a page's cost is known without a clock.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use diesel::connection::{Instrumentation, InstrumentationEvent};

/// Counts what all connections of a pool ask, each by a clone of its own, and never back: figures that go down would be
/// taken for a server that has started anew.
#[derive(Clone, Default)]
pub(super) struct Statements {
    all: Arc<AtomicU64>,
    /// Whether the next one of this connection only begins or ends a transaction.
    skips: bool,
}

impl Statements {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        use InstrumentationEvent::{BeginTransaction, CommitTransaction, RollbackTransaction, StartQuery};
        match event {
            StartQuery { .. } if !std::mem::take(&mut self.skips) => drop(self.all.fetch_add(1, Ordering::Relaxed)),
            // Each of these is told once more, as a statement.
            BeginTransaction { .. } | CommitTransaction { .. } | RollbackTransaction { .. } => self.skips = true,
            _ => (),
        }
    }
}
