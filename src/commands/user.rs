//! `sluice user`: people without a browser.

use std::io::{IsTerminal, stdin};

use super::{Folder, database};
use crate::{
    config::Config,
    error::Error,
    models::{password, person::Person},
};

/// `sluice user add`
pub fn add(config: &Config, email: &str, name: Option<&str>, system_administrator: bool) -> Result<(), Error> {
    let email = email.trim();
    if !email.contains('@') {
        return Err(Error::Conflict(format!("{email:?} is no e-mail address.")));
    }
    let data = config.data("./data");
    Folder { path: &data, demo: data.join("sluice.txt").exists() && is_demo(&data)? }.open()?;
    let db = database(config, &data, false)?;
    let password = ask_password()?;
    if let Some(problem) = password::problem(&password) {
        return Err(Error::Conflict(format!("This password cannot be taken. {problem}")));
    }
    let hash = password::hash(&password)?;
    db.write_now(|c| {
        let person = Person::add(c, None, name.unwrap_or(email), email, system_administrator)?;
        person.set_password_hash(c, &hash)
    })?;
    println!("{email} can sign in now.");
    Ok(())
}

fn is_demo(data: &std::path::Path) -> Result<bool, Error> {
    Ok(std::fs::read_to_string(data.join("sluice.txt"))?.contains("demo"))
}

fn ask_password() -> Result<String, Error> {
    if stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?);
    }
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
