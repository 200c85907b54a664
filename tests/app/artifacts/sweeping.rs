//! Sweeps: what nothing names goes once it is old, and nothing else, whoever keeps packages at the same moment.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sluice::{
    artifacts::{Artifacts, Place, Stored, Swept},
    error::Error,
};
use tempfile::TempDir;

use super::{bytes, read, spooled};
use crate::support::stores::Store;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn kept(artifacts: &Artifacts, bytes: &[u8]) -> Stored {
    artifacts.keep(spooled(artifacts, bytes)).await.unwrap()
}

async fn sweep(artifacts: &Artifacts, age: Duration, needed: &[&Stored]) -> Swept {
    let needed: HashSet<String> = needed.iter().map(|one| one.hash.to_string()).collect();
    artifacts.sweep(age, |_| async { Ok(needed.clone()) }).await.unwrap()
}

/// A store of files, its folder, and where a package lies in it.
fn folder() -> (TempDir, Artifacts, PathBuf) {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("artifacts");
    let artifacts = Artifacts::open(&Place::Folder(place.clone()), &folder.path().join("spool")).unwrap();
    (folder, artifacts, place)
}

fn file(place: &Path, stored: &Stored) -> PathBuf {
    place.join(&stored.hash.as_str()[..2]).join(stored.hash.as_str())
}

