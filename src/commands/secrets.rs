//! `sluice secrets`: the keys that secrets are sealed with, beside a running server.

use std::path::Path;

use super::{
    folder::{Folder, Kind},
    serve::say,
};
use crate::{
    config::Config,
    error::Error,
    models::audit::{By, Kind as Noun, Subject, Verb},
    secrets::KeyFile,
};

/// Makes a new sealing key and seals every secret with it.
pub fn rotate(config: &Config) -> Result<(), Error> {
    let data = config.data("./data");
    // What makes a folder or a database where none is would rotate nothing, and seem to have done it.
    if !KeyFile::exists(&data) || !has_database(config, &data) {
        return Err(missing(&data, "no keys or no database"));
    }
    let folder = Folder::of_any_kind(data, Kind::Tenant)?;
    let db = folder.database(config)?;
    let keys = KeyFile::prepare(folder.path())?;
    db.write_now(|c| keys.fit(c))?;
    let rotation = keys.rotate()?;
    let count = db.write_now(|c| {
        let count = rotation.reseal(c)?;
        let key = Subject::new(Noun::Tenant, "", "the sealing key");
        By::command_line().did(Verb::RotateKey, key).because(format!("{count} sealed anew.")).record(c)?;
        Ok(count)
    })?;
    rotation.finish()?;
    say(&format!(
        "A new key seals secrets now; {count} {} sealed anew. Copy {} to every other server of this tenant.",
        if count == 1 { "was" } else { "were" },
        folder.path().join("secret.key").display()
    ));
    Ok(())
}

/// Makes the key file of the data folder, or a new one, that of the tenant.
pub fn adopt(config: &Config) -> Result<(), Error> {
    let data = config.data("./data");
    if !has_database(config, &data) {
        return Err(missing(&data, "no database"));
    }
    let folder = Folder::of_any_kind(data, Kind::Tenant)?;
    let _lock = folder.lock(config)?;
    let db = folder.database(config)?;
    let keys = KeyFile::prepare(folder.path())?;
    db.write_now(|c| {
        keys.adopt(c)?;
        let key = Subject::new(Noun::Tenant, "", "the key file");
        By::command_line().did(Verb::RotateKey, key).because("Adopted in place of a lost one.").record(c)
    })?;
    say(&format!(
        "The tenant has the keys of {} now. Copy the file to every other server of this tenant, and keep a copy where you \
         keep passwords. What was sealed with other keys must be entered again.",
        folder.path().join("secret.key").display()
    ));
    Ok(())
}

fn has_database(config: &Config, data: &Path) -> bool {
    config.database_url.is_some() || data.join("sluice.db").exists()
}

fn missing(data: &Path, what: &str) -> Error {
    Error::Conflict(format!(
        "The folder {} has {what}. Name the tenant's with --data or SLUICE_DATA, and its database with --database-url or \
         SLUICE_DATABASE_URL.",
        data.display()
    ))
}
