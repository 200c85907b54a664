//! Figures for whoever runs the server: how long requests and steps took, kept in process, and the process itself.
//!
//! No label names a person, a host or a solution, and each takes few values: a route is told by its pattern.

mod durations;
mod process;
pub mod text;

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use durations::{Durations, Family};
use text::Text;

const REQUESTS: Family = Family {
    name: "sluice_http_request_duration_seconds",
    help: "Time from a request's arrival until its answer began.",
    labels: &["route", "method", "status"],
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0],
};

const STEPS: Family = Family {
    name: "sluice_step_duration_seconds",
    help: "Time from the first claim of an operation to its end, by what it does and what came of it.",
    labels: &["kind", "result"],
    bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0],
};

/// What this process has counted since it started. Clones share it.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    started: SystemTime,
    requests: Durations,
    steps: Durations,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let (requests, steps) = (Durations::new(&REQUESTS), Durations::new(&STEPS));
        Metrics(Arc::new(Counted { started: SystemTime::now(), requests, steps }))
    }
}

impl Metrics {
    /// Counts a request to a route, known by its pattern, that was answered with this status.
    pub fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let class = ["1xx", "2xx", "3xx", "4xx", "5xx"].get(usize::from(status / 100).wrapping_sub(1));
        self.0.requests.count(&[route, method, class.unwrap_or(&"other")], took);
    }

    /// Counts an operation of this kind, what came of it, and how long it took with all its turns.
    pub fn step(&self, kind: &str, result: &str, took: Duration) {
        self.0.steps.count(&[kind, result], took);
    }

    /// Adds all that was counted, and what is known of the process.
    pub fn write(&self, text: &mut Text) {
        text.family("sluice_build_info", "gauge", "Which Sluice this is.");
        text.sample("sluice_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        let started = self.0.started.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        text.gauge("process_start_time_seconds", "When the server started, in seconds since 1970.", started);
        if let Some(bytes) = process::resident() {
            text.gauge("process_resident_memory_bytes", "Memory that the server has in use.", bytes);
        }
        self.0.requests.write(text);
        self.0.steps.write(text);
    }
}
