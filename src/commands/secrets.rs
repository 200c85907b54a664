//! `sluice secrets`: the keys that secrets are sealed with, beside a running server.

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
    if !KeyFile::exists(&data) || (config.database_url.is_none() && !data.join("sluice.db").exists()) {
        return Err(Error::Conflict(format!(
            "The folder {} has no keys or no database. Name the tenant's with --data or SLUICE_DATA, and its database with \
             --database-url or SLUICE_DATABASE_URL.",
            data.display()
        )));
    }
    let folder = Folder::of_any_kind(data, Kind::Tenant)?;
    let db = folder.database(config)?;
    let rotation = KeyFile::prepare(folder.path())?.rotate()?;
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
