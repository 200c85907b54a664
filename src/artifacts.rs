//! Bytes by hash: packages are spooled to a file while they are hashed, checked there, then kept under their SHA-256,
//! in a folder or in an object store that several servers share.

mod faults;
mod fetched;
mod keeping;
mod place;
mod sha;
mod spool;
mod sweeping;
mod taking;
mod transport;

use std::{
    fs, io,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use serde::{Deserialize, Serialize};

use crate::{db::unblocked, error::Error};
use fetched::Fetched;
pub use place::Place;
pub use sha::Sha;
pub use spool::{Spool, Spooled};
pub use sweeping::Swept;
pub use taking::is_damage;
pub use transport::Transport;

/// How much of a package is in memory at a time on its way to a folder or from a store, in bytes.
const CHUNK: usize = 1 << 20;
/// How much one request to an object store carries, in bytes; S3 takes no parts below 5 MiB.
const PART: usize = 8 << 20;
/// How long a store may take to show that it is there.
const READY: Duration = Duration::from_secs(3);

/// Bytes that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub hash: Sha,
    /// Bytes.
    pub size: u64,
}

/// The packages of the tenant, each kept under its hash and never changed. Cheap to clone.
#[derive(Clone)]
pub struct Artifacts {
    store: Arc<dyn ObjectStore>,
    spool: PathBuf,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Folder(PathBuf),
    Remote(Fetched),
}

impl Artifacts {
    /// The packages kept at `place`, with passing files in `spool`; folders are created.
    ///
    /// # Errors
    /// When a folder cannot be made, or the settings of an object store make no sense; whether it answers,
    /// [`Place::check`] tells.
    pub fn open(place: &Place, spool: &FilePath) -> Result<Artifacts, Error> {
        let store = place.store()?;
        match place {
            Place::Folder(folder) => Artifacts::new(store, spool, |_| Ok(Kind::Folder(folder.clone()))),
            Place::S3(_) | Place::Azure(_) => Artifacts::on(store, spool),
        }
    }

    /// The packages in an object store that is at hand already, with passing files in `spool`.
    pub fn on(store: Arc<dyn ObjectStore>, spool: &FilePath) -> Result<Artifacts, Error> {
        Artifacts::new(store, spool, |spool| Ok(Kind::Remote(Fetched::open(spool)?)))
    }

    fn new(
        store: Arc<dyn ObjectStore>,
        spool: &FilePath,
        kind: impl FnOnce(&FilePath) -> io::Result<Kind>,
    ) -> Result<Artifacts, Error> {
        fs::create_dir_all(spool)?;
        spool::tidy(spool)?;
        Ok(Artifacts { store, spool: spool.to_owned(), kind: kind(spool)? })
    }

    /// A new file to write to.
    pub fn spool(&self) -> Result<Spool, Error> {
        Spool::new(&self.spool).map_err(faults::of_folder)
    }

    /// Whether the bytes are kept.
    pub async fn has(&self, stored: &Stored) -> Result<bool, Error> {
        match self.store.head(&path(&stored.hash)).await {
            Ok(meta) => Ok(meta.size == stored.size),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether packages can be reached now, as a health check asks: soon and at little cost.
    pub async fn ready(&self) -> Result<(), Error> {
        let folders = match &self.kind {
            Kind::Folder(folder) => vec![self.spool.clone(), folder.clone()],
            Kind::Remote(_) => vec![self.spool.clone()],
        };
        unblocked(move || {
            folders.iter().try_for_each(|folder| fs::read_dir(folder).map(drop).map_err(faults::of_folder))
        })
        .await?;
        let Kind::Remote(_) = self.kind else { return Ok(()) };
        // Nothing is there; a store that is away, or a bucket that is gone, does not say even that.
        let nothing = Path::from("ready");
        let mut listed = self.store.list(Some(&nothing));
        tokio::time::timeout(READY, listed.try_next()).await.map_err(|_| faults::late())?.map_err(Error::from).map(drop)
    }

    fn part(&self) -> usize {
        match self.kind {
            Kind::Folder(_) => CHUNK,
            Kind::Remote(_) => PART,
        }
    }
}

// Two levels of folders keep each of them small.
fn path(hash: &Sha) -> Path {
    Path::from(format!("{}/{}", &hash.as_str()[..2], hash.as_str()))
}
