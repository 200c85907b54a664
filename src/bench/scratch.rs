//! Where everything is made that is measured, and how it goes again.

use std::path::Path;

use tempfile::TempDir;

use super::{Options, server::Home};
use crate::{
    db::{Db, Url, rebuild, schemas},
    error::Error,
    models::tenant::Tenant,
};

/// A folder, and a database that may have been given.
pub struct Scratch {
    folder: TempDir,
    database: Option<Url>,
    /// The schema of the tenant with few runs, in a database that was given: of this very measurement.
    schema: String,
}

impl Scratch {
    /// Makes the folder.
    ///
    /// # Errors
    /// When the database that was given has people in it.
    pub fn new(options: &Options) -> Result<Scratch, Error> {
        if let Some(url) = &options.database {
            refuse_people(url)?;
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix("sluice-bench-").disable_cleanup(options.keep);
        let folder = match &options.folder {
            Some(folder) => builder.tempdir_in(folder).map_err(|error| {
                let folder = folder.display();
                Error::Conflict(format!("Nothing can be made in {folder} ({error}). Set --folder to another one."))
            })?,
            None => builder.tempdir()?,
        };
        let schema = format!("sluice_bench_{}", std::process::id());
        Ok(Scratch { folder, database: options.database.clone(), schema })
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the tenant with many runs is at home.
    pub fn many(&self) -> Home {
        self.home("many", self.database.clone())
    }

    /// Where the tenant with few runs is at home.
    pub fn few(&self) -> Result<Home, Error> {
        let database = self.database.as_ref().map(|url| schemas::make(url, &self.schema)).transpose()?;
        Ok(self.home("few", database.flatten()))
    }

    fn home(&self, name: &str, database: Option<Url>) -> Home {
        let data = self.folder().join(name);
        let own = || Url::Sqlite(data.join("sluice.db").to_string_lossy().into_owned());
        Home { database: database.unwrap_or_else(own), data }
    }

    /// Removes what was made, unless it is kept. A database that was given stays as it is.
    pub fn end(&self, keep: bool) -> Result<(), Error> {
        if let Some(url) = &self.database {
            schemas::remove(url, &self.schema)?;
        }
        if keep {
            eprintln!("everything is kept in {}", self.folder().display());
        }
        Ok(())
    }
}

fn refuse_people(url: &Url) -> Result<(), Error> {
    let missing = matches!(url, Url::Sqlite(path) if !Path::new(path).exists());
    if missing {
        return Ok(());
    }
    let db = Db::connect(url)
        .map_err(|error| Error::Conflict(format!("The database cannot be opened (--database): {error}")))?;
    let used = db.snapshot(|c| match rebuild::version(c)? {
        Some(_) => Tenant::has_people(c),
        None => Ok(false),
    })?;
    match used {
        true => Err(Error::Conflict(
            "The database has people in it, and a measurement fills it with made-up ones. Name an empty one with --database."
                .into(),
        )),
        false => Ok(()),
    }
}
