//! Little-endian fields taken from a slice, one after another.

use super::super::error::PackageError;

/// What is left of a record.
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// The next `count` bytes; their lack means that the record was cut off.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], PackageError> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or_else(|| PackageError::Damaged("a header is cut off".into()))?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn u16(&mut self) -> Result<u16, PackageError> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, PackageError> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, PackageError> {
        self.array().map(u64::from_le_bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PackageError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }
}

/// The bytes of the extra field of this kind, in a header's list of them.
pub fn extra(list: &[u8], kind: u16) -> Result<Option<&[u8]>, PackageError> {
    let mut found = None;
    let mut fields = Fields(list);
    while fields.0.len() >= 4 {
        let (id, length) = (fields.u16()?, fields.u16()?);
        let data = fields.take(length.into())?;
        if id == kind && found.replace(data).is_some() {
            return Err(PackageError::Damaged("an extra field is given twice".into()));
        }
    }
    Ok(found)
}

/// Kinds of extra fields: sizes beyond 4 GiB, and a second name.
pub const ZIP64: u16 = 0x0001;
pub const UNICODE_PATH: u16 = 0x7075;
