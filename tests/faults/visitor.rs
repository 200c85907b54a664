//! Somebody who looks at pages all the time, whatever happens behind them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    client::{Answer, Client},
    servers::Door,
    support::{Contoso, PASSWORD},
};

const PAUSE: Duration = Duration::from_millis(20);
/// The longest that anybody waits for an answer, good or not.
const PATIENCE: Duration = Duration::from_secs(15);

/// The visitor at work.
pub struct Visitor {
    home: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

/// What they saw.
#[derive(Debug, Default)]
pub struct Seen {
    pub pages: usize,
    /// Pages that said that something does not answer now.
    pub apologies: usize,
    pub slowest: Duration,
}

impl Visitor {
    /// Signs in and begins.
    pub fn start(contoso: &Contoso, door: Door) -> Visitor {
        let home = Arc::<AtomicBool>::default();
        let mut client = Client::new(door.any());
        let form = [("email", contoso.vic.email.as_str()), ("password", PASSWORD)];
        client.post("/sign-in", &form).unwrap().redirects().unwrap();
        let sent = home.clone();
        let thread = thread::spawn(move || {
            let mut seen = Seen::default();
            while !sent.load(Ordering::SeqCst) {
                client = client.at(door.any());
                for path in ["/", "/deployments", "/sign-in"] {
                    let began = Instant::now();
                    let answer = client.open(path, "").unwrap_or_else(|error| panic!("{path}: {error}"));
                    seen.slowest = seen.slowest.max(began.elapsed());
                    seen.take(path, answer);
                }
                thread::sleep(PAUSE);
            }
            seen
        });
        Visitor { home, thread }
    }

    /// Sends them home; what they saw.
    pub fn stop(self) -> Seen {
        self.home.store(true, Ordering::SeqCst);
        let seen = self.thread.join().expect("a visitor saw only pages");
        assert!(seen.slowest < PATIENCE, "{seen:?}");
        seen
    }
}

impl Seen {
    fn take(&mut self, path: &str, answer: Answer) {
        let status = answer.status().to_owned();
        let text = answer.text().unwrap();
        match status.as_str() {
            "200" | "303" => self.pages += 1,
            "503" => {
                assert!(text.contains("<h1>Not available now</h1>"), "{path}: {text}");
                self.apologies += 1;
            }
            _ => panic!("{path}: {status} {text}"),
        }
    }
}
