//! How many statements the database was asked, by which a page's cost is known without a clock.

use std::{
    cell::Cell,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
};

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent};

/// Counts what all connections of a pool ask, each by a clone of its own, and never back: figures that go down would be
/// taken for a server that has started anew.
#[derive(Clone, Default)]
pub(super) struct Statements {
    all: Arc<AtomicU64>,
    /// Who is told their texts, once somebody asked for them.
    told: Arc<OnceLock<Sender<String>>>,
    /// Whether the next one of this connection only begins or ends a transaction.
    skips: bool,
}

thread_local! {
    static UNCOUNTED: Cell<bool> = const { Cell::new(false) };
}

/// Has `ask` ask what concerns the connection alone, and nothing of what is in the database.
pub(super) fn uncounted<T>(ask: impl FnOnce() -> T) -> T {
    UNCOUNTED.set(true);
    let done = ask();
    UNCOUNTED.set(false);
    done
}

impl Statements {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    /// The texts of those to come; none where they are told already.
    pub fn texts(&self) -> Option<Receiver<String>> {
        let (tells, hears) = channel();
        self.told.set(tells).ok().map(|()| hears)
    }

    fn count_one(&self, query: &dyn DebugQuery) {
        self.all.fetch_add(1, Ordering::Relaxed);
        if let Some(told) = self.told.get() {
            let text = query.to_string();
            // What stands behind it are values, which may be secret. Whoever listens no more hears nothing.
            let _ = told.send(text.split(" -- binds: ").next().unwrap_or_default().to_owned());
        }
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        use InstrumentationEvent::{BeginTransaction, CommitTransaction, RollbackTransaction, StartQuery};
        match event {
            StartQuery { .. } if UNCOUNTED.get() => (),
            StartQuery { query, .. } if !std::mem::take(&mut self.skips) => self.count_one(query),
            // Each of these is told once more, as a statement.
            BeginTransaction { .. } | CommitTransaction { .. } | RollbackTransaction { .. } => self.skips = true,
            _ => (),
        }
    }
}
