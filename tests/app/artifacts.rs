//! Where packages are kept: the same promises of a folder and of every object store.

mod deployments;
mod faults;
mod places;
mod sweeping;

use std::{io::Read, io::Write, path::Path};

use futures_util::TryStreamExt;
use object_store::{ObjectStoreExt, memory::InMemory, path::Path as ObjectPath};
use sluice::{
    artifacts::{Artifacts, Spooled, Stored},
    error::Error,
};
use std::sync::Arc;
use tempfile::TempDir;

use crate::support::stores::Store;

/// Bytes that differ from place to place, `size` of them.
fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at / 251 + at) as u8).collect()
}

fn spooled(artifacts: &Artifacts, bytes: &[u8]) -> Spooled {
    let mut spool = artifacts.spool().unwrap();
    spool.write_all(bytes).unwrap();
    spool.finish().unwrap()
}

async fn read(artifacts: &Artifacts, stored: &Stored) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    artifacts.file(stored).await?.read_to_end(&mut bytes).unwrap();
    Ok(bytes)
}

fn in_store(stored: &Stored) -> ObjectPath {
    ObjectPath::from(format!("{}/{}", &stored.hash.as_str()[..2], stored.hash))
}

/// What lies in the folder of passing files, and below it.
fn passing(spool: &Path) -> usize {
    let count = |folder: &Path| {
        std::fs::read_dir(folder).map_or(0, |all| all.filter(|e| e.as_ref().unwrap().path().is_file()).count())
    };
    count(spool) + count(&spool.join("fetched"))
}

#[actix_web::test]
async fn what_is_kept_comes_back_to_the_byte_also_at_another_server() {
    let folder = TempDir::new().unwrap();
    for (at, store) in Store::all(folder.path()).iter().enumerate() {
        let spool = |server: &str| folder.path().join(format!("spool-{at}-{server}"));
        let (one, other) = (store.open(&spool("one")), store.open(&spool("other")));
        one.ready().await.unwrap();
        // Nothing at all, one request, and parts of which the last one is small.
        for size in [0, 1, 300_000, (8 << 20) + 1, 21_000_000] {
            let bytes = bytes(size);
            let stored = one.keep(spooled(&one, &bytes)).await.unwrap();
            assert_eq!(stored.size, size as u64);
            assert!(other.has(&stored).await.unwrap());
            assert!(read(&other, &stored).await.unwrap() == bytes, "{size} bytes came back as others");
            assert!(read(&other, &stored).await.unwrap() == bytes, "{size} bytes came back as others the second time");
            let parts: Vec<_> = other.stream(&stored.hash).await.unwrap().try_collect().await.unwrap();
            assert!(parts.concat() == bytes, "{size} bytes were sent on as others");
            assert_eq!(one.keep(spooled(&one, &bytes)).await.unwrap(), stored, "keeping the same again is no harm");
        }
        assert_eq!(passing(&spool("one")), 0, "nothing passing is left");
    }
}

#[actix_web::test]
async fn what_was_never_kept_is_not_there() {
    let folder = TempDir::new().unwrap();
    for store in Store::all(folder.path()) {
        let artifacts = store.open(&folder.path().join("spool"));
        let stored = spooled(&artifacts, b"never kept").stored().clone();
        assert!(!artifacts.has(&stored).await.unwrap());
        assert!(matches!(artifacts.file(&stored).await, Err(Error::Internal(_))));
        assert!(artifacts.stream(&stored.hash).await.is_err());
    }
}

#[actix_web::test]
async fn other_bytes_under_a_hash_are_never_handed_out() {
    let (folder, memory) = (TempDir::new().unwrap(), Arc::new(InMemory::new()));
    let artifacts = Artifacts::on(memory.clone(), folder.path()).unwrap();
    let stored = artifacts.keep(spooled(&artifacts, b"tested")).await.unwrap();
    for other in ["tasted", "test", "tested and more"] {
        memory.put(&in_store(&stored), other.into()).await.unwrap();
        let said = artifacts.file(&stored).await.unwrap_err().to_string();
        assert!(said.contains("is not what was kept under that hash"), "{said}");
    }
    assert_eq!(passing(folder.path()), 0);
}

#[actix_web::test]
async fn what_came_from_a_store_is_not_asked_for_again_while_it_is_sound() {
    let (folder, memory) = (TempDir::new().unwrap(), Arc::new(InMemory::new()));
    let artifacts = Artifacts::on(memory.clone(), folder.path()).unwrap();
    let stored = artifacts.keep(spooled(&artifacts, b"tested")).await.unwrap();
    read(&artifacts, &stored).await.unwrap();
    memory.delete(&in_store(&stored)).await.unwrap();
    assert_eq!(read(&artifacts, &stored).await.unwrap(), b"tested");
    let fetched = folder.path().join("fetched").join(stored.hash.as_str());
    std::fs::write(&fetched, "tasted").unwrap();
    assert!(artifacts.file(&stored).await.is_err(), "it was damaged here and is gone there");
    memory.put(&in_store(&stored), "tested".into()).await.unwrap();
    assert_eq!(read(&artifacts, &stored).await.unwrap(), b"tested");
}
