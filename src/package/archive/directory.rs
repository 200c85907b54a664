//! The end of an archive: its directory, which says what members there are, and the records after it.

use std::io::{Read, Seek, SeekFrom};

use super::{
    Entry, Method,
    bytes::{Fields, UNICODE_PATH, ZIP64, extra},
};
use crate::package::{error::PackageError, limits::Limits};

const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// The lengths of the two further end records, which stand before the plain one in archives with wide fields.
const END_64_LENGTH: u64 = 56;
const LOCATOR_64_LENGTH: u64 = 20;
const RECORD: u32 = 0x0201_4b50;
/// The largest directory: room for all members with long names.
const LARGEST: u64 = 16 << 20;
/// The longest name of a member, in bytes.
const LONGEST_NAME: usize = 1024;

/// Compression hints, a data descriptor, a name in UTF-8: the flags that a plain member may have.
const FLAGS: u16 = 0b1000_0000_1110;
const ENCRYPTED: u16 = 0b0010_0000_0100_0001;

/// The directory and what follows it, as they are in the file.
pub struct Directory {
    pub start: u64,
    pub records: Vec<u8>,
    /// The wide end records, if any; then the plain one with the comment.
    pub tail: Vec<u8>,
    pub wide: bool,
    count: u64,
}

impl Directory {
    /// Finds the directory from the file's end.
    pub fn find<R: Read + Seek>(source: &mut R, size: u64, limits: &Limits) -> Result<Directory, PackageError> {
        let end = find_end(source, size)?;
        let (plain, wide) = (Plain::read(source, end)?, Wide::read(source, end)?);
        let (count, length, start) = plain.agreed(wide.as_ref())?;
        let tail_start = end - wide.as_ref().map_or(0, |_| END_64_LENGTH + LOCATOR_64_LENGTH);
        if start.checked_add(length) != Some(tail_start) {
            return Err(damaged("the directory is not where it should be"));
        }
        if count > limits.entries as u64 {
            return Err(PackageError::TooManyEntries { count, limit: limits.entries });
        }
        if length > LARGEST {
            return Err(PackageError::TooMuch { name: "the directory of the .zip file".into(), what: "long names" });
        }
        let records = read_at(source, start, length as usize)?;
        let tail = read_at(source, tail_start, (size - tail_start) as usize)?;
        Ok(Directory { start, records, tail, wide: wide.is_some(), count })
    }

    /// The members that the directory lists; where their parts are is not known yet.
    pub fn entries(&self) -> Result<Vec<Entry>, PackageError> {
        let mut fields = Fields(&self.records);
        let mut entries = Vec::new();
        while !fields.0.is_empty() {
            let record = self.records.len() - fields.0.len();
            entries.push(entry(&mut fields, record)?);
        }
        match entries.len() as u64 == self.count {
            true => Ok(entries),
            false => Err(damaged("the directory lists another number of files than it says")),
        }
    }
}

/// Where the plain end record starts: the last of its kind, which must reach to the file's end.
fn find_end<R: Read + Seek>(source: &mut R, size: u64) -> Result<u64, PackageError> {
    let reach = size.min((END_LENGTH + usize::from(u16::MAX)) as u64);
    let last = read_at(source, size - reach, reach as usize)?;
    let Some(at) = last.windows(END.len()).rposition(|window| window == END) else {
        return Err(not_an_archive(source, size)?);
    };
    let end = &last[at..];
    match end.len() >= END_LENGTH && end.len() - END_LENGTH == usize::from(u16::from_le_bytes([end[20], end[21]])) {
        true => Ok(size - end.len() as u64),
        false => Err(damaged("something follows its end, or its end is cut off")),
    }
}

/// What a file that has no end record is.
fn not_an_archive<R: Read + Seek>(source: &mut R, size: u64) -> Result<PackageError, PackageError> {
    let first = read_at(source, 0, size.min(40) as usize)?;
    Ok(match &first[..] {
        [] => PackageError::Empty,
        first if first.starts_with(b"version https://git-lfs.") => PackageError::LfsPointer,
        first if first.starts_with(b"MSCF") => PackageError::Cabinet,
        first if first.starts_with(b"PK\x03\x04") => damaged("its end is missing"),
        _ => PackageError::NotZip,
    })
}

/// The plain end record's fields, which may point to the wide one.
struct Plain {
    count: u16,
    length: u32,
    start: u32,
}

impl Plain {
    fn read<R: Read + Seek>(source: &mut R, at: u64) -> Result<Plain, PackageError> {
        let bytes = read_at(source, at, END_LENGTH)?;
        let mut fields = Fields(&bytes[4..]);
        let (disk, directory_disk, here) = (fields.u16()?, fields.u16()?, fields.u16()?);
        let plain = Plain { count: fields.u16()?, length: fields.u32()?, start: fields.u32()? };
        match disk == 0 && directory_disk == 0 && here == plain.count {
            true => Ok(plain),
            false => Err(damaged("it is a part of an archive in several parts")),
        }
    }

