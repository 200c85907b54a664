//! Rotations, whole and interrupted, beside servers that go on.

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{MARKER, Vault};

/// How many sealing keys a server has.
fn keys(vault: &Vault) -> usize {
    fs::read_to_string(vault.makers.app.folder().join("secret.key")).unwrap().matches("\nseal ").count()
}

/// A whole rotation; how many texts were sealed anew.
fn rotate(vault: &Vault) -> usize {
    let app = &vault.makers.app.app;
    let rotation = app.keys.rotate().unwrap();
    let count = app.db.write_now(|c| rotation.reseal(c)).unwrap();
    rotation.finish().unwrap();
    count
}

#[test]
fn everything_is_sealed_anew_and_opens_as_before() {
    let vault = Vault::new();
    let app = &vault.makers.app.app;
    let ids: Vec<_> = (0..3).map(|number| vault.add(&format!("{MARKER} {number}"))).collect();
    let cookie = *app.keys.cookie_key().unwrap();
    for round in 1..4 {
        let before: Vec<_> = ids.iter().map(|id| vault.sealed(*id)).collect();
        assert_eq!(rotate(&vault), 3, "round {round}");
        assert_eq!(keys(&vault), 2, "the current key and the one before");
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(vault.read(app, *id).unwrap(), format!("{MARKER} {number}"));
            assert_ne!(vault.sealed(*id)[..12], before[number][..12], "another key");
        }
    }
    assert_eq!(*app.keys.cookie_key().unwrap(), cookie, "nobody is signed out");
}

#[test]
fn one_that_was_interrupted_leaves_everything_readable() {
    let vault = Vault::new();
    let app = &vault.makers.app.app;
    let id = vault.add(MARKER);
    // After the file was written.
    drop(app.keys.rotate().unwrap());
    assert_eq!((vault.read(app, id).unwrap().as_str(), keys(&vault)), (MARKER, 2));
    // In the middle of the rows.
    let rotation = app.keys.rotate().unwrap();
    let before = vault.sealed(id);
    let undone = app.db.write_now(|c| rotation.reseal(c).and_then(|_| Err::<(), _>(sluice::error::Error::NotFound)));
    assert!(undone.is_err());
    drop(rotation);
    assert_eq!((vault.sealed(id), vault.read(app, id).unwrap().as_str()), (before, MARKER));
    // Before the old keys are dropped.
    let rotation = app.keys.rotate().unwrap();
    assert_eq!(app.db.write_now(|c| rotation.reseal(c)).unwrap(), 1);
    assert_eq!(app.db.write_now(|c| rotation.reseal(c)).unwrap(), 0, "done twice, it is done once");
    drop(rotation);
    assert_eq!((vault.read(app, id).unwrap().as_str(), keys(&vault)), (MARKER, 4));
    // The next one ends what the others began.
    assert_eq!(rotate(&vault), 1);
    assert_eq!((vault.read(app, id).unwrap().as_str(), keys(&vault)), (MARKER, 2));
}

#[test]
fn a_server_that_sealed_with_the_key_before_is_waited_for() {
    let vault = Vault::new();
    let app = &vault.makers.app.app;
    let folder = tempfile::tempdir().unwrap();
    fs::copy(vault.makers.app.folder().join("secret.key"), folder.path().join("secret.key")).unwrap();
    let other = vault.other_server(folder.path());
    let id = vault.add(MARKER);
    rotate(&vault);
    assert!(vault.read(&other, id).unwrap_err().contains("copy its secret.key"));
    vault.set(&other, id, "sealed meanwhile");
    assert_eq!(vault.read(app, id).unwrap(), "sealed meanwhile");
    fs::copy(vault.makers.app.folder().join("secret.key"), folder.path().join("secret.key")).unwrap();
    assert_eq!(rotate(&vault), 1);
    assert_eq!(vault.read(app, id).unwrap(), "sealed meanwhile");
    vault.set(&other, id, "with the copy");
    assert_eq!(vault.read(app, id).unwrap(), "with the copy", "no restart was needed for the copied file");
}

#[test]
fn a_text_that_does_not_open_stops_it_before_a_key_is_lost() {
    let vault = Vault::new();
    let app = &vault.makers.app.app;
    let (good, bad) = (vault.add(MARKER), vault.add("another"));
    vault.put_sealed(bad, &vault.sealed(good));
    let before = vault.sealed(good);
    let rotation = app.keys.rotate().unwrap();
    let why = app.db.write_now(|c| rotation.reseal(c)).unwrap_err().to_string();
    assert!(why.contains(&bad.to_string()) && why.contains("enter the secret again"), "{why}");
    drop(rotation);
    assert_eq!((vault.sealed(good), vault.read(app, good).unwrap().as_str()), (before, MARKER));
}

#[test]
fn there_is_only_one_at_a_time() {
    let vault = Vault::new();
    let app = vault.makers.app.app.clone();
    let (id, ending) = (vault.add(MARKER), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let rotation = app.keys.rotate().unwrap();
                app.db.write_now(|c| rotation.reseal(c)).unwrap();
                ending.fetch_add(1, Ordering::SeqCst);
                rotation.finish().unwrap();
            });
        }
        for _ in 0..20 {
            let before = ending.load(Ordering::SeqCst);
            match vault.read(&app, id) {
                Ok(read) => assert_eq!(read, MARKER),
                // The key of what was read stays for one rotation, not for two that end before it is looked for.
                Err(why) => {
                    let ended = ending.load(Ordering::SeqCst) - before;
                    assert!(ended >= 2 && why.contains("not in the key file"), "after {ended}: {why}");
                }
            }
        }
    });
    assert_eq!((vault.read(&app, id).unwrap().as_str(), keys(&vault)), (MARKER, 2));
}
