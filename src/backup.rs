//! Backups: one file with every row and every package of a tenant as they were at one moment, the same for both
//! databases, so that it can be restored into the other one too. What is in it is a zip: `manifest.json`,
//! `tables/NAME.jsonl` with a row a line, and `packages/SHA-256`.

pub mod file;
pub mod manifest;
pub mod packages;
mod restore;
mod write;

pub use file::Backup;
pub use manifest::Manifest;
pub use restore::{restore, vacant};
pub use write::{Made, write};

/// Tables whose rows are left out: sessions belong to the key file, and people sign in again.
pub const LEFT_OUT: [&str; 1] = ["sessions"];

/// The most bytes that a row may take in a backup.
const LONGEST_ROW: usize = 256 << 20;
/// How many rows, and how many bytes of them, are put into a database in one statement at most.
const ROWS_AT_ONCE: usize = 500;
const BYTES_AT_ONCE: usize = 1 << 20;
