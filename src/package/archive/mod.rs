//! A .zip file read strictly: whatever two readers could understand differently is refused.
//!
//! Members must stand one after another from the file's first byte to its directory, each under a header that says
//! what the directory says. So no bytes hide between them, none is shared, and copying them raw keeps the whole.

mod bytes;
mod copy;
mod directory;
mod local;
mod member;
mod names;

use std::io::{Read, Seek, SeekFrom};

use super::{error::PackageError, limits::Limits, xml::Xml};
pub use copy::{Content, pack};
use directory::Directory;
pub use member::Member;

/// An archive whose structure has been checked; its members' bytes are checked when they are read.
pub struct Archive<R> {
    pub(super) source: R,
    pub(super) size: u64,
    pub(super) directory: Directory,
    /// The members in the order of their bytes.
    pub(super) entries: Vec<Entry>,
}

/// What the directory says of a member, and where its parts are in the file.
#[derive(Debug)]
pub struct Entry {
    pub name: String,
    pub flags: u16,
    pub method: Method,
    pub crc: u32,
    pub packed: u64,
    pub unpacked: u64,
    /// Where its local header starts.
    pub start: u64,
    /// Where its packed bytes start.
    pub data: u64,
    /// Where the next member or the directory starts.
    pub end: u64,
    /// Where its record starts in the directory's bytes.
    pub record: usize,
}

/// The ways in which a member may be packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Stored,
    Deflated,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the archive's directory and all headers, and refuses what is unsafe or ambiguous.
    pub fn open(mut source: R, limits: &Limits) -> Result<Self, PackageError> {
        let size = source.seek(SeekFrom::End(0))?;
        if size > limits.upload {
            return Err(PackageError::TooLarge { size, limit: limits.upload });
        }
        let directory = Directory::find(&mut source, size, limits)?;
        let mut entries = directory.entries()?;
        names::check(&entries)?;
        check_sizes(&entries, size, limits)?;
        local::check(&mut source, &mut entries, directory.start)?;
        Ok(Archive { source, size, directory, entries })
    }

    /// The number of the member of exactly this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name == name)
    }

    /// A reader of a member's unpacked bytes, which fails unless they are what the directory says.
    pub fn member(&mut self, index: usize) -> Result<Member<'_, R>, PackageError> {
        Member::open(&mut self.source, &self.entries[index])
    }

    /// An XML file at the archive's root.
    pub fn xml(&mut self, name: &'static str, limits: &Limits) -> Result<Xml<Member<'_, R>>, PackageError> {
        let index = self.position(name).ok_or(PackageError::MissingFile(name))?;
        self.xml_at(index, limits)
    }

    /// The XML file with this number.
    pub fn xml_at(&mut self, index: usize, limits: &Limits) -> Result<Xml<Member<'_, R>>, PackageError> {
        let name = self.entries[index].name.clone();
        Xml::new(self.member(index)?, &name, limits)
    }
}

/// Below these sizes a member, or the whole, may be packed as tightly as can be: blank pictures are, and cannot hurt.
const SMALL: u64 = 1 << 20;
const SMALL_TOGETHER: u64 = 16 << 20;

fn check_sizes(entries: &[Entry], size: u64, limits: &Limits) -> Result<(), PackageError> {
    let mut total = 0u64;
    for entry in entries {
        let Entry { name, packed, unpacked, .. } = entry;
        total = total.saturating_add(*unpacked);
        if *unpacked > SMALL && *unpacked / limits.ratio.max(1) > *packed {
            return Err(PackageError::Bomb(format!("{name:?} from {packed} to {unpacked} bytes")));
        }
    }
    let bulky = total > SMALL_TOGETHER && total / limits.ratio.max(1) > size;
    match bulky || total > limits.unpacked {
        true => Err(PackageError::Bomb(format!("from {size} to {total} bytes"))),
        false => Ok(()),
    }
}
