//! The command line: serve (default), demo, user, secrets, backup, restore, verify, healthcheck.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use sluice::{
    commands,
    config::{Cli, Config, LogFormat},
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    log(&cli.config);
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sluice: {error}");
            ExitCode::FAILURE
        }
    }
}

fn log(config: &Config) {
    let log = tracing_subscriber::fmt().with_env_filter(&config.log).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        // The list of spans says all that the current one says.
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).init(),
    }
}
