//! The command line: serve (default), demo, user, secrets, backup, restore, verify, bench, healthcheck.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use sluice::{
    commands,
    config::{Cli, Command, LogFormat},
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
    let what = if matches!(cli.command, Some(Command::Bench(_))) { "error" } else { &config.log };
    let log = tracing_subscriber::fmt().with_env_filter(what).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        // The list of spans says all that the current one says.
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).init(),
    }
}
