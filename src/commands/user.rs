//! `sluice user`: people without a browser.

use std::io::{IsTerminal, stdin};

use super::folder::{Folder, Kind};
use crate::{
    config::Config,
    error::Error,
    handlers::first_administrator::email,
    models::{audit::By, password, person::Person},
    web::forms::Form,
};

/// Adds somebody who can sign in at once, beside a running server or before there is one.
pub fn add(config: &Config, address: &str, name: Option<&str>, system_administrator: bool) -> Result<(), Error> {
    let (email, name) = details(address, name)?;
    let folder = Folder::of_any_kind(config.data("./data"), Kind::Tenant)?;
    let db = folder.database(config)?;
    let password = ask_password()?;
    if let Some(problem) = password::problem(&password, &name, &email) {
        return Err(Error::Conflict(format!("This password cannot be taken. {problem}")));
    }
    let hash = password::hash(&password)?;
    let person = db.write_now(|c| {
        let by = By::command_line();
        let person = Person::add(c, &by, &name, &email, system_administrator)?;
        person.set_password_hash(c, &by, &hash)?;
        Ok(person)
    })?;
    println!("{} can sign in now, to the tenant in {}.", person.email, folder.path().display());
    Ok(())
}

// The rules of the form for people.
fn details(address: &str, name: Option<&str>) -> Result<(String, String), Error> {
    let mut form = Form::of([("email", address.to_owned()), ("name", name.unwrap_or(address).to_owned())]);
    if let (Some(email), Some(name)) = (email(&mut form), form.name("name")) {
        return Ok((email, name));
    }
    let wrong = [("The email", "email"), ("The name (--name)", "name")];
    let told = wrong.iter().filter_map(|(what, field)| Some(format!("{what} cannot be taken. {}", form.error(field)?)));
    Err(Error::Conflict(told.collect::<Vec<_>>().join(" ")))
}

fn ask_password() -> Result<String, Error> {
    if stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?);
    }
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
