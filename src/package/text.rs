//! The bytes of an XML file on their way to the parser: without a byte order mark, and never too many at once.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use super::error::PackageError;

/// The longest tag, text or comment: far beyond what solutions have, little beside a server's memory.
const LONGEST: usize = 16 << 20;
const BUFFER: usize = 64 << 10;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A buffered reader of UTF-8 text that fails when more than `LONGEST` bytes are read without a call of `renew`.
pub struct Text<R> {
    inner: BufReader<Chain<Cursor<Vec<u8>>, R>>,
    name: String,
    allowance: usize,
    /// How many bytes of the file stand before the text.
    pub skipped: u64,
}

impl<R: Read> Text<R> {
    /// Starts to read: refuses other encodings, and takes away the byte order mark of this one.
    pub fn new(mut source: R, name: &str) -> Result<Self, PackageError> {
        let mut first = Vec::new();
        source.by_ref().take(2 * BOM.len() as u64).read_to_end(&mut first)?;
        let text = first.strip_prefix(BOM).unwrap_or(&first);
        // Other encodings start with a mark of their own, or have zeros in their first characters.
        if text.starts_with(BOM) || text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") || text.contains(&0)
        {
            return Err(PackageError::NotUtf8(name.to_owned()));
        }
        let skipped = (first.len() - text.len()) as u64;
        let text = Cursor::new(text.to_vec());
        let inner = BufReader::with_capacity(BUFFER, text.chain(source));
        Ok(Text { inner, name: name.to_owned(), allowance: LONGEST, skipped })
    }
}

impl<R> Text<R> {
    /// Allows for another piece of text.
    pub fn renew(&mut self) {
        self.allowance = LONGEST;
    }
}

/// Whether there are characters that no text has.
fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, byte| found | (*byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')))
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Text<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            let refusal = PackageError::TooMuch { name: self.name.clone(), what: "one very long piece of text" };
            return Err(refusal.into_io());
        }
        // New bytes are looked at all at once, which costs next to nothing.
        if self.inner.buffer().is_empty() && has_control(self.inner.fill_buf()?) {
            let what = format!("{} has control characters", self.name);
            return Err(PackageError::Damaged(what).into_io());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.allowance = self.allowance.saturating_sub(count);
        self.inner.consume(count);
    }
}
