//! Figures beside their limits.

use crate::Outcome;

/// What was measured, in the order it was.
#[derive(Default)]
pub struct Figures(Vec<Figure>);

struct Figure {
    what: String,
    value: String,
    limit: String,
    kept: bool,
}

impl Figures {
    /// Adds a cost that is at most so many times another.
    pub fn times(&mut self, what: &str, value: f64, most: f64) {
        self.add(what, format!("{value:.2} times"), format!("{most:.1} times"), value <= most);
    }

    fn add(&mut self, what: &str, value: String, limit: String, kept: bool) {
        eprintln!("{what}: {value} (limit {limit})");
        self.0.push(Figure { what: what.to_owned(), value, limit, kept });
    }

    /// Prints them all.
    ///
    /// # Errors
    /// When one is beyond its limit.
    pub fn print(&self) -> Outcome<()> {
        println!("{:<58} {:>18} {:>18}", "", "measured", "limit");
        for Figure { what, value, limit, kept } in &self.0 {
            println!("{what:<58} {value:>18} {limit:>18}{}", if *kept { "" } else { "  BROKEN" });
        }
        match self.0.iter().all(|figure| figure.kept) {
            true => Ok(()),
            false => Err("a limit is broken".into()),
        }
    }
}

/// The value below which this part of them lies.
pub fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    values[((last as f64) * part).round() as usize]
}
