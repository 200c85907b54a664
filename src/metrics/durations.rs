//! A histogram of durations for each set of labels, as Prometheus counts them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::text::Text;

/// How many bounds a histogram has.
const BOUNDS: usize = 12;

/// What this family of histograms is called, and what it sorts by.
#[derive(Debug)]
pub struct Family {
    pub name: &'static str,
    pub help: &'static str,
    pub labels: &'static [&'static str],
    /// Upper bounds of the buckets, in seconds, ascending.
    pub bounds: [f64; BOUNDS],
}

/// The histograms of a family.
#[derive(Debug)]
pub struct Durations {
    family: &'static Family,
    histograms: Mutex<BTreeMap<Vec<String>, Histogram>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Histogram {
    /// How many fell below each bound and above the one before.
    buckets: [u64; BOUNDS],
    count: u64,
    /// In seconds.
    sum: f64,
}

impl Durations {
    /// The family's histograms, all empty.
    pub fn new(family: &'static Family) -> Durations {
        Durations { family, histograms: Mutex::default() }
    }

    /// Counts one that took so long, under these values of the family's labels.
    pub fn count(&self, labels: &[&str], took: Duration) {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        let mut histograms = self.histograms.lock().unwrap_or_else(PoisonError::into_inner);
        let histogram = histograms.entry(labels).or_default();
        let seconds = took.as_secs_f64();
        if let Some(bucket) = self.family.bounds.iter().position(|bound| seconds <= *bound) {
            histogram.buckets[bucket] += 1;
        }
        histogram.count += 1;
        histogram.sum += seconds;
    }

    /// Adds all of them to a text.
    pub fn write(&self, text: &mut Text) {
        let Family { name, help, labels, bounds } = self.family;
        let histograms = self.histograms.lock().unwrap_or_else(PoisonError::into_inner).clone();
        text.family(name, "histogram", help);
        let (bucket, sum, count) = (format!("{name}_bucket"), format!("{name}_sum"), format!("{name}_count"));
        for (values, histogram) in &histograms {
            let sorted: Vec<(&str, &str)> = labels.iter().copied().zip(values.iter().map(String::as_str)).collect();
            let mut below = 0;
            for (bound, fell) in bounds.iter().zip(histogram.buckets) {
                below += fell;
                text.sample(&bucket, &[&sorted[..], &[("le", &bound.to_string())]].concat(), below);
            }
            text.sample(&bucket, &[&sorted[..], &[("le", "+Inf")]].concat(), histogram.count);
            text.sample(&sum, &sorted, histogram.sum);
            text.sample(&count, &sorted, histogram.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITS: Family = Family {
        name: "waits",
        help: "Waits.",
        labels: &["where"],
        bounds: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 2.0, 3.0],
    };

    #[test]
    fn buckets_hold_all_that_took_no_longer() {
        let durations = Durations::new(&WAITS);
        for millis in [50, 100, 150, 2500, 9000] {
            durations.count(&["here"], Duration::from_millis(millis));
        }
        let mut text = Text::default();
        durations.write(&mut text);
        let text = text.into_string();
        for line in [
            "# TYPE waits histogram",
            "waits_bucket{where=\"here\",le=\"0.1\"} 2",
            "waits_bucket{where=\"here\",le=\"0.2\"} 3",
            "waits_bucket{where=\"here\",le=\"2\"} 3",
            "waits_bucket{where=\"here\",le=\"3\"} 4",
            "waits_bucket{where=\"here\",le=\"+Inf\"} 5",
            "waits_sum{where=\"here\"} 11.8",
            "waits_count{where=\"here\"} 5",
        ] {
            assert!(text.lines().any(|one| one == line), "no {line} in {text}");
        }
    }
}
