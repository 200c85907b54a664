//! Files that were cut off or changed: said in a sentence, or of no importance.

use std::{fs, path::Path};

use sluice::{backup::Backup, error::Error};

use super::{backed_up, contoso, refused, restore};
use crate::support::TestApp;

// All that restoring reads, as text.
fn read(file: &Path, app: &TestApp) -> Result<Vec<String>, Error> {
    let mut backup = Backup::open(file)?;
    let packages = backup.check()?;
    let mut all = Vec::new();
    for table in backup.tables.clone() {
        backup.rows(&table, |row| {
            all.push(format!("{} {}", table.name, serde_json::to_string(&row)?));
            Ok(())
        })?;
    }
    for named in packages.all() {
        all.push(backup.package(&named.package, &app.app.artifacts)?.stored().hash.to_string());
    }
    Ok(all)
}

#[track_caller]
fn sentence(error: &Error) {
    let said = error.to_string();
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
    assert!(said.contains("nothing was restored. Use another") || said.contains("of a newer Sluice"), "{said}");
}

#[actix_web::test]
async fn a_file_that_was_cut_off_is_refused_wherever_it_was() {
    let c = contoso().await;
    let (bytes, cut) = (fs::read(backed_up(&c.app).await).unwrap(), c.app.folder().join("cut.zip"));
    let steps = (0..bytes.len()).step_by(bytes.len() / 20);
    for length in steps.chain(bytes.len().saturating_sub(30)..bytes.len()) {
        fs::write(&cut, &bytes[..length]).unwrap();
        sentence(&read(&cut, &c.app).expect_err("it was read"));
    }
}

#[actix_web::test]
async fn a_changed_byte_is_noticed_or_changes_nothing() {
    let c = contoso().await;
    let file = backed_up(&c.app).await;
    let (bytes, changed, whole) =
        (fs::read(&file).unwrap(), c.app.folder().join("changed.zip"), read(&file, &c.app).unwrap());
    let mut noticed = 0;
    let ends = bytes.len().saturating_sub(60)..bytes.len();
    for at in (0..bytes.len()).step_by(bytes.len() / 100).chain(ends) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x41;
        fs::write(&changed, &bytes).unwrap();
        match read(&changed, &c.app) {
            Ok(read) => assert_eq!(read, whole, "byte {at}"),
            Err(error) => {
                sentence(&error);
                noticed += 1;
            }
        }
    }
    assert!(noticed > 80, "only {noticed} were noticed");
}

#[actix_web::test]
async fn a_damaged_package_leaves_no_tenant_behind_and_the_next_backup_is_taken() {
    let c = contoso().await;
    let file = backed_up(&c.app).await;
    let (mut bytes, back) = (fs::read(&file).unwrap(), TestApp::new());
    let name = Backup::open(&file).unwrap().check().unwrap().all().next().unwrap().package.hash.to_string();
    let at = bytes.windows(name.len()).position(|window| window == name.as_bytes()).unwrap() + name.len() + 100;
    bytes[at] ^= 1;
    let changed = c.app.folder().join("changed.zip");
    fs::write(&changed, &bytes).unwrap();
    refused(restore(&changed, &back).await, &back, "so nothing was restored");
    restore(&file, &back).await.unwrap();
    assert_eq!(super::problems(&back).await, [""; 0]);
}
