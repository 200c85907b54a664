//! What is not backed up and not restored, and what is said then.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use diesel::prelude::*;
use sluice::{backup, db::Conn, error::Error, models::person::Person, schema::artifacts};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{backed_up, contoso, refused, restore};
use crate::support::TestApp;

// The same file with other texts in one of its parts; `None` takes the part out.
fn rewritten(file: &Path, part: &str, change: impl Fn(String) -> Option<String>) -> PathBuf {
    let mut zip = ZipArchive::new(File::open(file).unwrap()).unwrap();
    let path = file.with_file_name("rewritten.zip");
    let mut new = ZipWriter::new(File::create(&path).unwrap());
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let (name, mut bytes) = (entry.name().unwrap().into_owned(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        if name == part {
            match change(String::from_utf8_lossy(&bytes).into_owned()) {
                Some(text) => bytes = text.into_bytes(),
                None => continue,
            }
        }
        new.start_file(name, SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.finish().unwrap();
    path
}

fn replaced(file: &Path, part: &str, from: &str, to: &str) -> PathBuf {
    rewritten(file, part, |text| {
        assert!(text.contains(from), "no {from} in {text}");
        Some(text.replacen(from, to, 1))
    })
}

#[actix_web::test]
async fn what_was_tampered_with_is_refused_as_a_whole() {
    let c = contoso().await;
    let file = backed_up(&c.app).await;
    let back = TestApp::new();
    let (people, manifest) = ("tables/people.jsonl", "manifest.json");
    for (part, from, to, words) in [
        (manifest, "\"format\": 1", "\"format\": 2", "of a newer Sluice: its format is 2"),
        (manifest, "\"format\": 1", "\"format\": 0", "makes no sense"),
        (manifest, "\"schema\": \"2026", "\"schema\": \"2999", "of a newer Sluice: it was made by version 0.1.0"),
        (manifest, "\"schema\": \"2026", "\"schema\": \"2025", "makes no sense"),
        (manifest, "\"people\": 4", "\"people\": 5", "people has 4 rows, which is not what the manifest says"),
        (manifest, "\"people\": 4", "\"../people\": 4", "people has 4 rows"),
        (manifest, "\"tables\": {", "\"tables\": {\"spies\": 0,", "nothing is known of the table spies"),
        (people, "\"active\":true", "\"active\":2", "active is not what it should be"),
        (people, "\"active\":true,", "", "active is missing"),
        (people, "\"active\":true", "\"active\":true,\"x\":1", "nothing is known of x"),
        (people, "\"active\":true", "\"active\":null", "The rows of people cannot be written"),
        (people, "\"created_at\":\"2", "\"created_at\":\"x", "created_at is not what it should be"),
        (people, "\n", "", "of people"),
        ("tables/stages.jsonl", "\"pipeline_id\":\"0", "\"pipeline_id\":\"1", "stages.pipeline_id names 1"),
        (
            "tables/artifacts.jsonl",
            "\"managed_hash\":\"",
            "\"managed_hash\":\"../../",
            "names a package as none can be",
        ),
        ("tables/artifacts.jsonl", "\"managed_size\":", "\"managed_size\":1", "different sizes"),
    ] {
        refused(restore(&replaced(&file, part, from, to), &back).await, &back, words);
    }
    let twice = rewritten(&file, people, |text| {
        let first = text.lines().next().unwrap();
        Some(text.replace(text.lines().nth(1).unwrap(), first))
    });
    refused(restore(&twice, &back).await, &back, "The rows of people cannot be written");
    let hash = c.app.read(managed_hash);
    let absent = rewritten(&file, &format!("packages/{hash}"), |_| None);
    refused(restore(&absent, &back).await, &back, "is missing");
    let absent = rewritten(&file, people, |_| None);
    refused(restore(&absent, &back).await, &back, "so nothing was restored");
    restore(&file, &back).await.unwrap();
    assert_eq!(back.read(Person::all).len(), 4);
}

fn managed_hash(conn: &mut Conn) -> Result<String, Error> {
    Ok(artifacts::table.select(artifacts::managed_hash).first(conn)?)
}

#[actix_web::test]
async fn other_files_are_refused() {
    let back = TestApp::new();
    let file = back.folder().join("thesis.txt");
    refused(restore(&file, &back).await, &back, "cannot be read");
    for text in ["", "mine", "PK\u{5}\u{6}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] {
        fs::write(&file, text).unwrap();
        refused(restore(&file, &back).await, &back, "is damaged or is no backup of Sluice");
    }
}

#[actix_web::test]
async fn people_are_never_overwritten() {
    let c = contoso().await;
    let (file, back) = (backed_up(&c.app).await, TestApp::new());
    back.person("Bo");
    let said = restore(&file, &back).await.unwrap_err().to_string();
    assert!(said.contains("people in it, which is never overwritten"), "{said}");
    assert_eq!(back.read(Person::all).len(), 1);
}

#[actix_web::test]
async fn no_backup_is_made_of_half_a_tenant_or_over_a_file() {
    let c = contoso().await;
    let file = backed_up(&c.app).await;
    let before = fs::read(&file).unwrap();
    let failed = |path: PathBuf| {
        let app = c.app.app.clone();
        async move { backup::write(&app.db, &app.artifacts, &path).await.err().expect("it was made").to_string() }
    };
    assert!(failed(file.clone()).await.contains("is there already. Name another one."));
    assert_eq!(fs::read(&file).unwrap(), before);
    assert!(failed(c.app.folder().join("no/such/folder.zip")).await.contains("cannot be written"));
    let left = fs::read_dir(c.app.folder()).unwrap().count();
    c.app.empty("artifacts");
    let said = failed(c.app.folder().join("new.zip")).await;
    assert!(said.contains("No backup was made: the package") && said.contains("sluice verify"), "{said}");
    assert_eq!(fs::read_dir(c.app.folder()).unwrap().count(), left, "nothing passing is left");
}
