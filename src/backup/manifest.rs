//! What a backup says of itself.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::{db::tables, error::Error};

/// The form of the file; a higher one is made by later programs.
pub const FORMAT: u64 = 1;

/// What a backup holds, and which program made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`FORMAT`] once it was read.
    pub format: u64,
    /// The program's own version.
    pub sluice: String,
    /// When the rows were read, in UTC.
    pub made_at: NaiveDateTime,
    /// The newest migration of the database.
    pub schema: String,
    /// Whether the tenant is a demo.
    pub demo: bool,
    /// How many rows each table has.
    pub tables: BTreeMap<String, u64>,
    /// How many packages there are.
    pub packages: u64,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// With the sentence to print: it makes no sense, or a later program made it.
    pub fn read(text: &[u8]) -> Result<Manifest, Error> {
        #[derive(Deserialize)]
        struct Format {
            format: u64,
        }
        let format: Format = serde_json::from_slice(text).map_err(|_| nonsense())?;
        if format.format > FORMAT {
            return Err(newer(&format!("its format is {}, and this program knows up to {FORMAT}", format.format)));
        }
        let manifest: Manifest = serde_json::from_slice(text).map_err(|_| nonsense())?;
        let versions = tables::versions()?;
        if versions.last().is_some_and(|newest| manifest.schema > *newest) {
            let by = &manifest.sluice;
            return Err(newer(&format!("it was made by version {by}, whose database this program does not know")));
        }
        if manifest.format == FORMAT && versions.contains(&manifest.schema) { Ok(manifest) } else { Err(nonsense()) }
    }

    /// How many rows there are in all tables.
    pub fn rows(&self) -> u64 {
        self.tables.values().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

fn newer(why: &str) -> Error {
    Error::Conflict(format!("This backup is of a newer Sluice: {why}. Restore it with that version or a later one."))
}

fn nonsense() -> Error {
    Error::Conflict("The manifest of this backup makes no sense, so nothing was restored. Use another backup.".into())
}