fn make_old(path: &Path, age: Duration) {
    fs::File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

fn marks(place: &Path) -> usize {
    fs::read_dir(place.join("removing")).map_or(0, Iterator::count)
}

#[actix_web::test]
async fn what_nothing_names_goes_and_the_rest_stays_wherever_packages_are() {
    let folder = TempDir::new().unwrap();
    for (at, store) in Store::all(folder.path()).iter().enumerate() {
        let artifacts = store.open(&folder.path().join(format!("spool-{at}")));
        let (needed, orphan) = (kept(&artifacts, b"needed").await, kept(&artifacts, b"an orphan").await);
        let large = kept(&artifacts, &bytes(9_000_000)).await;
        let none = Swept::default();
        assert_eq!(sweep(&artifacts, DAY, &[]).await, none, "all are young");
        let swept = sweep(&artifacts, Duration::ZERO, &[&needed]).await;
        assert_eq!(swept, Swept { packages: 2, bytes: 9 + 9_000_000 });
        assert_eq!(read(&artifacts, &needed).await.unwrap(), b"needed");
        assert!(!artifacts.has(&orphan).await.unwrap() && !artifacts.has(&large).await.unwrap());
        assert_eq!(sweep(&artifacts, Duration::ZERO, &[&needed]).await, none);
        assert_eq!(kept(&artifacts, b"an orphan").await, orphan, "it can be kept anew");
    }
}

#[actix_web::test]
async fn files_of_others_are_left_alone_and_half_written_ones_go() {
    let (_folder, artifacts, place) = folder();
    let orphan = kept(&artifacts, b"an orphan").await;
    let (at, hash) = (file(&place, &orphan), orphan.hash.as_str());
    let strange =
        [place.join("notes.txt"), place.join("ab").join("ab"), place.join(hash), place.join("ab").join("plan#2")];
    let half = [PathBuf::from(format!("{}#1", at.display())), place.join("ab").join(format!("{hash}-mark#27"))];
    fs::create_dir_all(place.join("ab")).unwrap();
    for path in strange.iter().chain(&half) {
        fs::write(path, "something").unwrap();
    }
    sweep(&artifacts, DAY, &[]).await;
    assert!(half.iter().all(|path| path.exists()), "somebody may be writing them");
    for path in strange.iter().chain(&half) {
        make_old(path, 2 * DAY);
    }
    sweep(&artifacts, DAY, &[]).await;
    assert!(strange.iter().all(|path| path.exists()));
    assert!(!half.iter().any(|path| path.exists()));
}

#[actix_web::test]
async fn who_keeps_a_package_while_a_sweep_looks_whether_it_is_needed_has_it_in_the_end() {
    let (folder, artifacts, place) = folder();
    let stored = kept(&artifacts, b"wanted again").await;
    let other = Artifacts::open(&Place::Folder(place.clone()), &folder.path().join("spool-2")).unwrap();
    make_old(&file(&place, &stored), 2 * DAY);
    let asked = std::cell::Cell::new(0);
    let swept = artifacts.sweep(DAY, |_| {
        asked.set(asked.get() + 1);
        let (again, other) = (asked.get() == 2, &other);
        async move {
            if again {
                // The mark is there, so whoever keeps it makes it young and waits.
                let keeping = other.keep(spooled(other, b"wanted again"));
                assert!(tokio::time::timeout(Duration::from_millis(300), keeping).await.is_err(), "it did not wait");
            }
            Ok(HashSet::new())
        }
    });
    assert_eq!(swept.await.unwrap(), Swept::default(), "it is young by now");
    assert_eq!(marks(&place), 0);
    assert_eq!(kept(&other, b"wanted again").await, stored);
    assert_eq!(read(&artifacts, &stored).await.unwrap(), b"wanted again");
}

#[actix_web::test]
async fn a_package_is_there_whenever_keeping_it_ends_however_sweeps_run_beside_it() {
    let (folder, artifacts, place) = folder();
    let sweepers: Vec<Artifacts> = (0..2)
        .map(|at| Artifacts::open(&Place::Folder(place.clone()), &folder.path().join(format!("spool-{at}"))).unwrap())
        .collect();
    let ended = std::sync::atomic::AtomicBool::new(false);
    let sweeping = |sweeper: Artifacts| {
        let ended = &ended;
        async move {
            let mut deleted = 0;
            while !ended.load(std::sync::atomic::Ordering::SeqCst) {
                let swept = sweeper.sweep(DAY, |_| async {
                    tokio::task::yield_now().await;
                    Ok(HashSet::new())
                });
                deleted += swept.await.unwrap().packages;
            }
            deleted
        }
    };
    let keeping = async {
        for round in 0..60 {
            let stored = kept(&artifacts, b"fought for").await;
            assert!(artifacts.has(&stored).await.unwrap(), "gone in round {round}, right after it was kept");
            make_old(&file(&place, &stored), 2 * DAY);
            for _ in 0..round % 7 {
                tokio::task::yield_now().await;
            }
        }
        ended.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let (one, two) = (sweeping(sweepers[0].clone()), sweeping(sweepers[1].clone()));
    let ((), one, two) = futures_util::join!(keeping, one, two);
    assert!(one + two > 0, "no sweep ever deleted it");
}

#[actix_web::test]
async fn a_mark_that_was_left_is_waited_for_and_forgotten_after_an_hour() {
    let (_folder, artifacts, place) = folder();
    let stored = kept(&artifacts, b"marked").await;
    let mark = place.join("removing").join(format!("{}-left", stored.hash));
    fs::create_dir_all(place.join("removing")).unwrap();
    fs::write(&mark, "left").unwrap();
    let waiting = artifacts.keep(spooled(&artifacts, b"marked"));
    assert!(tokio::time::timeout(Duration::from_millis(300), waiting).await.is_err());
    assert_eq!(kept(&artifacts, b"another").await.size, 7, "others are kept meanwhile");
    make_old(&mark, Duration::from_secs(3601));
    kept(&artifacts, b"marked").await;
    sweep(&artifacts, DAY, &[]).await;
    assert_eq!(marks(&place), 0);
}

#[actix_web::test]
async fn a_sweep_that_cannot_ask_deletes_nothing() {
    let (_folder, artifacts, place) = folder();
    let stored = kept(&artifacts, b"an orphan").await;
    make_old(&file(&place, &stored), 2 * DAY);
    for good in 0..2 {
        let asked = std::cell::Cell::new(0);
        let swept = artifacts.sweep(DAY, |_| {
            asked.set(asked.get() + 1);
            let fails = asked.get() > good;
            async move { if fails { Err(Error::Unavailable("away".into())) } else { Ok(HashSet::new()) } }
        });
        assert!(swept.await.is_err());
        assert!(artifacts.has(&stored).await.unwrap());
    }
}

#[actix_web::test]
async fn what_is_kept_on_is_young_again_and_what_is_gone_is_said_to_be() {
    let (_folder, artifacts, place) = folder();
    let stored = kept(&artifacts, b"kept on").await;
    make_old(&file(&place, &stored), 2 * DAY);
    assert!(artifacts.keep_on(&stored).await.unwrap());
    assert_eq!(sweep(&artifacts, DAY, &[]).await, Swept::default());
    fs::remove_file(file(&place, &stored)).unwrap();
    assert!(!artifacts.keep_on(&stored).await.unwrap());
}
