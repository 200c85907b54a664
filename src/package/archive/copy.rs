//! Writing an archive anew with one member changed: bytes are copied as they are, places in the directory moved.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
};

use crc32fast::Hasher;
use flate2::{Compression, write::DeflateEncoder};

use super::{
    Archive, Entry, Method,
    bytes::ZIP64,
    directory::{damaged, read_at},
    local::{DESCRIPTOR, HEADER_LENGTH},
};
use crate::package::error::PackageError;

/// What headers say of a member's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    pub crc: u32,
    pub packed: u64,
    pub unpacked: u64,
}

/// Packs what `fill` writes into `target`.
pub fn pack<W: Write>(
    method: Method,
    target: &mut W,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Content> {
    let packed = Counted::new(target);
    let (crc, packed, unpacked) = match method {
        Method::Stored => {
            let mut plain = Counted::new(packed);
            fill(&mut plain)?;
            (plain.hasher.finalize(), plain.inner.count, plain.count)
        }
        Method::Deflated => {
            let mut plain = Counted::new(DeflateEncoder::new(packed, Compression::default()));
            fill(&mut plain)?;
            (plain.hasher.finalize(), plain.inner.finish()?.count, plain.count)
        }
    };
    Ok(Content { crc, packed, unpacked })
}

impl<R: Read + Seek> Archive<R> {
    /// Copies bytes of the file as they are.
    pub fn copy<W: Write>(&mut self, range: Range<u64>, target: &mut W) -> Result<(), PackageError> {
        let length = range.end.saturating_sub(range.start);
        self.source.seek(SeekFrom::Start(range.start))?;
        match io::copy(&mut self.source.by_ref().take(length), target)? == length {
            true => Ok(()),
            false => Err(PackageError::Io(io::ErrorKind::UnexpectedEof.into())),
        }
    }

    /// The local header of a member with other content.
    pub fn header_for(&mut self, index: usize, content: &Content) -> Result<Vec<u8>, PackageError> {
        let Entry { start, data, name, .. } = &self.entries[index];
        let mut header = read_at(&mut self.source, *start, (data - start) as usize)?;
        patch(&mut header, 6, content)?;
        let extras = header.split_off(HEADER_LENGTH + name.len());
        let extras = without_wide(&extras);
        put(&mut header, 28, &(extras.len() as u16).to_le_bytes());
        header.extend(extras);
        Ok(header)
    }

    /// The directory and what follows it, for a member with other content whose header and bytes are `length` long.
    pub fn directory_for(&self, index: usize, content: &Content, length: u64) -> Result<Vec<u8>, PackageError> {
        let changed = &self.entries[index];
        let moved = |place: u64| if place < changed.end { place } else { place - changed.end + changed.start + length };
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.record);
        let mut all = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            let end = entries.get(number + 1).map_or(self.directory.records.len(), |next| next.record);
            let record = &self.directory.records[entry.record..end];
            match std::ptr::eq(*entry, changed) {
                true => all.extend(changed_record(record, content, entry.start)?),
                false => all.extend(moved_record(record, moved(entry.start))?),
            }
        }
        let tail = self.tail(moved(self.directory.start), all.len() as u64)?;
        all.extend(tail);
        Ok(all)
    }

    fn tail(&self, start: u64, length: u64) -> Result<Vec<u8>, PackageError> {
        let mut tail = self.directory.tail.clone();
        let mut plain = 0;
        if self.directory.wide {
            put(&mut tail, 40, &length.to_le_bytes());
            put(&mut tail, 48, &start.to_le_bytes());
            put(&mut tail, 64, &(start + length).to_le_bytes());
            plain = 76;
        }
        for (at, value) in [(plain + 12, length), (plain + 16, start)] {
            if !self.directory.wide || tail[at..at + 4] != [0xff; 4] {
                put(&mut tail, at, &narrow(value)?.to_le_bytes());
            }
        }
        Ok(tail)
    }
}

const RECORD_LENGTH: usize = 46;

fn changed_record(record: &[u8], content: &Content, start: u64) -> Result<Vec<u8>, PackageError> {
    let mut record = record.to_vec();
    patch(&mut record, 8, content)?;
    put(&mut record, 42, &narrow(start)?.to_le_bytes());
    let [name, extra] = [28, 30].map(|at| usize::from(u16::from_le_bytes([record[at], record[at + 1]])));
    let extras = RECORD_LENGTH + name..RECORD_LENGTH + name + extra;
    let kept = without_wide(&record[extras.clone()]);
    put(&mut record, 30, &(kept.len() as u16).to_le_bytes());
    record.splice(extras, kept);
    Ok(record)
}

/// A record whose member starts elsewhere now; the place may be in the extra field of wide numbers.
fn moved_record(record: &[u8], start: u64) -> Result<Vec<u8>, PackageError> {
    let mut record = record.to_vec();
    if record[42..46] != [0xff; 4] {
        put(&mut record, 42, &narrow(start)?.to_le_bytes());
        return Ok(record);
    }
    let before = [20, 24].iter().filter(|at| record[**at..**at + 4] == [0xff; 4]).count();
    let [name, extra] = [28, 30].map(|at| usize::from(u16::from_le_bytes([record[at], record[at + 1]])));
    let extras = RECORD_LENGTH + name..RECORD_LENGTH + name + extra;
    let wide = fields(&record[extras.clone()]).find(|(kind, _)| *kind == ZIP64);
    let (_, field) = wide.ok_or_else(|| damaged("a wide number is missing"))?;
    put(&mut record, extras.start + field.start + 4 + before * 8, &start.to_le_bytes());
    Ok(record)
}

/// Puts flags, checksum and sizes into a header of either kind, whose flags stand at `at`.
fn patch(header: &mut [u8], at: usize, content: &Content) -> Result<(), PackageError> {
    let flags = u16::from_le_bytes([header[at], header[at + 1]]) & !DESCRIPTOR;
    put(header, at, &flags.to_le_bytes());
    put(header, at + 8, &content.crc.to_le_bytes());
    put(header, at + 12, &narrow(content.packed)?.to_le_bytes());
    put(header, at + 16, &narrow(content.unpacked)?.to_le_bytes());
    Ok(())
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn narrow(value: u64) -> Result<u32, PackageError> {
    u32::try_from(value).map_err(|_| PackageError::TooLarge { size: value, limit: u32::MAX.into() })
}

/// Extra fields without the one of wide numbers.
fn without_wide(extras: &[u8]) -> Vec<u8> {
    let kept = fields(extras).filter(|(kind, _)| *kind != ZIP64);
    kept.flat_map(|(_, range)| extras[range].to_vec()).collect()
}

/// The kinds of extra fields and where each stands with its header.
fn fields(extras: &[u8]) -> impl Iterator<Item = (u16, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let header = extras.get(at..at + 4)?;
        let end = at + 4 + usize::from(u16::from_le_bytes([header[2], header[3]]));
        let range = at..end;
        extras.get(range.clone())?;
        at = end;
        Some((u16::from_le_bytes([header[0], header[1]]), range))
    })
}

/// A writer that counts and sums what passes through it.
struct Counted<W> {
    inner: W,
    count: u64,
    hasher: Hasher,
}

impl<W> Counted<W> {
    fn new(inner: W) -> Self {
        Counted { inner, count: 0, hasher: Hasher::new() }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.count += written as u64;
        self.hasher.update(&buffer[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
