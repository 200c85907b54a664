//! The setting that says where packages are kept.

use sluice::artifacts::Place;
use tempfile::TempDir;

use crate::support::stores::Store;

fn place(text: &str) -> Result<Place, String> {
    text.parse()
}

#[test]
fn it_is_a_folder_or_an_address_of_a_store() {
    for folder in ["packages", "/srv/packages", "./a:b", "C:\\packages"] {
        assert_eq!(place(folder), Ok(Place::Folder(folder.into())));
    }
    for s3 in ["s3://bucket", "s3://bucket/", "s3://bucket/sluice/packages", "s3a://my.bucket/sluice"] {
        assert!(matches!(place(s3), Ok(Place::S3(_))), "{s3}");
    }
    for azure in [
        "az://container",
        "azure://container/sluice",
        "abfs://container/sluice",
        "abfss://container@account.dfs.core.windows.net/sluice",
    ] {
        assert!(matches!(place(azure), Ok(Place::Azure(_))), "{azure}");
    }
}

#[test]
fn what_is_neither_is_refused_with_the_forms_that_are() {
    for text in [
        "",
        " ",
        "https://bucket.example.com",
        "file:///srv",
        "gs://bucket",
        "s3://",
        "s3:///x",
        "s3://b:1/x",
        "s3://b#x",
    ] {
        let said = place(text).unwrap_err();
        assert!(said.contains("s3://BUCKET/PREFIX"), "{text}: {said}");
    }
    assert!(place("s3://bucket/a//b").unwrap_err().contains("no empty or dotted parts"));
}

#[test]
fn keys_have_no_place_in_it_and_are_not_repeated() {
    for text in [
        "s3://id:marker@bucket/x",
        "s3://marker@bucket",
        "az://c/x?sig=marker",
        "abfss://c:marker@a.dfs.core.windows.net",
    ] {
        let said = place(text).unwrap_err();
        assert!(said.contains("holds no keys") && !said.contains("marker"), "{text}: {said}");
    }
}

#[actix_web::test]
async fn it_is_tried_out_before_a_server_starts_and_nothing_stays_of_that() {
    let folder = TempDir::new().unwrap();
    for store in Store::all(folder.path()) {
        let Store::At(place) = store else { continue };
        place.check().await.unwrap();
        if let Place::Folder(folder) = place {
            assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
        }
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let said = Place::Folder(file.clone()).check().await.unwrap_err().to_string();
    assert!(said.contains(&file.display().to_string()) && said.contains("SLUICE_ARTIFACTS"), "{said}");
}
