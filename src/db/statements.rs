//! How many statements the database was asked, by which a page's cost is known without a clock.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use diesel::connection::{Instrumentation, InstrumentationEvent};

/// Counts what all connections of a pool ask. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Statements(Arc<AtomicU64>);

impl Statements {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes back one that said nothing to anybody.
    pub fn forget(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        use InstrumentationEvent::{BeginTransaction, CommitTransaction, RollbackTransaction, StartQuery};
        match event {
            StartQuery { .. } => drop(self.0.fetch_add(1, Ordering::Relaxed)),
            // Each of these is told as a statement as well.
            BeginTransaction { .. } | CommitTransaction { .. } | RollbackTransaction { .. } => self.forget(),
            _ => (),
        }
    }
}
