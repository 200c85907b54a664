//! Whole requests as no browser sends them.

use std::sync::LazyLock;

use actix_web::{http::header, test::TestRequest};

/// The type that forms are sent as.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A request's body, with what must come of it where a form is read.
pub struct Body {
    pub name: &'static str,
    pub kind: Option<&'static str>,
    pub bytes: Vec<u8>,
    /// Whether the request says how long it is.
    pub length: bool,
    pub status: u16,
}

/// More text than any field takes: 10 MB.
pub static LONG: LazyLock<String> = LazyLock::new(|| "a".repeat(10 << 20));

/// Bad bodies for a form with these fields, filled in well.
pub fn bad(fields: &[(String, String)]) -> Vec<Body> {
    let well: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let first = fields.first().map_or("name", |(name, _)| name.as_str());
    let many: String = (0..10_000).map(|number| format!("&field{number}=x")).collect();
    let body = |name, bytes: String, status| Body { name, kind: Some(FORM), bytes: bytes.into(), length: true, status };
    let other = |name, kind, status| Body { kind, ..body(name, well.clone(), status) };
    vec![
        body("no UTF-8 in a value", format!("{well}&more=%ff%fe"), 400),
        body("no UTF-8 in a name", format!("{well}&%c3%28=x"), 400),
        body("half a character", format!("{well}&more=%e2%82"), 400),
        Body { bytes: [well.as_bytes(), b"&more=\xff\xfe\x80"].concat(), ..body("raw bytes", String::new(), 400) },
        body("a field twice", format!("{well}&{first}=x&{first}=y"), 400),
        body("10,000 fields", format!("{well}{many}"), 400),
        other("no type", None, 400),
        other("plain text", Some("text/plain"), 400),
        other("JSON", Some("application/json"), 400),
        other("files without a boundary", Some("multipart/form-data"), 400),
    ]
}

/// Bodies that bring more than any form does.
pub fn too_large() -> Vec<Body> {
    let much = format!("email={}", LONG.repeat(4));
    let many: String = (0..40).map(|number| format!("&field{number}={}", "x".repeat(50_000))).collect();
    let body = |name, bytes: String| Body { name, kind: Some(FORM), bytes: bytes.into(), length: true, status: 413 };
    vec![
        body("40 MB", much.clone()),
        Body { length: false, ..body("40 MB without a length", much) },
        body("2 MB in many fields", many),
    ]
}

impl Body {
    /// The request that brings it.
    pub fn request(&self, path: &str) -> TestRequest {
        let mut request = TestRequest::post().uri(path).insert_header(("Sec-Fetch-Site", "same-origin"));
        if let Some(kind) = self.kind {
            request = request.insert_header((header::CONTENT_TYPE, kind));
        }
        if self.length {
            request = request.insert_header((header::CONTENT_LENGTH, self.bytes.len()));
        }
        request.set_payload(self.bytes.clone())
    }
}
