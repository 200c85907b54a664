//! The headers before each member's bytes: they must say what the directory says, and leave no byte unaccounted for.

use std::io::{Read, Seek};

use super::{
    Entry,
    bytes::{Fields, UNICODE_PATH, ZIP64, extra},
    directory::{damaged, read_at},
};
use crate::package::error::PackageError;

const HEADER: u32 = 0x0403_4b50;
pub const HEADER_LENGTH: usize = 30;
/// The flag of members whose size and checksum follow their bytes.
pub const DESCRIPTOR: u16 = 0b1000;
const DESCRIPTOR_SIGNATURE: [u8; 4] = *b"PK\x07\x08";

/// Sorts the members by their place, checks each one's header, and notes where its bytes start and end.
pub fn check<R: Read + Seek>(source: &mut R, entries: &mut [Entry], directory: u64) -> Result<(), PackageError> {
    entries.sort_by_key(|entry| entry.start);
    let ends: Vec<u64> = entries.iter().skip(1).map(|entry| entry.start).chain([directory]).collect();
    if entries.first().is_some_and(|first| first.start != 0) {
        return Err(damaged("something precedes its first file"));
    }
    if entries.last().is_some_and(|last| last.start >= directory) {
        return Err(damaged("a file is not where the directory says"));
    }
    for (entry, end) in entries.iter_mut().zip(ends) {
        entry.end = end;
        entry.data = check_header(source, entry)?;
        check_end(source, entry)?;
    }
    Ok(())
}

/// Compares a member's header with its record in the directory; where its bytes start.
fn check_header<R: Read + Seek>(source: &mut R, entry: &Entry) -> Result<u64, PackageError> {
    let overlap = || PackageError::Overlap(entry.name.clone());
    if entry.end.saturating_sub(entry.start) < HEADER_LENGTH as u64 {
        return Err(overlap());
    }
    let header = read_at(source, entry.start, HEADER_LENGTH)?;
    let header = Header::parse(Fields(&header))?;
    let names = header.name_length + header.extra_length;
    let data = entry.start + (HEADER_LENGTH + names) as u64;
    if data > entry.end {
        return Err(overlap());
    }
    let names = read_at(source, entry.start + HEADER_LENGTH as u64, names)?;
    let (name, extras) = names.split_at(header.name_length);
    header.compare(entry, name, extras)?;
    Ok(data)
}

/// Checks that a member's bytes, and the descriptor after them, end where the next thing starts.
fn check_end<R: Read + Seek>(source: &mut R, entry: &Entry) -> Result<(), PackageError> {
    let left =
        (entry.end - entry.data).checked_sub(entry.packed).ok_or_else(|| PackageError::Overlap(entry.name.clone()))?;
    let expected = entry.flags & DESCRIPTOR != 0;
    match left {
        0 if !expected => Ok(()),
        12 | 16 | 20 | 24 if expected => {
            let bytes = read_at(source, entry.end - left, left as usize)?;
            check_descriptor(entry, &bytes)
        }
        _ => Err(damaged("there are bytes between its files that belong to none")),
    }
}

fn check_descriptor(entry: &Entry, bytes: &[u8]) -> Result<(), PackageError> {
    let crc = entry.crc.to_le_bytes();
    let narrow = [entry.packed as u32, entry.unpacked as u32].map(u32::to_le_bytes).concat();
    let wide = [entry.packed, entry.unpacked].map(u64::to_le_bytes).concat();
    let fits = [&narrow, &wide].iter().any(|sizes| {
        let plain = [&crc[..], sizes].concat();
        bytes == plain || bytes == [&DESCRIPTOR_SIGNATURE[..], &plain].concat()
    });
    match fits {
        true => Ok(()),
        false => Err(PackageError::Differs { name: entry.name.clone(), what: "size or checksum" }),
    }
}

struct Header {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    unpacked: u32,
    name_length: usize,
    extra_length: usize,
}

impl Header {
    fn parse(mut fields: Fields) -> Result<Header, PackageError> {
        if fields.u32()? != HEADER {
            return Err(damaged("a file is not where the directory says"));
        }
        fields.take(2)?; // the version that is needed
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.take(4)?; // the time
        Ok(Header {
            flags,
            method,
            crc: fields.u32()?,
            packed: fields.u32()?,
            unpacked: fields.u32()?,
            name_length: fields.u16()?.into(),
            extra_length: fields.u16()?.into(),
        })
    }

    fn compare(&self, entry: &Entry, name: &[u8], extras: &[u8]) -> Result<(), PackageError> {
        let differs = |what| Err(PackageError::Differs { name: entry.name.clone(), what });
        let other_name = extra(extras, UNICODE_PATH)?.is_some_and(|other| other.get(5..) != Some(name));
        if name != entry.name.as_bytes() || other_name {
            return differs("another name");
        }
        if self.flags != entry.flags || self.method != entry.method.number() {
            return differs("another way of packing");
        }
        // With a descriptor, the header may leave these out; then the descriptor says them.
        let left_out = entry.flags & DESCRIPTOR != 0;
        let (packed, unpacked) = self.sizes(extras)?;
        let sizes = (packed, unpacked) == (entry.packed, entry.unpacked);
        if !(sizes || left_out && (packed, unpacked) == (0, 0)) {
            return differs("another size");
        }
        match self.crc == entry.crc || left_out && self.crc == 0 {
            true => Ok(()),
            false => differs("another checksum"),
        }
    }

    fn sizes(&self, extras: &[u8]) -> Result<(u64, u64), PackageError> {
        let mut wide = Fields(extra(extras, ZIP64)?.unwrap_or_default());
        let mut widen = |value: u32| if value == u32::MAX { wide.u64() } else { Ok(value.into()) };
        let unpacked = widen(self.unpacked)?;
        Ok((widen(self.packed)?, unpacked))
    }
}
