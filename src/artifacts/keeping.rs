//! Keeping a package: in one request, or in parts when it is large.

use std::fs::File;

use object_store::{ObjectStoreExt, WriteMultipart};

use super::{
    Artifacts, Stored, path,
    spool::{self, Spooled},
};
use crate::{db::unblocked, error::Error};

/// How many parts are on their way at a time.
const PARTS_AT_ONCE: usize = 2;

impl Artifacts {
    /// Keeps a spooled file under its hash; durable when this returns.
    ///
    /// # Errors
    /// As [`Error::Unavailable`] when the store cannot be reached or is full; then nothing is kept.
    pub async fn keep(&self, spooled: Spooled) -> Result<Stored, Error> {
        let stored = spooled.stored().clone();
        if self.has(&stored).await? {
            return Ok(stored);
        }
        let (path, part, file) = (path(&stored.hash), self.part(), spooled.file()?);
        if stored.size <= part as u64 {
            let (bytes, _) = unblocked(move || Ok(spool::next(file, part)?)).await?;
            self.store.put(&path, bytes.into()).await?;
            return Ok(stored);
        }
        let mut upload = WriteMultipart::new_with_chunk_size(self.store.put_multipart(&path).await?, part);
        match in_parts(&mut upload, file, part).await {
            Ok(()) => upload.finish().await.map(|_| stored).map_err(Error::from),
            Err(error) => {
                // Parts that stay with the store cost it space and nobody trust: the first error is the one to tell.
                let _ = upload.abort().await;
                Err(error)
            }
        }
    }
}

async fn in_parts(upload: &mut WriteMultipart, mut file: File, part: usize) -> Result<(), Error> {
    loop {
        upload.wait_for_capacity(PARTS_AT_ONCE).await?;
        let (bytes, rest) = unblocked(move || Ok(spool::next(file, part)?)).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        upload.put(bytes);
        file = rest;
    }
}
