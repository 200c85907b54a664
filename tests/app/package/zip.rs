//! Archives written byte by byte, so that any field can be wrong.

use std::io::Write;

use flate2::{Compression, write::DeflateEncoder};

pub const LARGE: u32 = u32::MAX;

/// The fields that local headers and directory records share.
#[derive(Debug, Clone)]
pub struct Header {
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub packed: u32,
    pub unpacked: u32,
    pub name: Vec<u8>,
    pub extra: Vec<u8>,
}

/// A member whose header and record may differ.
#[derive(Debug, Clone)]
pub struct Member {
    pub local: Header,
    pub central: Header,
    pub data: Vec<u8>,
    /// What follows the data, such as a descriptor.
    pub after: Vec<u8>,
    /// Where the directory says that it starts, if not where it does.
    pub start: Option<u32>,
}

impl Member {
    pub fn stored(name: &str, content: impl AsRef<[u8]>) -> Member {
        Member::packed(name, 0, content.as_ref(), content.as_ref().to_vec())
    }

    pub fn deflated(name: &str, content: impl AsRef<[u8]>) -> Member {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content.as_ref()).expect("memory takes all");
        Member::packed(name, 8, content.as_ref(), encoder.finish().expect("memory takes all"))
    }

    fn packed(name: &str, method: u16, content: &[u8], data: Vec<u8>) -> Member {
        let header = Header {
            flags: 0,
            method,
            crc: crc32fast::hash(content),
            packed: data.len() as u32,
            unpacked: content.len() as u32,
            name: name.as_bytes().to_vec(),
            extra: Vec::new(),
        };
        Member { local: header.clone(), central: header, data, after: Vec::new(), start: None }
    }

    /// Changes both headers in the same way.
    pub fn with(mut self, change: impl Fn(&mut Header)) -> Member {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    pub fn with_local(mut self, change: impl Fn(&mut Header)) -> Member {
        change(&mut self.local);
        self
    }

    pub fn with_central(mut self, change: impl Fn(&mut Header)) -> Member {
        change(&mut self.central);
        self
    }

    /// Moves checksum and sizes behind the data, with or without a signature, in wide or narrow numbers.
    pub fn with_descriptor(self, signed: bool, wide: bool) -> Member {
        let Header { crc, packed, unpacked, .. } = self.central;
        let mut after = if signed { b"PK\x07\x08".to_vec() } else { Vec::new() };
        after.extend(crc.to_le_bytes());
        for size in [packed, unpacked] {
            match wide {
                true => after.extend(u64::from(size).to_le_bytes()),
                false => after.extend(size.to_le_bytes()),
            }
        }
        let member = self.with(|header| header.flags |= 8);
        let mut member = member.with_local(|header| (header.crc, header.packed, header.unpacked) = (0, 0, 0));
        member.after = after;
        member
    }

    /// Says the sizes in extra fields of wide numbers.
    pub fn with_wide_sizes(self) -> Member {
        self.with(|header| {
            let sizes = [header.unpacked, header.packed].map(|size| u64::from(size).to_le_bytes()).concat();
            header.extra.extend(extra(1, &sizes));
            (header.unpacked, header.packed) = (LARGE, LARGE);
        })
    }
}

/// An extra field.
pub fn extra(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// A whole archive.
#[derive(Debug, Clone, Default)]
pub struct Zip {
    pub members: Vec<Member>,
    pub before: Vec<u8>,
    pub comment: Vec<u8>,
    /// Adds the end records of wide numbers.
    pub wide: bool,
    /// How many members the end says beyond those that there are.
    pub uncounted: u16,
}

impl Zip {
    pub fn of(members: Vec<Member>) -> Zip {
        Zip { members, ..Zip::default() }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.before.clone();
        let mut records = Vec::new();
        for member in &self.members {
            let start = member.start.unwrap_or(bytes.len() as u32);
            bytes.extend(b"PK\x03\x04\x14\x00");
            bytes.extend(member.local.fields());
            bytes.extend(&member.local.name);
            bytes.extend(&member.local.extra);
            bytes.extend(&member.data);
            bytes.extend(&member.after);
            records.extend(record(&member.central, start));
        }
        let (start, length) = (bytes.len() as u64, records.len() as u64);
        bytes.extend(records);
        let count = self.members.len() as u16 + self.uncounted;
        if self.wide {
            bytes.extend(wide_end(count.into(), length, start));
        }
        let [length, start] = [length, start].map(|number| if self.wide { LARGE } else { number as u32 });
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([count, count].map(u16::to_le_bytes).concat());
        bytes.extend([length, start].map(u32::to_le_bytes).concat());
        bytes.extend((self.comment.len() as u16).to_le_bytes());
        bytes.extend(&self.comment);
        bytes
    }
}

impl Header {
    fn fields(&self) -> Vec<u8> {
        let mut bytes = [self.flags, self.method, 0, 0x21].map(u16::to_le_bytes).concat();
        bytes.extend([self.crc, self.packed, self.unpacked].map(u32::to_le_bytes).concat());
        bytes.extend([self.name.len() as u16, self.extra.len() as u16].map(u16::to_le_bytes).concat());
        bytes
    }
}

fn record(header: &Header, start: u32) -> Vec<u8> {
    let mut bytes = b"PK\x01\x02\x2d\x00\x14\x00".to_vec();
    bytes.extend(header.fields());
    bytes.extend([0; 10]);
    bytes.extend(start.to_le_bytes());
    bytes.extend(&header.name);
    bytes.extend(&header.extra);
    bytes
}

fn wide_end(count: u64, length: u64, start: u64) -> Vec<u8> {
    let mut bytes = b"PK\x06\x06".to_vec();
    bytes.extend(44u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend([count, count, length, start].map(u64::to_le_bytes).concat());
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend((start + length).to_le_bytes());
    bytes.extend(1u32.to_le_bytes());
    bytes
}
