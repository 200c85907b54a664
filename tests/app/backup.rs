//! Backups: what comes back is what was there at one moment, on either database, or nothing.

mod busy;
mod damage;
mod hostile;
mod round_trip;

use std::path::{Path, PathBuf};

use sluice::{
    backup::{self, Backup},
    error::Error,
    models::person::Person,
    verify,
};

use crate::support::{Contoso, TestApp, contoso};

/// Contoso after deployments, with one that waits for Deploy.
async fn contoso() -> Contoso {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.validated(&mut maya, &c.live, "contoso_core").await;
    c
}

/// Backs a tenant up to a new file in its folder.
async fn backed_up(app: &TestApp) -> PathBuf {
    let file = app.folder().join("backup.zip");
    backup::write(&app.app.db, &app.app.artifacts, &file).await.unwrap().keep().unwrap();
    file
}

async fn restore(file: &Path, into: &TestApp) -> Result<usize, Error> {
    backup::restore(&mut Backup::open(file)?, &into.app.db, &into.app.artifacts).await
}

/// Restores a backup that must not be taken, with this among the words; nobody is in the tenant then.
#[track_caller]
fn refused(restored: Result<usize, Error>, into: &TestApp, words: &str) {
    let said = restored.expect_err("it was restored").to_string();
    assert!(said.contains(words), "it did not say {words:?} but: {said}");
    assert!(into.read(Person::all).is_empty());
}

/// Everything that verifying finds wrong.
async fn problems(app: &TestApp) -> Vec<String> {
    verify::verify(&app.app.db, &app.app.artifacts).await.unwrap().problems
}
