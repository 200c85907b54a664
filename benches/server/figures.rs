//! Figures beside their limits.

use std::time::Duration;

use crate::Outcome;

/// What was measured, in the order it was.
#[derive(Default)]
pub struct Figures(Vec<Figure>);

struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    limit: f64,
}

impl Figures {
    /// Adds one.
    pub fn add(&mut self, what: &str, value: f64, unit: &'static str, limit: f64) {
        self.0.push(Figure { what: what.to_owned(), value, unit, limit });
    }

    /// Prints them all.
    ///
    /// # Errors
    /// When one is over its limit.
    pub fn print(&self) -> Outcome<()> {
        println!("{:<50} {:>12} {:>12} {:>6}", "", "measured", "limit", "ratio");
        for Figure { what, value, unit, limit } in &self.0 {
            let broken = if value > limit { "  BROKEN" } else { "" };
            let ratio = value / limit;
            println!("{what:<50} {value:>9.1} {unit} {limit:>9.0} {unit} {ratio:>6.2}{broken}");
        }
        match self.0.iter().all(|figure| figure.value <= figure.limit) {
            true => Ok(()),
            false => Err("a limit is broken".into()),
        }
    }
}

/// The one in the middle, in milliseconds.
pub fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
