//! The sign that the server is to stop: given once, seen by everybody who does something for long.

use tokio::sync::watch;

/// Whether the server is to stop. Clones share it.
#[derive(Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Stop {
        Stop(watch::Sender::new(false))
    }
}

impl Stop {
    /// Asks everybody to stop; there is no way back.
    pub fn now(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody has asked to stop.
    pub fn asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until somebody asks to stop.
    pub async fn wait(&self) {
        // It fails only when the sign is gone, which this very clone prevents.
        let _ = self.0.subscribe().wait_for(|asked| *asked).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_who_waits_is_told_and_whoever_comes_later_too() {
        let stop = Stop::default();
        let early = stop.clone();
        assert!(!early.asked());
        let waiting = tokio::spawn(async move { early.wait().await });
        stop.now();
        waiting.await.unwrap();
        assert!(stop.asked());
        stop.clone().wait().await;
    }
}
