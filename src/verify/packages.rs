//! Packages: there, with the bytes that their hash tells.

use crate::{artifacts::Artifacts, backup::packages::Named, error::Error};

/// What is wrong with a package, if anything.
///
/// # Errors
/// When the store cannot be asked.
pub async fn problem(artifacts: &Artifacts, Named { package, by }: &Named) -> Result<Option<String>, Error> {
    let (hash, size) = (&package.hash, package.size);
    if !artifacts.has(package).await? {
        return Ok(Some(format!(
            "The package {hash} of {size} bytes, which {by} names, is not in the store. Put it back from a backup."
        )));
    }
    match artifacts.file(package).await {
        Ok(_) => Ok(None),
        Err(error) => Ok(Some(format!(
            "The package {hash}, which {by} names, cannot be used: {error}. Remove it and put it back from a backup."
        ))),
    }
}
