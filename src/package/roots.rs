//! The three files that every package has at its root.

use std::io::{Read, Seek};

use super::{
    archive::Archive,
    customizations,
    error::PackageError,
    limits::Limits,
    manifest::{self, Manifest, Places},
};

/// The list of the members' types.
pub const CONTENT_TYPES: &str = "[Content_Types].xml";

/// Reads the manifest of an archive that has the files of a package.
pub fn manifest<R: Read + Seek>(archive: &mut Archive<R>, limits: &Limits) -> Result<(Manifest, Places), PackageError> {
    check_present(archive)?;
    for (name, limit) in [(manifest::FILE, limits.manifest), (CONTENT_TYPES, limits.manifest)] {
        check_size(archive, name, limit)?;
    }
    archive.xml(CONTENT_TYPES, limits)?.finish()?;
    Manifest::read(archive.xml(manifest::FILE, limits)?)
}

fn check_present<R: Read + Seek>(archive: &Archive<R>) -> Result<(), PackageError> {
    let missing =
        [manifest::FILE, customizations::FILE, CONTENT_TYPES].into_iter().find(|name| archive.position(name).is_none());
    match missing {
        None => Ok(()),
        Some(name) => Err(what_else(archive).unwrap_or(PackageError::MissingFile(name))),
    }
}

/// What an archive is that looks like a mistake people make.
fn what_else<R>(archive: &Archive<R>) -> Option<PackageError> {
    let starts = |prefix: &str| archive.entries.iter().any(|entry| entry.name.starts_with(prefix));
    if starts("Microsoft.Flow/") {
        return Some(PackageError::LegacyFlow);
    }
    if starts("Microsoft.PowerApps/") {
        return Some(PackageError::LegacyApp);
    }
    let folder = archive.entries.iter().find_map(|entry| entry.name.strip_suffix("/solution.xml"));
    folder.map(|folder| PackageError::InFolder(folder.to_owned()))
}

fn check_size<R: Read + Seek>(archive: &Archive<R>, name: &str, limit: u64) -> Result<(), PackageError> {
    let size = archive.position(name).map_or(0, |index| archive.entries[index].unpacked);
    match size > limit {
        true => Err(PackageError::MemberTooLarge { name: name.to_owned(), size, limit }),
        false => Ok(()),
    }
}
