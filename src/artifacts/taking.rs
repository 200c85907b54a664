//! Taking a package out again: as a file that was verified, or as it comes.

use std::{
    fs::File,
    io::{self, Seek, Write},
    path::Path as FilePath,
};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream::BoxStream};
use object_store::ObjectStoreExt;
use sha2::{Digest, Sha256};

use super::{Artifacts, CHUNK, Kind, Sha, Stored, faults, fetched::Fetched, path};
use crate::{db::unblocked, error::Error};

/// Bytes as they come.
type Bytestream = BoxStream<'static, object_store::Result<Bytes>>;

impl Artifacts {
    /// The kept bytes as a file to read and seek in, after their hash was verified.
    ///
    /// # Errors
    /// When they are gone or no longer what was kept, and as [`Error::Unavailable`] when the store cannot be reached.
    pub async fn file(&self, stored: &Stored) -> Result<File, Error> {
        let (kind, taken) = (self.kind.clone(), stored.clone());
        let here = unblocked(move || match kind {
            Kind::Folder(folder) => verified(kept(&folder, &taken.hash)?, &taken).map(Some),
            Kind::Remote(fetched) => again(&fetched, &taken),
        });
        match here.await? {
            Some(file) => Ok(file),
            None => self.fetch(self.stream(&stored.hash).await?, stored.clone()).await,
        }
    }

    /// Whether [`Artifacts::file`] finds the bytes on this machine, without asking a store far away.
    pub fn is_at_hand(&self, stored: &Stored) -> bool {
        match &self.kind {
            Kind::Folder(_) => true,
            Kind::Remote(fetched) => matches!(fetched.get(&stored.hash), Ok(Some(_))),
        }
    }

    /// The kept bytes as they come, for sending on.
    pub async fn stream(&self, hash: &Sha) -> Result<Bytestream, Error> {
        Ok(self.store.get(&path(hash)).await?.into_stream())
    }

    async fn fetch(&self, mut stream: Bytestream, stored: Stored) -> Result<File, Error> {
        let Kind::Remote(fetched) = self.kind.clone() else { return Err(damaged(&stored.hash)) };
        let (mut spool, mut gathered, mut ended) = (self.spool()?, BytesMut::new(), false);
        while !ended {
            let bytes = stream.next().await.transpose()?;
            ended = bytes.is_none();
            gathered.extend_from_slice(&bytes.unwrap_or_default());
            if spool.size() + gathered.len() as u64 > stored.size {
                return Err(damaged(&stored.hash));
            }
            if ended || gathered.len() >= CHUNK {
                let bytes = gathered.split().freeze();
                spool = unblocked(move || Ok(spool.write_all(&bytes).map(|()| spool)?)).await?;
            }
        }
        unblocked(move || {
            let spooled = spool.finish()?;
            if *spooled.stored() != stored {
                return Err(damaged(&stored.hash));
            }
            Ok(fetched.put(spooled)?)
        })
        .await
    }
}

// Opened here and now, since the store would look for a thread that may block.
fn kept(folder: &FilePath, hash: &Sha) -> Result<File, Error> {
    let path = path(hash);
    File::open(folder.join(path.as_ref())).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => faults::absent(&path),
        _ => faults::of_folder(error),
    })
}

// A file that came before and is still what it was; what is not is fetched anew.
fn again(fetched: &Fetched, stored: &Stored) -> Result<Option<File>, Error> {
    let Some(file) = fetched.get(&stored.hash)? else { return Ok(None) };
    match verified(file, stored) {
        Ok(file) => Ok(Some(file)),
        Err(_) => Ok(fetched.forget(&stored.hash).map(|()| None)?),
    }
}

fn verified(mut file: File, stored: &Stored) -> Result<File, Error> {
    file.rewind()?;
    let mut hasher = Sha256::new();
    let size = io::copy(&mut file, &mut hasher)?;
    if Sha::of(hasher) != stored.hash || size != stored.size {
        return Err(damaged(&stored.hash));
    }
    file.rewind()?;
    Ok(file)
}

fn damaged(hash: &Sha) -> Error {
    Error::Internal(Box::new(Damaged(hash.clone())))
}

/// The cause of an error: bytes that are no longer what was kept.
#[derive(Debug, thiserror::Error)]
#[error("the package {0} is not what was kept under that hash")]
struct Damaged(Sha);

/// Whether an error tells that the bytes of a package are no longer what was kept, which no trying again mends.
pub fn is_damage(error: &Error) -> bool {
    matches!(error, Error::Internal(cause) if cause.is::<Damaged>())
}