    /// Count, length and start of the directory; both records must say the same wherever the plain one says anything.
    fn agreed(&self, wide: Option<&Wide>) -> Result<(u64, u64, u64), PackageError> {
        let Some(wide) = wide else { return Ok((self.count.into(), self.length.into(), self.start.into())) };
        let same = (self.count == u16::MAX || u64::from(self.count) == wide.count)
            && (self.length == u32::MAX || u64::from(self.length) == wide.length)
            && (self.start == u32::MAX || u64::from(self.start) == wide.start);
        match same {
            true => Ok((wide.count, wide.length, wide.start)),
            false => Err(damaged("its two end records differ")),
        }
    }
}

/// The wide end record's fields.
struct Wide {
    count: u64,
    length: u64,
    start: u64,
}

impl Wide {
    /// The wide end record, if a locator of one stands before the plain record at `end`.
    fn read<R: Read + Seek>(source: &mut R, end: u64) -> Result<Option<Wide>, PackageError> {
        let Some(locator) = end.checked_sub(LOCATOR_64_LENGTH) else { return Ok(None) };
        let bytes = read_at(source, locator, LOCATOR_64_LENGTH as usize)?;
        let mut fields = Fields(&bytes);
        if fields.u32()? != LOCATOR_64 {
            return Ok(None);
        }
        let (disk, at, disks) = (fields.u32()?, fields.u64()?, fields.u32()?);
        if disk != 0 || disks > 1 || Some(at) != locator.checked_sub(END_64_LENGTH) {
            return Err(damaged("its wide end record is not where it should be"));
        }
        let bytes = read_at(source, at, END_64_LENGTH as usize)?;
        Self::parse(Fields(&bytes)).map(Some)
    }

    fn parse(mut fields: Fields) -> Result<Wide, PackageError> {
        let (signature, rest) = (fields.u32()?, fields.u64()?);
        fields.take(4)?; // the versions that made it and that are needed
        let (disk, directory_disk, here) = (fields.u32()?, fields.u32()?, fields.u64()?);
        let wide = Wide { count: fields.u64()?, length: fields.u64()?, start: fields.u64()? };
        let plain = rest == END_64_LENGTH - 12 && disk == 0 && directory_disk == 0 && here == wide.count;
        match signature == END_64 && plain {
            true => Ok(wide),
            false => Err(damaged("its wide end record is invalid")),
        }
    }
}

fn entry(fields: &mut Fields, record: usize) -> Result<Entry, PackageError> {
    if fields.u32()? != RECORD {
        return Err(damaged("the directory is broken"));
    }
    fields.take(4)?; // the versions that made it and that are needed
    let (flags, method) = (fields.u16()?, fields.u16()?);
    fields.take(4)?; // the time
    let (crc, packed, unpacked) = (fields.u32()?, fields.u32()?, fields.u32()?);
    let (name_length, extra_length, comment_length) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let disk = fields.u16()?;
    fields.take(6)?; // attributes
    let start = fields.u32()?;
    let name = fields.take(name_length.into())?;
    let extras = fields.take(extra_length.into())?;
    fields.take(comment_length.into())?;
    if disk != 0 {
        return Err(damaged("it is a part of an archive in several parts"));
    }
    let name = text(name, extras)?;
    let mut wide = Fields(extra(extras, ZIP64)?.unwrap_or_default());
    let mut widen = |value: u32| if value == u32::MAX { wide.u64() } else { Ok(value.into()) };
    let (unpacked, packed, start) = (widen(unpacked)?, widen(packed)?, widen(start)?);
    let method = supported(&name, flags, method)?;
    Ok(Entry { name, flags, method, crc, packed, unpacked, start, data: 0, end: 0, record })
}

/// A name, which is UTF-8 whether its flag says so or not: all who write packages write it.
fn text(name: &[u8], extras: &[u8]) -> Result<String, PackageError> {
    let Some(name) = std::str::from_utf8(name).ok().filter(|name| name.len() <= LONGEST_NAME) else {
        let start = &name[..name.len().min(LONGEST_NAME)];
        return Err(PackageError::UnsafeName(String::from_utf8_lossy(start).into_owned()));
    };
    let name = name.to_owned();
    match extra(extras, UNICODE_PATH)? {
        Some(other) if other.get(5..) != Some(name.as_bytes()) => {
            Err(PackageError::Differs { name, what: "another name" })
        }
        _ => Ok(name),
    }
}

fn supported(name: &str, flags: u16, method: u16) -> Result<Method, PackageError> {
    if flags & ENCRYPTED != 0 || method == 99 {
        return Err(PackageError::Encrypted(name.to_owned()));
    }
    let unsupported = |what| PackageError::Unsupported { name: name.to_owned(), what };
    match method {
        _ if flags & !FLAGS != 0 => Err(unsupported(format!("flags {flags:#06x}"))),
        0 => Ok(Method::Stored),
        8 => Ok(Method::Deflated),
        other => Err(unsupported(format!("method {other}"))),
    }
}

/// Exactly these bytes of the file.
pub fn read_at<R: Read + Seek>(source: &mut R, at: u64, length: usize) -> Result<Vec<u8>, PackageError> {
    let mut bytes = vec![0; length];
    source.seek(SeekFrom::Start(at))?;
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

pub fn damaged(what: &str) -> PackageError {
    PackageError::Damaged(what.to_owned())
}
