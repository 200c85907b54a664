//! A worker that works while something is measured.

use std::{thread::JoinHandle, time::Duration};

use sluice::{app::App, worker};

/// A worker on threads of its own; it ends when dropped.
pub struct Working {
    app: App,
    thread: Option<JoinHandle<()>>,
}

impl Working {
    /// Starts it, and lets it do what it does once.
    pub fn start(app: App) -> Working {
        let works = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(worker::work(works, "benchmark".to_owned()));
        });
        std::thread::sleep(Duration::from_millis(500));
        Working { app, thread: Some(thread) }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.app.stop.now();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
