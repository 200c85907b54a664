//! Packages that came from an object store, kept for a while: a deployment reads the same one several times.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{
    Sha,
    spool::{Spooled, files, gone},
};

/// How much is kept at most, in bytes.
const MOST: u64 = 1 << 30;

/// Whole files, each named by its hash; whoever takes one verifies it. Cheap to clone.
#[derive(Clone)]
pub(super) struct Fetched {
    folder: PathBuf,
    most: u64,
}

impl Fetched {
    /// Those below the folder of passing files, which is created.
    pub fn open(spool: &Path) -> io::Result<Fetched> {
        let fetched = Fetched { folder: spool.join("fetched"), most: MOST };
        fs::create_dir_all(&fetched.folder)?;
        fetched.shrink()?;
        Ok(fetched)
    }

    /// The file of this hash, if it is here.
    pub fn get(&self, hash: &Sha) -> io::Result<Option<File>> {
        match File::open(self.path(hash)) {
            Ok(file) => {
                // What was used last goes last; a system that cannot note it loses a little speed.
                let _ = file.set_modified(SystemTime::now());
                Ok(Some(file))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a file in; older ones make room for it.
    pub fn put(&self, spooled: Spooled) -> io::Result<File> {
        let file = spooled.file()?;
        let path = self.path(&spooled.stored().hash);
        fs::create_dir_all(&self.folder)?;
        spooled.persist(&path)?;
        self.shrink()?;
        Ok(file)
    }

    /// Drops the file of this hash.
    pub fn forget(&self, hash: &Sha) -> io::Result<()> {
        gone(fs::remove_file(self.path(hash)))
    }

    fn path(&self, hash: &Sha) -> PathBuf {
        self.folder.join(hash.as_str())
    }

    // Somebody may still read what is removed here: an open file stays whole.
    fn shrink(&self) -> io::Result<()> {
        let mut files = files(&self.folder)?;
        files.sort_by_key(|(_, used, _)| *used);
        let mut size: u64 = files.iter().map(|(_, _, size)| size).sum();
        for (path, _, of_this) in files {
            if size <= self.most {
                break;
            }
            gone(fs::remove_file(path))?;
            size -= of_this;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, time::Duration};

    use super::*;
    use crate::artifacts::spool::Spool;

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let spool = tempfile::tempdir().unwrap();
        let fetched = Fetched { most: 25, ..Fetched::open(spool.path()).unwrap() };
        let put = |bytes: &[u8], age: u64| {
            let mut file = Spool::new(spool.path()).unwrap();
            file.write_all(bytes).unwrap();
            let spooled = file.finish().unwrap();
            let hash = spooled.stored().hash.clone();
            let file = fetched.put(spooled).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
            hash
        };
        let (old, older) = (put(b"0123456789", 60), put(b"9876543210", 120));
        assert!(fetched.get(&older).unwrap().is_some(), "used now, so it is the younger one");
        let new = put(b"abcdefghij", 0);
        let here = |hash| fetched.get(hash).unwrap().is_some();
        assert_eq!((here(&old), here(&older), here(&new)), (false, true, true));
    }
}
