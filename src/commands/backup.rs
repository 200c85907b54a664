//! `sluice backup`: all of a tenant in one file, beside a running server.

use std::path::Path;

use actix_web::rt::System;

use super::{folder::Folder, serve::say};
use crate::{
    backup,
    config::Config,
    error::Error,
    models::audit::{By, Kind, Subject, Verb},
};

/// Writes the tenant to a new file.
pub fn backup(config: &Config, file: &Path) -> Result<(), Error> {
    let (folder, db) = Folder::present(config)?;
    let artifacts = folder.artifacts(config)?;
    let made = System::new().block_on(backup::write(&db, &artifacts, file))?;
    let told = format!("{} rows and {} packages", made.manifest.rows(), made.manifest.packages);
    // Written down first, so that no file with all of a tenant is about of which the log does not know.
    db.write_now(|c| {
        let entry = By::command_line().did(Verb::BackUp, Subject::new(Kind::Tenant, "", "the tenant"));
        entry.because(format!("{told} to the file {}.", file.display())).record(c)
    })?;
    made.keep()?;
    say(&format!(
        "Backed up {told} to {}. Its owner alone may read it.\n{} is not in it: keep your own copy of that where you keep \
         passwords. Without it the credentials in the backup open nowhere.",
        file.display(),
        folder.path().join("secret.key").display()
    ));
    Ok(())
}
