//! The command line: serve (default), demo, user, secrets, backup, restore, verify, bench, healthcheck, one command a file;
//! `folder` is where their tenant is, `log` what they write down.

mod backup;
mod bench;
mod demo;
mod folder;
mod healthcheck;
mod log;
mod restore;
mod secrets;
mod serve;
mod user;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    config::{Cli, Command, SecretsCommand, UserCommand},
    error::Error,
};

/// Does what the command line asks for, or says why not.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    log::begin(&cli);
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sluice: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), Error> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&cli.config),
        Command::Demo { password } => demo::demo(&cli.config, password),
        Command::User { command: UserCommand::Add { email, name, system_administrator } } => {
            user::add(&cli.config, &email, name.as_deref(), system_administrator)
        }
        Command::Healthcheck => healthcheck::healthcheck(&cli.config),
        Command::Secrets { command: SecretsCommand::Rotate } => secrets::rotate(&cli.config),
        Command::Secrets { command: SecretsCommand::Adopt } => secrets::adopt(&cli.config),
        Command::Backup { file } => backup::backup(&cli.config, &file),
        Command::Restore { file } => restore::restore(&cli.config, &file),
        Command::Bench(options) => bench::bench(&options),
        Command::BenchBare { file } => bench::bare(&cli.config, &file),
        Command::Verify => verify::verify(&cli.config),
    }
}
