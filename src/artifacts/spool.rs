//! Passing files: a package is written to one and hashed, before it is kept or after it was fetched.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::{Sha, Stored};

/// After how long without a change a passing file belongs to a server that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// A file that is being written and hashed.
pub struct Spool {
    file: NamedTempFile,
    hasher: Sha256,
    size: u64,
}

/// A whole file with its hash, not kept yet; gone when dropped.
pub struct Spooled {
    file: NamedTempFile,
    stored: Stored,
}

impl Spool {
    /// A new file in `folder`, which is made again where somebody removed it.
    pub(super) fn new(folder: &Path) -> io::Result<Spool> {
        let file = match NamedTempFile::new_in(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir(folder)?;
                NamedTempFile::new_in(folder)
            }
            made => made,
        };
        Ok(Spool { file: file?, hasher: Sha256::new(), size: 0 })
    }

    /// Bytes written so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Ends writing.
    pub fn finish(mut self) -> io::Result<Spooled> {
        self.file.flush()?;
        self.file.rewind()?;
        let stored = Stored { hash: Sha::of(self.hasher), size: self.size };
        Ok(Spooled { file: self.file, stored })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Spooled {
    /// The file, from its start.
    pub fn file(&self) -> io::Result<File> {
        self.file.reopen()
    }

    /// Its hash and size.
    pub fn stored(&self) -> &Stored {
        &self.stored
    }

    /// Gives the file a name that it stays under.
    pub(super) fn persist(self, path: &Path) -> io::Result<()> {
        Ok(self.file.persist(path).map(drop)?)
    }
}

/// The next bytes of a file, `most` of them or up to its end.
pub(super) fn next(mut file: File, most: usize) -> io::Result<(Bytes, File)> {
    let mut bytes = Vec::with_capacity(most);
    (&mut file).take(most as u64).read_to_end(&mut bytes)?;
    Ok((bytes.into(), file))
}

/// What servers that were killed left behind in `folder` goes.
pub(super) fn tidy(folder: &Path) -> io::Result<()> {
    for (path, changed, _) in files(folder)? {
        if changed.elapsed().is_ok_and(|age| age > ABANDONED) {
            gone(fs::remove_file(path))?;
        }
    }
    Ok(())
}

/// The files right in `folder`: path, last change, size in bytes.
pub(super) fn files(folder: &Path) -> io::Result<Vec<(PathBuf, SystemTime, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.metadata() {
            Ok(found) if found.is_file() => files.push((entry.path(), found.modified()?, found.len())),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => (),
        }
    }
    Ok(files)
}

/// That something is not there any more is as good as removing it.
pub(super) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
