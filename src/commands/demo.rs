//! `sluice demo`: a server with a tenant to try things out in.

use super::{
    folder::{Folder, Kind},
    serve::{listen, run, say},
};
use crate::{
    config::Config,
    db::Db,
    demo::{self, Progress, SignIn},
    error::Error,
    models::password,
};

/// How long a password is that nobody chose: 120 random bits.
const NEW_PASSWORD: usize = 20;

/// Serves the demo, which is loaded first where it is not there yet.
pub fn demo(config: &Config, password: Option<String>) -> Result<(), Error> {
    let password = password.unwrap_or_else(|| password::new_token().chars().take(NEW_PASSWORD).collect());
    if let Some(problem) = password::problem(&password, "", "") {
        return Err(Error::Conflict(format!(
            "The demo cannot have this password (--password, SLUICE_DEMO_PASSWORD). {problem}"
        )));
    }
    config.role()?;
    let folder = Folder::open(config.data("./demo-data"), Kind::Demo)?;
    let lock = folder.lock(config)?;
    let (db, progress) = database(&folder, config)?;
    let app = folder.app(config, db)?;
    run(async {
        if progress == Progress::Empty {
            say(&format!("Loading the demo into {} ...", folder.path().display()));
            demo::load(&app).await?;
        }
        let hash = password::hash(&password)?;
        let people = app.db.write(move |c| demo::set_passwords(c, &hash)).await?;
        listen(config, app, lock, |_| table(&people, &password)).await
    })
}

// What was interrupted while it was loaded is begun again.
fn database(folder: &Folder, config: &Config) -> Result<(Db, Progress), Error> {
    let db = folder.database(config)?;
    match (db.read_now(Progress::of)?, &config.database_url) {
        (Progress::Unfinished, None) => {
            drop(db);
            folder.clear()?;
            Ok((folder.database(config)?, Progress::Empty))
        }
        (Progress::Unfinished, Some(_)) => Err(Error::Conflict(
            "The database holds a demo that was not loaded to its end. Empty it, or name another one with \
             --database-url or SLUICE_DATABASE_URL."
                .into(),
        )),
        (progress, _) => Ok((db, progress)),
    }
}

// Who can sign in, in columns.
fn table(people: &[SignIn], password: &str) -> String {
    let line = |email: &str, role: &str, password: &str| format!("  {email:<22}{role:<24}{password}");
    let head = line("Email", "Role", "Password");
    let people = people.iter().map(|one| line(&one.email, one.role, password));
    std::iter::once(head).chain(people).collect::<Vec<_>>().join("\n")
}
