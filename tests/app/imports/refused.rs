use std::io::{Cursor, Write};

use sluice::package::{Builder, Limits};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{Makers, TestApp};

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[actix_web::test]
async fn what_is_no_package_is_refused_beside_the_field_and_nothing_is_kept() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let good = Builder::new("Expenses").to_bytes().unwrap();
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("text", b"hello".to_vec(), "This is not a .zip file"),
        ("empty", Vec::new(), "The file is empty"),
        ("cut off", good[..good.len() / 2].to_vec(), "damaged or cut off"),
        ("no manifest", zip(&[("readme.txt", b"x")]), "The file solution.xml is missing"),
        ("flow", zip(&[("Microsoft.Flow/flows/manifest.json", b"{}")]), "legacy export package of a flow"),
        ("app", zip(&[("Microsoft.PowerApps/apps/x.json", b"{}")]), "legacy export package of a canvas app"),
        ("escape", zip(&[("../evil.txt", b"x"), ("solution.xml", b"<a/>")]), "unsafe name"),
    ];
    for (what, bytes, message) in cases {
        let page = makers.upload(&mut maya, &bytes).await;
        assert_eq!(page.status, 422, "{what}: {}", page.text());
        page.assert_has("#package-error", message);
    }
    assert_eq!((makers.stored(), makers.app.files("spool")), (0, 0));
    assert!(makers.operations().is_empty());
}

#[actix_web::test]
async fn a_package_larger_than_the_limit_is_refused_however_it_comes() {
    let limits = Limits { upload: 2 << 20, ..Limits::default() };
    let makers = Makers::on(TestApp::with_limits(limits));
    let mut maya = makers.maya().await;
    let large = Builder::new("Large").filler(3 << 20).to_bytes().unwrap();
    let page = makers.upload(&mut maya, &large).await;
    assert_eq!(page.status, 422);
    page.assert_has("#package-error", "larger than 2 MB");
    assert_eq!((makers.stored(), makers.app.files("spool")), (0, 0));
    let fitting = Builder::new("Fitting").filler(1 << 20).to_bytes().unwrap();
    assert_eq!(makers.upload(&mut maya, &fitting).await.status, 303);
}

#[actix_web::test]
async fn no_file_or_another_form_is_no_upload() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let page = maya.upload(&makers.at("imports"), &[("package", "text")], ("other", "x.zip", b"x")).await;
    assert_eq!(page.status, 422);
    page.assert_has("#package-error", "Choose a solution package");
    let page = maya.upload(&makers.at("imports"), &[], ("package", "", b"")).await;
    page.assert_has("#package-error", "Choose a solution package");
    assert_eq!(maya.post(&makers.at("imports"), &[("package", "x")]).await.status, 422);
}

#[actix_web::test]
async fn an_upload_that_is_cut_off_is_refused() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let body =
        b"--x\r\nContent-Disposition: form-data; name=\"package\"; filename=\"a.zip\"\r\n\r\nPK\x03\x04".to_vec();
    let request = actix_web::test::TestRequest::post()
        .uri(&makers.at("imports"))
        .insert_header(("Sec-Fetch-Site", "same-origin"))
        .insert_header(("Content-Type", "multipart/form-data; boundary=x"))
        .set_payload(body);
    let page = maya.send(request).await;
    assert_eq!(page.status, 422);
    page.assert_has("#package-error", "cut off");
    assert_eq!(makers.stored(), 0);
}
