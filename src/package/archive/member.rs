//! One member's unpacked bytes, counted and summed while they are read.

use std::io::{self, Read, Seek, SeekFrom, Take};

use crc32fast::Hasher;
use flate2::read::DeflateDecoder;

use super::{Entry, Method};
use crate::package::error::PackageError;

impl Method {
    /// Its number in headers.
    pub fn number(self) -> u16 {
        match self {
            Method::Stored => 0,
            Method::Deflated => 8,
        }
    }
}

/// A reader of a member's unpacked bytes; it fails at the first one too many, or at the end if they are not the ones.
pub struct Member<'a, R> {
    entry: &'a Entry,
    decoder: Decoder<Packed<'a, R>>,
    hasher: Hasher,
    unpacked: u64,
}

enum Decoder<T> {
    Stored(T),
    Deflated(DeflateDecoder<T>),
}

impl<'a, R: Read + Seek> Member<'a, R> {
    pub(super) fn open(source: &'a mut R, entry: &'a Entry) -> Result<Self, PackageError> {
        source.seek(SeekFrom::Start(entry.data))?;
        let packed = Packed(source.take(entry.packed));
        let decoder = match entry.method {
            Method::Stored => Decoder::Stored(packed),
            Method::Deflated => Decoder::Deflated(DeflateDecoder::new(packed)),
        };
        Ok(Member { entry, decoder, hasher: Hasher::new(), unpacked: 0 })
    }
}

impl<R: Read> Read for Member<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.decoder {
            Decoder::Stored(packed) => packed.read(buffer),
            Decoder::Deflated(decoder) => decoder.read(buffer),
        };
        let count = read.map_err(|error| self.explain(error))?;
        self.hasher.update(&buffer[..count]);
        self.unpacked += count as u64;
        if self.unpacked > self.entry.unpacked {
            return Err(PackageError::Bomb(format!("{:?} is larger than it says", self.entry.name)).into_io());
        }
        if count == 0 && !buffer.is_empty() {
            self.check_end()?;
        }
        Ok(count)
    }
}

impl<R: Read> Member<'_, R> {
    /// What went wrong below: a failing disk is not the package's fault, broken compressed data is.
    fn explain(&self, error: io::Error) -> io::Error {
        match error.downcast::<SourceError>() {
            Ok(SourceError(error)) => error,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => error,
            Err(_) => self.broken(),
        }
    }

    fn check_end(&self) -> io::Result<()> {
        let used = match &self.decoder {
            Decoder::Stored(_) => self.unpacked,
            Decoder::Deflated(decoder) => decoder.total_in(),
        };
        let whole = used == self.entry.packed && self.unpacked == self.entry.unpacked;
        match whole && self.hasher.clone().finalize() == self.entry.crc {
            true => Ok(()),
            false => Err(self.broken()),
        }
    }

    fn broken(&self) -> io::Error {
        PackageError::Damaged(format!("the content of {:?} is not what was packed", self.entry.name)).into_io()
    }
}

/// A member's packed bytes; it marks the source's own errors so that they are told from the decoder's.
struct Packed<'a, R>(Take<&'a mut R>);

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct SourceError(io::Error);

impl<R: Read> Read for Packed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => io::Error::other(SourceError(error)),
        })
    }
}
