//! What `sluice bench` can be told.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::db;

/// How much is measured, on what, and where the figures go.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// How many runs the history has
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    pub runs: u64,
    /// For how many seconds each page is asked for, and its limit as long
    #[arg(long, default_value_t = 5.0, value_parser = seconds)]
    pub seconds: f64,
    /// File to write the figures to
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// File with the figures of another time, to stand beside these
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// An empty database to fill instead of an SQLite file, such as postgres://USER@HOST/NAME; it is left as it is then
    #[arg(long, value_name = "URL")]
    pub database: Option<db::Url>,
    /// Folder to work in, on the disk that is to be measured [default: the system's for temporary files]
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// Measure only pages and deployments with this in their name, such as "Run history", and memory
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// Sizes of the packages that go in and out, in MB
    #[arg(long, hide = true, value_delimiter = ',', default_values_t = [1, 100, 250])]
    pub megabytes: Vec<u64>,
    /// How many deployments are made in a row
    #[arg(long, hide = true, default_value_t = 1000)]
    pub deployments: usize,
    /// Leave what was made where it is, and say where
    #[arg(long, hide = true)]
    pub keep: bool,
}

impl Options {
    /// For how long each page is asked for.
    pub fn long(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// Whether a row of this name is to be measured.
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|word| name.contains(word))
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.1..=3600.0).contains(seconds));
    seconds.ok_or_else(|| "it is a number of seconds from 0.1 to 3600".to_owned())
}
