//! `sluice verify`: whether a tenant is whole, beside a running server.

use actix_web::rt::System;

use super::{folder::Folder, serve::say};
use crate::{config::Config, error::Error, verify};

/// Prints what is wrong with the tenant, a line each.
///
/// # Errors
/// When anything is, with how much.
pub fn verify(config: &Config) -> Result<(), Error> {
    let (folder, db) = Folder::present(config)?;
    let artifacts = folder.artifacts(config)?;
    let seen = System::new().block_on(verify::verify(&db, &artifacts))?;
    for problem in &seen.problems {
        say(problem);
    }
    let looked = format!("{} rows, {} references and {} packages", seen.rows, seen.references, seen.packages);
    match seen.problems.len() {
        0 => {
            say(&format!("Everything is whole: {looked} were looked at."));
            Ok(())
        }
        1 => Err(Error::Conflict(format!("1 problem was found; {looked} were looked at."))),
        count => Err(Error::Conflict(format!("{count} problems were found; {looked} were looked at."))),
    }
}
