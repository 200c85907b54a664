//! The command line: serve (default), demo, user, secrets, backup, restore, verify, bench, healthcheck.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use sluice::{
    commands,
    config::{Cli, Command, LogFormat},
};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

// Pages are many small pieces of memory, and the system's own allocator gives theirs back to the kernel after each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log(&cli);
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sluice: {error}");
            ExitCode::FAILURE
        }
    }
}

fn log(cli: &Cli) {
    let config = &cli.config;
    // What is measured writes a log of its own; here it would stand between the figures.
    let what = match cli.command {
        Some(Command::Bench(_)) => Targets::new().with_default(LevelFilter::ERROR),
        _ => config.log.clone(),
    };
    let shown = registry().with(what);
    let lines = fmt::layer().with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => shown.with(lines.with_ansi(std::io::stderr().is_terminal())).init(),
        // The list of spans says all that the current one says.
        LogFormat::Json => shown.with(lines.json().flatten_event(true).with_current_span(false)).init(),
    }
}
