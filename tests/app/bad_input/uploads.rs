//! The two forms that bring files.

use actix_web::{http::header, test::TestRequest};

use super::{bodies, driver::RESTLESS};
use crate::{
    access::{snapshot::Snapshot, table::fill, world::World},
    support::Page,
};

pub const PACKAGE: &str = "/environments/{environment}/imports";
pub const SETTINGS: &str = "/runs/{run}/settings-file";

const BOUNDARY: &str = "XbX";

/// A request's body as `multipart/form-data`.
fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, bytes) in parts {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

/// Sends a form of one file in many bad ways: the answer is a refusal in words, and nothing is stored.
async fn check(route: &str, field: &str) {
    let world = World::new().await;
    let app = &world.c.app;
    let snapshot = Snapshot::of(app);
    let files = app.files("artifacts");
    let path = fill(route, &|name| world.names[name].clone());
    let file = format!("name=\"{field}\"; filename=\"a.zip\"");
    let evil = format!("name=\"{field}\"; filename=\"..\\..\\\u{202e}\u{1b}\r\n/etc/passwd\0\"");
    let long = bodies::LONG.as_bytes();
    let deep = "{\"EnvironmentVariables\":".to_owned() + &"[".repeat(100_000);
    let whole = multipart(&[(&file, b"text")]);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let tries: Vec<(&str, &str, Vec<u8>)> = vec![
        ("no parts", &kind, multipart(&[])),
        ("nothing at all", &kind, Vec::new()),
        ("no file", &kind, multipart(&[(&format!("name=\"{field}\"; filename=\"\""), b"")])),
        ("an empty file", &kind, multipart(&[(&file, b"")])),
        ("no package, no settings", &kind, multipart(&[(&file, b"what\0is\x1bthis?")])),
        ("no UTF-8", &kind, multipart(&[(&file, b"{\"EnvironmentVariables\":\"\xff\xfe\"}")])),
        ("deep", &kind, multipart(&[(&file, deep.as_bytes())])),
        ("10 MB of text", &kind, multipart(&[(&file, long)])),
        ("the start of a zip", &kind, multipart(&[(&file, b"PK\x03\x04\x14\0\0\0")])),
        ("an evil file name", &kind, multipart(&[(&evil, b"text")])),
        ("another field", &kind, multipart(&[("name=\"other\"; filename=\"a\"", b"text")])),
        ("text in the field", &kind, multipart(&[(&format!("name=\"{field}\""), b"text")])),
        ("cut off", &kind, whole[..whole.len() - 12].to_vec()),
        ("cut off in a head", &kind, whole[..40].to_vec()),
        ("another boundary", "multipart/form-data; boundary=other", whole.clone()),
        ("no boundary", "multipart/form-data", whole.clone()),
        ("a form", bodies::FORM, b"package=x&file=y".to_vec()),
        ("JSON", "application/json", b"{}".to_vec()),
    ];
    let (mut wrong, sent) = (Vec::new(), tries.len());
    for (name, kind, body) in tries {
        let request = TestRequest::post().uri(&path).insert_header(("Sec-Fetch-Site", "same-origin"));
        let request = request.insert_header((header::CONTENT_TYPE, kind)).set_payload(body);
        let page = world.browsers[8].copy().send(request).await;
        if !refused(&page, field) {
            wrong.push(format!("{name}: {} {}", page.status, page.text().chars().take(200).collect::<String>()));
        }
        let changed = snapshot.changed(app).into_iter().filter(|table| !RESTLESS.contains(table)).collect::<Vec<_>>();
        if !changed.is_empty() || app.files("artifacts") != files {
            wrong.push(format!("{name} stored something: {changed:?}"));
            snapshot.restore(app);
        }
    }
    assert!(wrong.is_empty(), "{}\n{} of {sent} wrong", wrong.join("\n"), wrong.len());
}

fn refused(page: &Page, field: &str) -> bool {
    match page.status {
        422 => page.has(&format!("#{field}-error"), "."),
        400 | 413 => !page.all("h1").is_empty(),
        _ => false,
    }
}

#[actix_web::test]
async fn a_solution_package() {
    check(PACKAGE, "package").await;
}

#[actix_web::test]
async fn a_settings_file() {
    check(SETTINGS, "file").await;
}
