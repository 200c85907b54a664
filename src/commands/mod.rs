//! What the command line can ask for.

mod serve;
mod user;

use std::{fs, path::Path};

use crate::{
    config::{Cli, Command, Config, UserCommand},
    db::{Db, Url},
    error::Error,
    models::tenant::Tenant,
};

/// Runs what the command line asks for.
///
/// # Errors
/// With the sentence to print.
pub fn run(cli: Cli) -> Result<(), Error> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&cli.config),
        Command::Demo { password } => serve::demo(&cli.config, password),
        Command::User { command: UserCommand::Add { email, name, system_administrator } } => {
            user::add(&cli.config, &email, name.as_deref(), system_administrator)
        }
    }
}

/// A tenant's files: the data folder, known by a marker that says what it is.
struct Folder<'a> {
    path: &'a Path,
    demo: bool,
}

impl Folder<'_> {
    /// Makes the folder, or makes sure that it is one of ours and of the kind that is asked for.
    fn open(&self) -> Result<(), Error> {
        let marker = self.path.join("sluice.txt");
        let words = if self.demo { "A Sluice demo.\n" } else { "A Sluice tenant.\n" };
        match fs::read_to_string(&marker) {
            Ok(text) if text == words => return Ok(()),
            Ok(_) => return Err(self.refused("holds another kind of tenant")),
            Err(_) => (),
        }
        fs::create_dir_all(self.path)?;
        if fs::read_dir(self.path)?.next().is_some() {
            return Err(self.refused("is not empty and was not made by Sluice"));
        }
        Ok(fs::write(&marker, words)?)
    }

    fn refused(&self, what: &str) -> Error {
        let path = self.path.display();
        Error::Conflict(format!("The folder {path} {what}. Name another one with --data or SLUICE_DATA."))
    }
}

/// Opens the database of a tenant.
fn database(config: &Config, data: &Path, demo: bool) -> Result<Db, Error> {
    let url = config.database_url.clone();
    let db = Db::open(&url.unwrap_or_else(|| Url::Sqlite(data.join("sluice.db").to_string_lossy().into_owned())))?;
    db.write_now(|c| Tenant::open(c, demo))?;
    Ok(db)
}
