//! `sluice restore`: a tenant made anew from a backup, before a server is started on it.

use std::path::Path;

use actix_web::rt::System;

use super::{
    folder::{Folder, Kind},
    serve::say,
};
use crate::{
    backup::{self, Backup},
    config::Config,
    db::Db,
    error::Error,
};

/// Restores the tenant of a backup into a new folder and an empty database.
pub fn restore(config: &Config, file: &Path) -> Result<(), Error> {
    let mut backup = Backup::open(file)?;
    // Nothing is made for what cannot be restored.
    backup.check()?;
    let kind = if backup.manifest.demo { Kind::Demo } else { Kind::Tenant };
    let folder = Folder::open(config.data("./data"), kind)?;
    let _lock = folder.lock(config)?;
    let db = folder.reach(config, Db::connect)?;
    db.read_now(backup::vacant)?;
    let artifacts = folder.artifacts(config)?;
    let packages = System::new().block_on(backup::restore(&mut backup, &db, &artifacts))?;
    let manifest = &backup.manifest;
    say(&format!(
        "Restored {} rows and {packages} packages as they were at {} UTC to {}. People sign in again.\nPut the secret.key of \
         the tenant back as {} (mode 0600) before you start a server. Where it is lost, run sluice secrets adopt: \
         credentials must be entered again then.",
        manifest.rows(),
        manifest.made_at.format("%Y-%m-%d %H:%M:%S"),
        folder.path().display(),
        folder.path().join("secret.key").display()
    ));
    Ok(())
}
