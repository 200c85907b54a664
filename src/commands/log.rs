//! What the program writes down of itself while it runs.

use std::io::{self, IsTerminal};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

use crate::config::{Cli, Command, LogFormat};

/// Begins to write, in the form and of the things that the command line asks for.
pub fn begin(cli: &Cli) {
    let config = &cli.config;
    // What is measured writes a log of its own; here it would stand between the figures.
    let what = match cli.command {
        Some(Command::Bench(_)) => Targets::new().with_default(LevelFilter::ERROR),
        _ => config.log.clone(),
    };
    let shown = registry().with(what);
    let lines = fmt::layer().with_writer(io::stderr);
    match config.log_format {
        LogFormat::Text => shown.with(lines.with_ansi(io::stderr().is_terminal())).init(),
        // The list of spans says all that the current one says.
        LogFormat::Json => shown.with(lines.json().flatten_event(true).with_current_span(false)).init(),
    }
}
