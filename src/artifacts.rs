//! Bytes by hash: packages are spooled to a file while they are hashed, checked there, then kept under their SHA-256.

use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path as FilePath, PathBuf},
    str::FromStr,
    sync::Arc,
};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use object_store::{GetResultPayload, ObjectStore, ObjectStoreExt, WriteMultipart, local::LocalFileSystem, path::Path};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::{db::unblocked, error::Error};

/// How much of a package is in memory at a time while it is stored, in bytes.
const CHUNK: usize = 1 << 20;

/// A SHA-256, as 64 hexadecimal digits in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha(String);

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
}

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

impl Artifacts {
    /// The packages in `folder`, with passing files in `spool`; both are created.
    pub fn open(folder: &FilePath, spool: &FilePath) -> Result<Artifacts, Error> {
        std::fs::create_dir_all(folder)?;
        std::fs::create_dir_all(spool)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Artifacts { store: Arc::new(store), spool: spool.to_owned() })
    }

    /// A new file to write to.
    pub fn spool(&self) -> io::Result<Spool> {
        Ok(Spool { file: NamedTempFile::new_in(&self.spool)?, hasher: Sha256::new(), size: 0 })
    }

    /// Keeps a spooled file under its hash; durable when this returns.
    pub async fn keep(&self, spooled: Spooled) -> Result<Stored, Error> {
        let path = path(&spooled.stored.hash);
        if self.store.head(&path).await.is_ok_and(|meta| meta.size == spooled.stored.size) {
            return Ok(spooled.stored);
        }
        let upload = self.store.put_multipart(&path).await?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, CHUNK);
        let mut file = spooled.file.reopen()?;
        loop {
            upload.wait_for_capacity(1).await?;
            let (bytes, rest) = unblocked(move || next_chunk(file)).await?;
            if bytes.is_empty() {
                break;
            }
            upload.put(bytes);
            file = rest;
        }
        upload.finish().await?;
        Ok(spooled.stored)
    }

    /// The kept bytes as a file to read and seek in, after their hash was verified.
    ///
    /// # Errors
    /// When they are gone or no longer what was kept.
    pub async fn file(&self, stored: &Stored) -> Result<File, Error> {
        let got = self.store.get(&path(&stored.hash)).await?;
        let file = match got.payload {
            GetResultPayload::File(file, _) => file,
            GetResultPayload::Stream(stream) => self.download(stream).await?,
        };
        let stored = stored.clone();
        unblocked(move || verified(file, &stored)).await
    }

    /// Whether the bytes are kept.
    pub async fn has(&self, stored: &Stored) -> Result<bool, Error> {
        match self.store.head(&path(&stored.hash)).await {
            Ok(meta) => Ok(meta.size == stored.size),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The kept bytes as they come, for sending on.
    pub async fn stream(&self, hash: &Sha) -> Result<BoxStream<'static, object_store::Result<Bytes>>, Error> {
        Ok(self.store.get(&path(hash)).await?.into_stream())
    }

    async fn download(&self, mut stream: BoxStream<'static, object_store::Result<Bytes>>) -> Result<File, Error> {
        use futures_util::StreamExt;
        let mut file = tempfile::tempfile_in(&self.spool)?;
        while let Some(bytes) = stream.next().await {
            let bytes = bytes?;
            file = unblocked(move || file.write_all(&bytes).map(|()| file).map_err(Error::from)).await?;
        }
        Ok(file)
    }
}

impl Spool {
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
}

impl Sha {
    fn of(hasher: Sha256) -> Sha {
        Sha(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Sha {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if fits { Ok(Sha(text.to_owned())) } else { Err(format!("{text:?} is no SHA-256")) }
    }
}

impl TryFrom<String> for Sha {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Sha> for String {
    fn from(hash: Sha) -> Self {
        hash.0
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Two levels of folders keep each of them small.
fn path(hash: &Sha) -> Path {
    Path::from(format!("{}/{}", &hash.0[..2], hash.0))
}

fn next_chunk(mut file: File) -> Result<(Bytes, File), Error> {
    let mut bytes = vec![0; CHUNK];
    let mut filled = 0;
    while filled < CHUNK {
        match file.read(&mut bytes[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    bytes.truncate(filled);
    Ok((bytes.into(), file))
}

fn verified(mut file: File, stored: &Stored) -> Result<File, Error> {
    file.rewind()?;
    let mut hasher = Sha256::new();
    let size = io::copy(&mut file, &mut hasher)?;
    if Sha::of(hasher) != stored.hash || size != stored.size {
        return Err(Error::internal(format!("the package {} is not what was kept under that hash", stored.hash)));
    }
    file.rewind()?;
    Ok(file)
}
