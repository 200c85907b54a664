//! That all servers of a tenant have the same key file.

use std::fs;

use sluice::secrets::KeyFile;
use tempfile::TempDir;

use super::{MARKER, Vault};

/// A folder with a key file of its own, or a copy of the vault's.
fn other(vault: &Vault, copied: bool) -> (TempDir, KeyFile) {
    let folder = TempDir::new().unwrap();
    if copied {
        fs::copy(vault.makers.app.folder().join("secret.key"), folder.path().join("secret.key")).unwrap();
    }
    let keys = KeyFile::prepare(folder.path()).unwrap();
    (folder, keys)
}

fn fit(vault: &Vault, keys: &KeyFile) -> Result<(), String> {
    vault.makers.app.app.db.write_now(|c| keys.fit(c)).map_err(|error| error.to_string())
}

fn rotate(vault: &Vault, keys: &KeyFile) {
    let rotation = keys.rotate().unwrap();
    vault.makers.app.app.db.write_now(|c| rotation.reseal(c)).unwrap();
    rotation.finish().unwrap();
}

#[test]
fn the_first_file_becomes_the_tenants_and_only_copies_fit_then() {
    let vault = Vault::new();
    let keys = &vault.makers.app.app.keys;
    assert!(!vault.makers.app.write(KeyFile::is_known));
    fit(&vault, keys).unwrap();
    assert!(vault.makers.app.write(KeyFile::is_known));
    fit(&vault, keys).unwrap();
    fit(&vault, &other(&vault, true).1).unwrap();
    let (folder, strange) = other(&vault, false);
    let why = fit(&vault, &strange).unwrap_err();
    let path = folder.path().join("secret.key");
    assert!(
        why.starts_with(&format!("The key file {} is not that of this tenant. Put a copy", path.display())),
        "{why}"
    );
    fit(&vault, keys).unwrap();
}

#[test]
fn a_file_that_does_not_open_what_is_there_does_not_become_the_tenants() {
    let vault = Vault::new();
    vault.add(MARKER);
    let why = fit(&vault, &other(&vault, false).1).unwrap_err();
    assert!(why.contains("does not open what the tenant has sealed"), "{why}");
    fit(&vault, &vault.makers.app.app.keys).unwrap();
}

#[test]
fn a_copy_fits_until_the_keys_are_renewed_elsewhere() {
    let vault = Vault::new();
    let keys = &vault.makers.app.app.keys;
    fit(&vault, keys).unwrap();
    let (folder, copy) = other(&vault, true);
    // One that was cut off has changed nothing that others need.
    drop(keys.rotate().unwrap());
    fit(&vault, &copy).unwrap();
    rotate(&vault, keys);
    fit(&vault, keys).unwrap();
    let why = fit(&vault, &copy).unwrap_err();
    assert!(why.contains("is older than the last renewal of the keys. Copy it anew from the server"), "{why}");
    fs::copy(vault.makers.app.folder().join("secret.key"), folder.path().join("secret.key")).unwrap();
    fit(&vault, &copy).unwrap();
    // Renewed there, the old and the new key are both in the file, and this one has the old one only.
    rotate(&vault, &copy);
    assert!(fit(&vault, keys).is_err());
    fit(&vault, &copy).unwrap();
}

#[test]
fn a_lost_file_is_replaced_when_somebody_says_so() {
    let vault = Vault::new();
    let (app, old) = (&vault.makers.app, &vault.makers.app.app.keys);
    fit(&vault, old).unwrap();
    let (_folder, new) = other(&vault, false);
    app.write(|c| new.adopt(c));
    fit(&vault, &new).unwrap();
    assert!(fit(&vault, old).unwrap_err().contains("is not that of this tenant"));
}

#[test]
fn of_two_that_come_first_one_is_the_tenants() {
    let vault = Vault::new();
    let both = [other(&vault, false), other(&vault, false)];
    let fitted: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = both.iter().map(|(_, keys)| scope.spawn(|| fit(&vault, keys).is_ok())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(fitted.iter().filter(|fits| **fits).count(), 1);
    let again: Vec<bool> = both.iter().map(|(_, keys)| fit(&vault, keys).is_ok()).collect();
    assert_eq!(again, fitted);
}
