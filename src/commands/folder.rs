//! A tenant's folder: known by a marker that says what it is, so that nothing is written among other people's files.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use actix_web::rt::System;

use crate::{
    app::App,
    artifacts::{Artifacts, Place},
    config::Config,
    db::{Db, Url},
    error::Error,
    models::tenant::Tenant,
};

const MARKER: &str = "sluice.txt";
/// What the folder has in it that can be made anew with the demo.
const CONTENTS: [&str; 5] = ["sluice.db", "sluice.db-wal", "sluice.db-shm", "artifacts", "spool"];

/// What a folder belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Tenant,
    Demo,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Kind::Tenant => "A Sluice tenant.\n",
            Kind::Demo => "A Sluice demo.\n",
        }
    }
}

/// A folder that is a tenant's.
pub struct Folder {
    path: PathBuf,
    kind: Kind,
}

impl Folder {
    /// The folder, made where there is none.
    ///
    /// # Errors
    /// When it is of another kind, or has files in it and is none of ours.
    pub fn open(path: PathBuf, kind: Kind) -> Result<Folder, Error> {
        let folder = Folder::of_any_kind(path, kind)?;
        match folder.kind {
            found if found == kind => Ok(folder),
            Kind::Demo => Err(refused(&folder.path, "holds a demo", "Start it with sluice demo, or name")),
            Kind::Tenant => Err(refused(&folder.path, "holds a tenant that is no demo", "Name")),
        }
    }

    /// The folder of whatever kind it is, made of this kind where there is none.
    ///
    /// # Errors
    /// When it has files in it and is none of ours.
    pub fn of_any_kind(path: PathBuf, kind: Kind) -> Result<Folder, Error> {
        let told = |error: io::Error| refused(&path, &format!("cannot be used ({error})"), "Name");
        let kind = match fs::read_to_string(path.join(MARKER)) {
            Ok(words) => [Kind::Tenant, Kind::Demo].into_iter().find(|kind| kind.words() == words),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(&path, kind).map_err(told)?;
                fs::read_to_string(path.join(MARKER)).is_ok().then_some(kind)
            }
            Err(error) => return Err(told(error)),
        };
        match kind {
            Some(kind) => Ok(Folder { path, kind }),
            None => Err(refused(&path, "is not empty and was not made by Sluice", "Name")),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps other servers out as long as the answer lives; the system ends that however the server ends.
    ///
    /// # Errors
    /// When a server has the folder already.
    pub fn lock(&self) -> Result<File, Error> {
        let file = File::create(self.path.join("server.lock"));
        let file = file.map_err(|error| refused(&self.path, &format!("cannot be written to ({error})"), "Name"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                Err(refused(&self.path, "is in use by a server", "Stop that server, or name"))
            }
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Opens the tenant's database.
    pub fn database(&self, config: &Config) -> Result<Db, Error> {
        let own = || Url::Sqlite(self.path.join("sluice.db").to_string_lossy().into_owned());
        let db = Db::open(&config.database_url.clone().unwrap_or_else(own)).map_err(|error| {
            let setting = if config.database_url.is_some() { "--database-url, SLUICE_DATABASE_URL" } else { "--data" };
            Error::Conflict(format!("The database cannot be opened ({setting}): {error}"))
        })?;
        db.write_now(|c| Tenant::open(c, self.kind == Kind::Demo))?;
        Ok(db)
    }

    /// Puts the application together on its database.
    pub fn app(&self, config: &Config, db: Db) -> Result<App, Error> {
        let place = config.artifacts.clone().unwrap_or_else(|| Place::Folder(self.path.join("artifacts")));
        System::new().block_on(place.check())?;
        let artifacts = Artifacts::open(&place, &self.path.join("spool"))?;
        Ok(App::open(db, &self.path, artifacts, config.limits())?.behind(config.front()?))
    }

    /// Removes the tenant from it: its database and packages, nothing else.
    pub fn clear(&self) -> Result<(), Error> {
        for name in CONTENTS {
            let path = self.path.join(name);
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => (),
            }
        }
        Ok(())
    }
}

// A folder that has files in it stays as it is, without a marker.
fn make(path: &Path, kind: Kind) -> io::Result<()> {
    own(path)?;
    match fs::read_dir(path)?.next() {
        Some(_) => Ok(()),
        None => fs::write(path.join(MARKER), kind.words()),
    }
}

// Nobody else on the machine may look into a new one.
#[cfg(unix)]
fn own(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn own(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn refused(path: &Path, what: &str, advice: &str) -> Error {
    let path = path.display();
    Error::Conflict(format!("The folder {path} {what}. {advice} another folder with --data or SLUICE_DATA."))
}
