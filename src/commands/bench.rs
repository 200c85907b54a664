//! `sluice bench`: what a server on this machine does, beside what the machine lets it.

use std::path::Path;

use super::serve::say;
use crate::{bench, config::Config, error::Error};

/// Prints the figures.
pub fn bench(options: &bench::Options) -> Result<(), Error> {
    say(&bench::run(options)?);
    Ok(())
}

/// Serves an answer with no work, which is what pages are held against.
pub fn bare(config: &Config, file: &Path) -> Result<(), Error> {
    bench::bare::serve(file, config.listen)
}
