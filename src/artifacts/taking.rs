//! Taking a package out again: as a file that was verified, or as it comes.

use std::{
    fs::File,
    io::{self, Seek, Write},
};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{GetResultPayload, ObjectStoreExt};
use sha2::{Digest, Sha256};

use super::{Artifacts, CHUNK, Kind, Sha, Stored, fetched::Fetched, path};
use crate::{db::unblocked, error::Error};

/// Bytes as they come.
type Bytestream = BoxStream<'static, object_store::Result<Bytes>>;

impl Artifacts {
    /// The kept bytes as a file to read and seek in, after their hash was verified.
    ///
    /// # Errors
    /// When they are gone or no longer what was kept, and as [`Error::Unavailable`] when the store cannot be reached.
    pub async fn file(&self, stored: &Stored) -> Result<File, Error> {
        if let Kind::Remote(fetched) = &self.kind {
            let (fetched, stored) = (fetched.clone(), stored.clone());
            if let Some(file) = unblocked(move || again(&fetched, &stored)).await? {
                return Ok(file);
            }
        }
        let stored = stored.clone();
        match self.store.get(&path(&stored.hash)).await?.payload {
            GetResultPayload::File(file, _) => unblocked(move || verified(file, &stored)).await,
            GetResultPayload::Stream(stream) => self.fetch(stream, stored).await,
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
    Error::internal(format!("the package {hash} is not what was kept under that hash"))
}
