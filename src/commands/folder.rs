//! A tenant's folder: known by a marker that says what it is, so that nothing is written among other people's files.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use actix_web::rt::System;
use uuid::Uuid;

use crate::{
    app::App,
    artifacts::{Artifacts, Place},
    config::Config,
    db::{Db, Url, rebuild, tables},
    error::Error,
    models::tenant::Tenant,
    secrets::KeyFile,
};

const MARKER: &str = "sluice.txt";
/// What the folder has in it that can be made anew with the demo.
const CONTENTS: [&str; 5] = ["sluice.db", "sluice.db-wal", "sluice.db-shm", "artifacts", "spool"];

/// What to use where one server is not enough.
const SEVERAL: &str = "To run several servers, use PostgreSQL (--database-url postgres://USER@HOST/NAME), the same \
                       --artifacts for all, and a data folder for each.";

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

/// The folder, and the database where it is a file, are one server's as long as this lives.
pub struct Lock {
    _files: (File, Option<File>),
    /// What the server of this folder is called in its claims, in all its lives.
    pub holder: String,
}

impl Lock {
    fn new(mut folder: File, database: Option<File>) -> io::Result<Lock> {
        let mut holder = String::new();
        folder.read_to_string(&mut holder)?;
        if Uuid::parse_str(&holder).is_err() {
            holder = Uuid::new_v4().to_string();
            folder.set_len(0)?;
            folder.rewind()?;
            folder.write_all(holder.as_bytes())?;
            folder.sync_all()?;
        }
        Ok(Lock { _files: (folder, database), holder })
    }
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

    /// Keeps other servers out of the folder, and of an SQLite database that lies elsewhere, as long as the answer lives;
    /// the system ends that however the server ends.
    ///
    /// # Errors
    /// When a server has them already.
    pub fn lock(&self, config: &Config) -> Result<Lock, Error> {
        let folder = lock(&self.path.join("server.lock"), "--data or SLUICE_DATA", || {
            let told = "is in use by a server, and takes one. Stop that server, or name another folder with --data or \
                        SLUICE_DATA.";
            format!("The folder {} {told} {SEVERAL}", self.path.display())
        })?;
        let database = match &config.database_url {
            Some(Url::Sqlite(path)) => {
                let setting = "--database-url or SLUICE_DATABASE_URL";
                Some(lock(Path::new(&format!("{path}.lock")), setting, || {
                    format!("The database {path} is in use by a server, and takes one. Stop that server. {SEVERAL}")
                })?)
            }
            _ => None,
        };
        Ok(Lock::new(folder, database)?)
    }

    /// The folder and database of a tenant that is there, which this very version of the program serves.
    ///
    /// # Errors
    /// When there is none, or another version serves it: nothing is made, and nothing brought up to date.
    pub fn present(config: &Config) -> Result<(Folder, Db), Error> {
        let folder = Folder { path: config.data("./data"), kind: Kind::Tenant };
        let is_there = |url: &Url| match url {
            Url::Sqlite(path) => Path::new(path).exists(),
            Url::Postgres(_) => true,
        };
        if !folder.path.join(MARKER).exists() || !is_there(&folder.url(config)) {
            return Err(Error::Conflict(format!(
                "The folder {} has no tenant or no database. Name the tenant's with --data or SLUICE_DATA, and its \
                 database with --database-url or SLUICE_DATABASE_URL.",
                folder.path.display()
            )));
        }
        let db = folder.reach(config, Db::connect)?;
        match db.snapshot(rebuild::version)? {
            Some(version) if version == tables::newest()? => Ok((folder, db)),
            _ => Err(Error::Conflict(
                "The database is of another version of Sluice. Use the version that serves it, or start this one on it \
                 first."
                    .into(),
            )),
        }
    }

    /// Opens the tenant's database.
    pub fn database(&self, config: &Config) -> Result<Db, Error> {
        let db = self.reach(config, Db::open)?;
        db.write_now(|c| Tenant::open(c, self.kind == Kind::Demo))?;
        Ok(db)
    }

    /// The tenant's database by this way of opening it.
    pub fn reach(&self, config: &Config, open: fn(&Url) -> Result<Db, Error>) -> Result<Db, Error> {
        open(&self.url(config)).map_err(|error| {
            let setting = if config.database_url.is_some() { "--database-url, SLUICE_DATABASE_URL" } else { "--data" };
            Error::Conflict(format!("The database cannot be opened ({setting}): {error}"))
        })
    }

    fn url(&self, config: &Config) -> Url {
        let own = || Url::Sqlite(self.path.join("sluice.db").to_string_lossy().into_owned());
        config.database_url.clone().unwrap_or_else(own)
    }

    /// The tenant's packages.
    pub fn artifacts(&self, config: &Config) -> Result<Artifacts, Error> {
        let place = config.artifacts.clone().unwrap_or_else(|| Place::Folder(self.path.join("artifacts")));
        System::new().block_on(place.check())?;
        Artifacts::open(&place, &self.path.join("spool"))
    }

    /// Puts the application together on its database.
    pub fn app(&self, config: &Config, db: Db) -> Result<App, Error> {
        let artifacts = self.artifacts(config)?;
        let missing = !KeyFile::exists(&self.path);
        if missing && config.is_shared() && db.write_now(KeyFile::is_known)? {
            return Err(self.without_keys());
        }
        let app = App::open(db, &self.path, artifacts, config.limits())?.behind(config.front()?);
        match missing && !config.is_shared() {
            // No other server has a copy: what is lost is lost.
            true => app.db.write_now(|c| app.keys.adopt(c))?,
            false => app.db.write_now(|c| app.keys.fit(c))?,
        }
        Ok(app)
    }

    fn without_keys(&self) -> Error {
        let path = self.path.display();
        Error::Conflict(format!(
            "The folder {path} has no secret.key, and the tenant has one already. Copy it there from another server of this \
             tenant. If it is lost, run sluice secrets adopt: it makes a new one, people sign in again, and credentials must \
             be entered again."
        ))
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

fn lock(path: &Path, setting: &str, in_use: impl FnOnce() -> String) -> Result<File, Error> {
    let cannot = |error| {
        let path = path.display();
        Error::Conflict(format!("The file {path} cannot be written ({error}). Set {setting} to another place."))
    };
    let file = File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Conflict(in_use())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

// A folder that has files in it stays as it is, without a marker; the tenant's keys may have been brought there before.
fn make(path: &Path, kind: Kind) -> io::Result<()> {
    own(path)?;
    for entry in fs::read_dir(path)? {
        if entry?.file_name() != KeyFile::NAME {
            return Ok(());
        }
    }
    fs::write(path.join(MARKER), kind.words())
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
