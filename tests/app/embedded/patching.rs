//! Packages that are unlike what a builder makes: patches, and texts that cannot be stored.

use std::io::{Cursor, Read, Write};

use sluice::package::{Builder, checks::VariableKind};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Ground, orders};

/// A builder's package with its manifest changed by hand.
fn edited(builder: &Builder, from: &str, to: &str) -> Vec<u8> {
    let mut source = ZipArchive::new(Cursor::new(builder.to_bytes().unwrap())).unwrap();
    let mut target = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..source.len() {
        let mut member = source.by_index(index).unwrap();
        let name = member.name().unwrap().into_owned();
        target.start_file(&name, SimpleFileOptions::DEFAULT).unwrap();
        let mut text = Vec::new();
        member.read_to_end(&mut text).unwrap();
        if name == "solution.xml" {
            text = String::from_utf8(text).unwrap().replacen(from, to, 1).into_bytes();
        }
        target.write_all(&text).unwrap();
    }
    target.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_patch_belongs_to_its_solution() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let patch = async |version: &str| {
        let builder = Builder::new("Orders_Patch").version(version).managed(true);
        let parent = "<ParentSolution><UniqueName>Orders</UniqueName></ParentSolution><Version>";
        let package = ground.keep_bytes(&edited(&builder, "<Version>", parent)).await;
        ground.import_stored(test, package, Default::default()).await
    };
    let (code, message) = patch("1.0.1.0").await.unwrap_err();
    assert_eq!(code, "0x80048540");
    assert!(message.starts_with("Orders_Patch is a patch of Orders, which Contoso Test does not have"), "{message}");
    ground.import(test, &orders().managed(true)).await.unwrap();
    for version in ["1.1.0.0", "1.0.0.4", "1.0.0.3"] {
        assert_eq!(patch(version).await.unwrap_err().0, "0x80048539", "{version}");
    }
    patch("1.0.1.0").await.unwrap();
    assert_eq!(ground.details(test, "Orders").await.required_by, ["Orders_Patch"]);
    assert_eq!(ground.uninstall(test, "Orders").await.unwrap_err().0, "0x8004F01F");
}

#[tokio::test]
async fn a_text_that_cannot_be_stored_is_refused() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    // XML cannot carry a zero character, but the JSON file of a variable's value can.
    let builder = Builder::new("Site").variable("contoso_url", "URL", VariableKind::Text, None, false, Some("a\0b"));
    let (code, message) = ground.import(test, &builder).await.unwrap_err();
    assert_eq!(code, "0x8004802C");
    assert!(message.contains("zero character"), "{message}");
}
