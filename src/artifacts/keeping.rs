//! Keeping a package: in one request, or in parts when it is large; and keeping one on that is there.

use std::{fs::File, io, time::Duration};

use object_store::{ObjectStoreExt, WriteMultipart};

use super::{
    Artifacts, Stored, faults, path,
    spool::{self, Spooled},
};
use crate::{db::unblocked, error::Error};

/// How many parts are on their way at a time.
const PARTS_AT_ONCE: usize = 2;
/// How old a package may be that is there already: younger than what a sweep deletes, by more than clocks may differ.
const FRESH: Duration = Duration::from_secs(12 * 3600);
/// How long a sweep that is at the same package is waited for, in milliseconds, ever longer.
const WAITS: [u64; 8] = [50, 100, 200, 400, 1000, 2000, 4000, 8000];

impl Artifacts {
    /// Keeps a spooled file under its hash; durable when this returns, and for half a day whether or not a row names it.
    ///
    /// # Errors
    /// As [`Error::Unavailable`] when the store cannot be reached or is full; then nothing is kept.
    pub async fn keep(&self, spooled: Spooled) -> Result<Stored, Error> {
        let stored = spooled.stored().clone();
        self.hold(&stored, || spooled.file()).await?;
        Ok(stored)
    }

    /// Keeps a package on for half a day, whether or not a row names it; whether it is there.
    ///
    /// # Errors
    /// As [`Error::Unavailable`] when the store cannot be reached.
    pub async fn keep_on(&self, stored: &Stored) -> Result<bool, Error> {
        if !self.has(stored).await? {
            return Ok(false);
        }
        let file = self.file(stored).await?;
        self.hold(stored, || file.try_clone()).await.map(|()| true)
    }

    // Why nothing is lost beside a sweep stands in `sweeping`.
    async fn hold(&self, stored: &Stored, file: impl Fn() -> io::Result<File>) -> Result<(), Error> {
        for wait in WAITS {
            let age = self.age(stored).await?;
            if age.is_none_or(|age| age > FRESH) {
                self.put(stored, file()?).await?;
            }
            if !self.is_marked(&stored.hash).await? && self.has(stored).await? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        Err(faults::late())
    }

    async fn put(&self, stored: &Stored, mut file: File) -> Result<(), Error> {
        io::Seek::rewind(&mut file)?;
        let (path, part) = (path(&stored.hash), self.part());
        if stored.size <= part as u64 {
            let (bytes, _) = unblocked(move || Ok(spool::next(file, part)?)).await?;
            self.store.put(&path, bytes.into()).await?;
            return Ok(());
        }
        let mut upload = WriteMultipart::new_with_chunk_size(self.store.put_multipart(&path).await?, part);
        match in_parts(&mut upload, file, part).await {
            Ok(()) => upload.finish().await.map(drop).map_err(Error::from),
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
