//! The claim that turns hold, and the heartbeat that keeps it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    app::App,
    error::Error,
    models::operation::{self, LEASE_SECONDS, Operation},
};

/// How often a claim is renewed.
const HEARTBEAT: Duration = Duration::from_secs(6);
/// How soon a heartbeat that failed is tried again.
const NEXT_BEAT: Duration = Duration::from_secs(1);

/// The operation that is in hand now. Clones share it.
#[derive(Clone)]
pub struct Held(Arc<Mutex<Claim>>);

#[derive(Clone)]
struct Claim {
    operation: Operation,
    /// When it was claimed or renewed last, by our clock.
    since: Instant,
}

impl Held {
    /// An operation that was just claimed.
    pub fn new(operation: &Operation) -> Held {
        Held(Arc::new(Mutex::new(Claim::new(operation))))
    }

    /// Has another operation in hand, just claimed, in place of the one before.
    pub fn have(&self, operation: &Operation) {
        *self.claim() = Claim::new(operation);
    }

    /// Renews what is in hand; ends only when that is lost: another worker has it, or it could not be renewed for as long
    /// as it holds.
    pub async fn beat(&self, app: &App) -> Error {
        let lease = Duration::from_secs(LEASE_SECONDS.unsigned_abs());
        let (mut pause, mut missed) = (HEARTBEAT, None);
        loop {
            tokio::time::sleep(pause).await;
            let (Claim { operation, since }, asked) = (self.claim().clone(), Instant::now());
            let (id, mine) = (operation.id, operation.clone());
            let renewed = app.db.write(move |c| operation::renew(c, &mine)).await;
            let mut claim = self.claim();
            pause = HEARTBEAT;
            match renewed {
                // It ended meanwhile, and the next one is claimed for long enough.
                _ if claim.operation.id != id => (),
                Ok(true) => claim.since = asked,
                // It may just have ended, before what follows was in hand: that is known a moment later.
                Ok(false) if missed != Some(id) => (missed, pause) = (Some(id), NEXT_BEAT),
                Ok(false) => return Error::Conflict("another worker has this operation now".into()),
                Err(error) if since.elapsed() > lease => return error,
                Err(_) => pause = NEXT_BEAT,
            }
        }
    }

    fn claim(&self) -> std::sync::MutexGuard<'_, Claim> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim {
    fn new(operation: &Operation) -> Claim {
        Claim { operation: operation.clone(), since: Instant::now() }
    }
}
