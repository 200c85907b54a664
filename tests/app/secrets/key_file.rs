//! The key file: made, taken over, refused.

use std::{fs, path::Path};

use sluice::{app::App, package::Limits, secrets::KeyFile};
use tempfile::TempDir;

use crate::support::{Makers, packages_in};

fn refused(folder: &Path) -> String {
    KeyFile::prepare(folder).expect_err("it was taken").to_string()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

/// Writes a key file as its owner would.
fn put(folder: &Path, bytes: impl AsRef<[u8]>) {
    let path = folder.join("secret.key");
    fs::write(&path, bytes).unwrap();
    set_mode(&path, 0o600);
}

#[test]
fn it_is_made_once_by_whoever_comes_first() {
    let folder = TempDir::new().unwrap();
    let all: Vec<_> = std::thread::scope(|scope| {
        let prepare = || *KeyFile::prepare(folder.path()).unwrap().cookie_key().unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(prepare)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(all.iter().all(|key| *key == all[0]) && all[0] != [0; 64]);
    let text = fs::read_to_string(folder.path().join("secret.key")).unwrap();
    assert!(text.starts_with("sluice-keys 1\n") && text.matches("\nseal ").count() == 1, "{text}");
    let other = TempDir::new().unwrap();
    assert_ne!(*KeyFile::prepare(other.path()).unwrap().cookie_key().unwrap(), all[0]);
}

#[actix_web::test]
async fn one_of_the_first_form_is_taken_over_and_nobody_is_signed_out() {
    let makers = Makers::new();
    let maya = makers.maya().await;
    let folder = makers.app.folder();
    let cookie = *makers.app.app.keys.cookie_key().unwrap();
    put(folder, cookie);
    let server = App::open(makers.app.app.db.clone(), folder, packages_in(folder), Limits::default()).unwrap();
    assert_eq!(*server.keys.cookie_key().unwrap(), cookie);
    let page = maya.at(&server).await.get(&makers.at("connections")).await;
    assert_eq!(page.status, 200);
    page.assert_has("h1", "Connections");
    let text = fs::read_to_string(folder.join("secret.key")).unwrap();
    assert!(text.contains("\nseal "), "{text}");
    KeyFile::prepare(folder).unwrap();
    assert_eq!(fs::read_to_string(folder.join("secret.key")).unwrap(), text, "taken over once");
}

#[cfg(unix)]
#[test]
fn it_is_for_its_owner_only() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("secret.key");
    KeyFile::prepare(folder.path()).unwrap();
    assert_eq!(mode(&path), 0o600);
    for others in [0o644, 0o640, 0o604, 0o660] {
        set_mode(&path, others);
        let why = refused(folder.path());
        assert!(why.contains(&format!("(mode {others:o})")), "{why}");
        assert!(why.ends_with(&format!("chmod 600 {}", path.display())), "{why}");
    }
    set_mode(&path, 0o400);
    let keys = KeyFile::prepare(folder.path()).unwrap();
    keys.rotate().unwrap().finish().unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_damaged_one_is_named_with_what_to_do() {
    let folder = TempDir::new().unwrap();
    KeyFile::prepare(folder.path()).unwrap();
    let good = fs::read_to_string(folder.path().join("secret.key")).unwrap();
    let without = |word: &str| good.lines().filter(|line| !line.starts_with(word)).collect::<Vec<_>>().join("\n");
    let longer = format!("{good}{}", "# \n".repeat(30_000));
    for (bytes, what) in [
        (Vec::new(), "is damaged: it does not begin with sluice-keys 1"),
        (vec![b'x'; 63], "is damaged: it does not begin with"),
        (vec![0xff; 65], "is damaged: it is no text of keys"),
        (good.replace("keys 1", "keys 2").into(), "was written by another version of Sluice"),
        (good[..64].into(), "is damaged: its cookie line is missing"),
        (without("cookie").into(), "its cookie line is missing"),
        (without("seal").into(), "it has no seal line"),
        (good.replace("cookie ", "cookie x").into(), "is damaged in line 4"),
        (good.replace("seal ", "seal 0").into(), "is damaged in line 5"),
        (format!("{good}{good}").into(), "is damaged in line 6"),
        (longer.into(), "is damaged: it is no text of keys"),
    ] {
        put(folder.path(), &bytes);
        let why = refused(folder.path());
        assert!(why.contains("secret.key") && why.contains(what), "{what}: {why}");
        assert!(why.contains("Put a copy of it back"), "{why}");
        let line = good.lines().find(|line| line.starts_with("cookie")).unwrap();
        assert!(!why.contains(&line[7..]), "{why}");
        assert_eq!(fs::read(folder.path().join("secret.key")).unwrap(), bytes, "left as it is");
    }
    put(folder.path(), good.replace('\n', "\r\n"));
    KeyFile::prepare(folder.path()).unwrap();
}

#[test]
fn one_that_is_lost_is_missed_when_it_is_needed() {
    let folder = TempDir::new().unwrap();
    let keys = KeyFile::prepare(folder.path()).unwrap();
    fs::remove_file(folder.path().join("secret.key")).unwrap();
    let why = keys.cookie_key().unwrap_err().to_string();
    assert!(why.contains("secret.key is missing. Put a copy of it back"), "{why}");
    assert!(keys.rotate().is_err(), "a new file would hide that the old one is gone");
}
