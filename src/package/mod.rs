//! Solution packages: reading and rewriting the .zip files that carry solutions, trusting nothing in them.
//!
//! Nothing is held whole: files are read as they unpack, and only those that say what is in the package.

pub mod checks;
pub mod kinds;
pub mod version;

mod archive;
mod builder;
mod component;
mod customizations;
mod definitions;
mod dependencies;
mod error;
mod inventory;
mod limits;
mod manifest;
mod rewrite;
mod roots;
mod text;
mod xml;

use std::io::{Read, Seek};

use archive::Archive;
pub use builder::{Builder, Spelling};
pub use component::{Component, RootComponent};
pub use customizations::ConnectionReference;
pub use definitions::VariableDefinition;
pub use dependencies::{Dependent, MissingDependency, Required};
pub use error::PackageError;
pub use inventory::Inventory;
pub use limits::Limits;
pub use manifest::{Manifest, Publisher};
pub use rewrite::{Rewrite, rewrite};
use serde::{Deserialize, Serialize};

/// What a package says of itself, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    pub manifest: Manifest,
    pub inventory: Inventory,
    /// The package's own size in bytes.
    pub size: u64,
}

impl Package {
    /// Reads a package, or says why it is none; a `&File` will do as a source.
    pub fn read<R: Read + Seek>(source: R, limits: &Limits) -> Result<Package, PackageError> {
        let mut archive = Archive::open(source, limits)?;
        let (manifest, _) = roots::manifest(&mut archive, limits)?;
        let inventory = Inventory::read(&mut archive, &manifest.root_components, limits)?;
        Ok(Package { manifest, inventory, size: archive.size })
    }
}
