//! What the command line can ask for, one command a file.

mod backup;
mod bench;
mod demo;
mod folder;
mod healthcheck;
mod restore;
mod secrets;
mod serve;
mod user;
mod verify;

use crate::{
    config::{Cli, Command, SecretsCommand, UserCommand},
    error::Error,
};

/// Runs what the command line asks for.
///
/// # Errors
/// With the sentence to print.
pub fn run(cli: Cli) -> Result<(), Error> {
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
