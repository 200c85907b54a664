//! Secrets: texts that stand sealed in the database, under keys from a file beside it, and are never shown again.
//!
//! A secret belongs to a row and a column: sealed text that was moved elsewhere or changed does not open. All columns
//! with secrets are listed in `columns`, so that a rotation of the keys reaches every one of them.

pub mod columns;
mod fit;
mod key_file;
mod keys;
mod rotation;
mod sealed;

pub use key_file::KeyFile;
pub use rotation::Rotation;
pub use sealed::Sealed;

use std::fmt;

use zeroize::Zeroizing;

/// A text that must not be seen: it cannot be printed by accident, and its memory is wiped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text that is one.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text, for whoever must send it where it belongs.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
