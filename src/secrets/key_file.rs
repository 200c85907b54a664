//! The key file `secret.key`: read anew whenever a key is needed, so that a rotation needs no restart.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{
    Sealed, Secret,
    columns::Column,
    keys::{Bytes, Keys},
};
use crate::error::Error;

/// Held while the file is changed; the key file itself cannot be, because each change is a new file.
const LOCK: &str = "secret.lock";
/// No key file is longer, in bytes.
const LONGEST: u64 = 64 << 10;
pub(super) const PUT_BACK: &str = "Put a copy of it back, from another server of this tenant or from where you keep one. If there is \
                        none, move it away and run sluice secrets adopt: it makes a new one, people sign in again, and \
                        credentials must be entered again.";

/// The file with the tenant's keys. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KeyFile {
    path: PathBuf,
}

/// What a key file may hold.
enum Content {
    Keys(Keys),
    /// Only the key for cookies, as the first servers wrote it.
    CookieKey(Bytes<64>),
}

impl KeyFile {
    /// What it is called.
    pub const NAME: &str = "secret.key";

    /// Whether a folder has one.
    pub fn exists(data: &Path) -> bool {
        data.join(KeyFile::NAME).exists()
    }

    /// That of a folder, made where there is none; one of the first form is kept and gets a sealing key.
    ///
    /// # Errors
    /// When it is damaged, may be read by others, or cannot be made.
    pub fn prepare(data: &Path) -> Result<KeyFile, Error> {
        let file = KeyFile { path: data.join(KeyFile::NAME) };
        if let Some(Content::Keys(_)) = file.content()? {
            return Ok(file);
        }
        let _lock = file.lock()?;
        match file.content()? {
            Some(Content::Keys(_)) => (),
            Some(Content::CookieKey(cookie)) => file.write(&Keys::with_cookie(cookie)?)?,
            None => file.write(&Keys::generate()?)?,
        }
        Ok(file)
    }

    /// The key that guards cookies.
    pub fn cookie_key(&self) -> Result<Zeroizing<[u8; 64]>, Error> {
        Ok(self.read()?.cookie)
    }

    /// Seals a secret for one row of a column.
    pub fn seal(&self, column: &Column, row: impl ToString, secret: &Secret) -> Result<Sealed, Error> {
        self.read()?.seal(column, &row.to_string(), secret)
    }

    /// Opens what was sealed for one row of a column.
    ///
    /// # Errors
    /// When it was sealed with a key that is not in the file, for another place, or changed since.
    pub fn open(&self, column: &Column, row: impl ToString, sealed: &Sealed) -> Result<Secret, Error> {
        self.opened(&self.read()?, column, &row.to_string(), sealed)
    }

    pub(super) fn opened(&self, keys: &Keys, column: &Column, row: &str, sealed: &Sealed) -> Result<Secret, Error> {
        keys.open(column, row, sealed).map_err(|what| {
            let (column, path) = (column.name(), self.path.display());
            let name = KeyFile::NAME;
            Error::internal(format!(
                "{column} of the row {row} {what}. If the keys were renewed on another server, copy its {name} to {path}; \
                 otherwise enter the secret again."
            ))
        })
    }

    pub(super) fn read(&self) -> Result<Keys, Error> {
        match self.content()? {
            Some(Content::Keys(keys)) => Ok(keys),
            Some(Content::CookieKey(_)) => Err(self.wrong("has no sealing key", "Restart the server: it adds one.")),
            None => Err(self.wrong("is missing", PUT_BACK)),
        }
    }

    /// Puts other keys into the file: whole or not at all, and for its owner only.
    pub(super) fn write(&self, keys: &Keys) -> Result<(), Error> {
        let told = |error: io::Error| self.wrong(&format!("cannot be written ({error})"), "Check who owns the folder.");
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut new = tempfile::NamedTempFile::new_in(folder).map_err(told)?;
        new.write_all(keys.print().as_bytes()).map_err(told)?;
        new.as_file().sync_all().map_err(told)?;
        new.persist(&self.path).map_err(|error| told(error.error))?;
        sync(folder).map_err(told)
    }

    /// Keeps others from changing the file as long as the answer lives.
    pub(super) fn lock(&self) -> Result<File, Error> {
        let told = |error: io::Error| self.wrong(&format!("cannot be locked ({error})"), "Check who owns the folder.");
        let file = File::create(self.path.with_file_name(LOCK)).map_err(told)?;
        file.lock().map_err(told)?;
        Ok(file)
    }

    fn content(&self) -> Result<Option<Content>, Error> {
        let told = |error: io::Error| self.wrong(&format!("cannot be read ({error})"), "Check who owns it.");
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            other => other.map_err(told)?,
        };
        if let Some(mode) = open_to_others(&file.metadata().map_err(told)?) {
            let advice = format!("Take it from them: chmod 600 {}", self.path.display());
            return Err(self.wrong(&format!("may be used by others than its owner (mode {mode:o})"), &advice));
        }
        // With room for all of it, so that no copy stays where a smaller buffer was.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST as usize + 1));
        file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(told)?;
        if let Ok(cookie) = <[u8; 64]>::try_from(bytes.as_slice())
            && !Keys::are_in(&bytes)
        {
            return Ok(Some(Content::CookieKey(Zeroizing::new(cookie))));
        }
        let keys = match std::str::from_utf8(&bytes) {
            Ok(text) if (bytes.len() as u64) <= LONGEST => Keys::parse(text),
            _ => Err("is damaged: it is no text of keys".into()),
        };
        keys.map(|keys| Some(Content::Keys(keys))).map_err(|what| self.wrong(&what, PUT_BACK))
    }

    pub(super) fn wrong(&self, what: &str, advice: &str) -> Error {
        Error::internal(format!("The key file {} {what}. {advice}", self.path.display()))
    }
}

/// The permissions of a file that others than its owner have some on.
#[cfg(unix)]
fn open_to_others(file: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

// Who may read a file is told otherwise there, by lists that the folder hands down.
#[cfg(not(unix))]
fn open_to_others(_: &fs::Metadata) -> Option<u32> {
    None
}

// Only then is the new name on disk too.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
