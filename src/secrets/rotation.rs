//! A rotation: a new key, everything sealed with it, and then no more need of the old ones.
//!
//! Whatever happens in between, every sealed text opens: the file gets the new key before a row does, and loses a key
//! only after no row needs it. The key before stays for one rotation more, because a server may be sealing with it just
//! then, or have a copy of the file from before.

use std::fs::File;

use super::{KeyFile, columns, fit, keys::SealingKey};
use crate::{db::Conn, error::Error};

/// How many keys stay in the file: the current one and the one before.
const KEPT: usize = 2;

/// A rotation under way, the only one of its file.
pub struct Rotation {
    file: KeyFile,
    _lock: File,
}

impl KeyFile {
    /// Begins a rotation: from now on a new key seals, and all others still open.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn rotate(&self) -> Result<Rotation, Error> {
        let lock = self.lock()?;
        let mut keys = self.read()?;
        keys.sealing.insert(0, SealingKey::generate()?);
        self.write(&keys)?;
        Ok(Rotation { file: self.clone(), _lock: lock })
    }
}

impl Rotation {
    /// Seals everything with the new key, and says how many texts that were.
    ///
    /// # Errors
    /// When one of them does not open; nothing may be committed then.
    pub fn reseal(&self, conn: &mut Conn) -> Result<usize, Error> {
        let keys = self.file.read()?;
        let mut count = 0;
        for column in columns::ALL {
            for (row, sealed) in column.rows(conn)? {
                let Some(old) = sealed.filter(|sealed| !keys.is_current(sealed)) else { continue };
                let secret = self.file.opened(&keys, column, &row, &old)?;
                // A secret that was replaced or removed meanwhile stays as it is now.
                count += column.replace(conn, &row, &old, &keys.seal(column, &row, &secret)?)?;
            }
        }
        fit::write(conn, &keys)?;
        Ok(count)
    }

    /// Takes the keys out of the file that nothing needs any more, once what was sealed anew is committed.
    ///
    /// # Errors
    /// When the file cannot be written; it then holds more keys than needed.
    pub fn finish(self) -> Result<(), Error> {
        let mut keys = self.file.read()?;
        keys.sealing.truncate(KEPT);
        self.file.write(&keys)
    }
}
