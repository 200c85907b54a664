//! A store that is away, a full disk, a folder that is gone: a sentence, and nothing recorded.

use std::{fs, io};

use sluice::{error::Error, package::Builder};
use tempfile::TempDir;

use super::{bytes, spooled};
use crate::support::{
    Makers,
    stores::{Door, KEY, away},
};

fn unavailable<T>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Unavailable(sentence)) => sentence,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it worked"),
    }
}

#[actix_web::test]
async fn a_store_that_is_away_is_said_to_be_in_a_sentence() {
    let folder = TempDir::new().unwrap();
    let artifacts = away(folder.path());
    let stored = spooled(&artifacts, b"a package").stored().clone();
    for sentence in [
        unavailable(artifacts.ready().await),
        unavailable(artifacts.keep(spooled(&artifacts, b"a package")).await),
        unavailable(artifacts.has(&stored).await),
        unavailable(artifacts.file(&stored).await),
        unavailable(artifacts.stream(&stored.hash).await),
    ] {
        assert!(sentence.starts_with("The packages cannot be reached now.") && !sentence.contains(KEY), "{sentence}");
    }
}

#[actix_web::test]
async fn an_upload_then_is_answered_with_it_and_records_nothing() {
    let makers = Makers::new();
    let mut maya = makers.maya().await.at(&makers.app.server_with(away(&makers.app.folder().join("spool")))).await;
    let page = makers.upload(&mut maya, &Builder::new("Expenses").to_bytes().unwrap()).await;
    assert_eq!(page.status, 503, "{}", page.text());
    page.assert_has("h1", "Not available now");
    page.assert_has("p", "The packages cannot be reached now.");
    assert!(!page.text().contains("fault of Sluice"));
    assert!(makers.operations().is_empty());
    assert_eq!(makers.stored(), 0);
}

#[test]
fn a_full_disk_is_said_to_be_full_whoever_met_it() {
    let full = || io::Error::from(io::ErrorKind::StorageFull);
    let of_store = object_store::Error::Generic { store: "LocalFileSystem", source: full().into() };
    for error in [Error::from(full()), Error::from(of_store)] {
        assert!(unavailable(Err::<(), _>(error)).starts_with("The disk of the server is full"));
    }
}

#[actix_web::test]
async fn a_folder_of_passing_files_that_somebody_removed_is_made_again() {
    let makers = Makers::new();
    let spool = makers.app.folder().join("spool");
    fs::remove_dir_all(&spool).unwrap();
    assert!(makers.app.app.artifacts.ready().await.is_err());
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses")).await;
    makers.app.app.artifacts.ready().await.unwrap();
    fs::remove_dir_all(&spool).unwrap();
    fs::write(&spool, "in the way").unwrap();
    let page = makers.upload(&mut maya, &Builder::new("Travel").to_bytes().unwrap()).await;
    assert_eq!(page.status, 503, "{}", page.text());
    assert_eq!(makers.operations().len(), 2, "one check and one import");
}

#[test]
fn what_a_killed_server_left_half_written_goes_and_what_is_being_written_stays() {
    let makers = Makers::new();
    let spool = makers.app.folder().join("spool");
    let (left, new) = (spool.join("left"), spool.join("new"));
    for file in [&left, &new] {
        fs::write(file, "half").unwrap();
    }
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 3600);
    fs::File::options().write(true).open(&left).unwrap().set_modified(long_ago).unwrap();
    crate::support::packages_in(makers.app.folder());
    assert_eq!((left.exists(), new.exists()), (false, true));
}

#[actix_web::test]
async fn an_upload_that_is_cut_off_half_way_keeps_nothing_and_can_be_done_again() {
    let Some(door) = Door::to_s3() else { return };
    let folder = TempDir::new().unwrap();
    let (artifacts, bytes) = (door.artifacts(folder.path()), bytes(64 << 20));
    let keeping = artifacts.keep(spooled(&artifacts, &bytes));
    let shutting = async {
        while door.passed() < 10 << 20 {
            tokio::task::yield_now().await;
        }
        door.shut();
    };
    let (kept, ()) = futures_util::join!(keeping, shutting);
    unavailable(kept);
    door.open();
    let stored = spooled(&artifacts, &bytes).stored().clone();
    assert!(!artifacts.has(&stored).await.unwrap(), "half a package is none");
    artifacts.keep(spooled(&artifacts, &bytes)).await.unwrap();
    assert!(super::read(&artifacts, &stored).await.unwrap() == bytes);
}
