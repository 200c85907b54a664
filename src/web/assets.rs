//! The files of `static/`, carried in the binary and served under a name that changes with their contents.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    sync::{LazyLock, OnceLock},
};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::{self, AcceptEncoding, ContentEncoding, Encoding},
    web,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use super::guards::Public;

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    /// Its address in its present version, once that was asked for.
    url: OnceLock<String>,
    /// The same compressed, once it was asked for; none where that would save nothing.
    gzip: OnceLock<Option<Bytes>>,
}

macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../static/", $name)),
            url: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    };
}

static ASSETS: [Asset; 10] = [
    asset!("sluice.css", "text/css; charset=utf-8"),
    asset!("app.js", "text/javascript; charset=utf-8"),
    asset!("htmx.min.js", "text/javascript; charset=utf-8"),
    asset!("icons.svg", "image/svg+xml"),
    asset!("logo.svg", "image/svg+xml"),
    asset!("favicon.svg", "image/svg+xml"),
    asset!("pictures/stages.png", "image/png"),
    asset!("licenses/htmx.txt", "text/plain; charset=utf-8"),
    asset!("licenses/fluentui-svg-icons.txt", "text/plain; charset=utf-8"),
    asset!("licenses/fluentui-tokens.txt", "text/plain; charset=utf-8"),
];

/// One version for all files, so that what they say of each other by relative address stays true.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    for asset in &ASSETS {
        (asset.name, asset.bytes).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
});

/// The address of a static file, such as `sluice.css`, in its present version.
///
/// # Panics
/// Where there is no such file: the names stand in the program and its templates.
pub fn url(name: &str) -> &'static str {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    asset
        .unwrap_or_else(|| panic!("there is no static file {name}"))
        .url
        .get_or_init(|| format!("/static/{}/{name}", *VERSION))
}

/// Answers with the file of this name.
pub async fn show(_: Public, req: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return HttpResponse::NotFound().finish();
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, caching(&version)))
        .insert_header((header::VARY, "Accept-Encoding"));
    match asset.compressed().filter(|_| takes_gzip(&req)) {
        Some(gzip) => answer.insert_header(ContentEncoding::Gzip).body(gzip.clone()),
        None => answer.body(asset.bytes),
    }
}

impl Asset {
    // Compressed once as well as can be, not each time as quickly as can be.
    fn compressed(&self) -> Option<&Bytes> {
        let gzip = self.gzip.get_or_init(|| {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            let gzip = gzip.write_all(self.bytes).and_then(|()| gzip.finish()).ok()?;
            (gzip.len() < self.bytes.len()).then(|| gzip.into())
        });
        gzip.as_ref()
    }
}

fn takes_gzip(req: &HttpRequest) -> bool {
    let takes = req.get_header::<AcceptEncoding>();
    let gzip = [Encoding::gzip(), Encoding::identity()];
    takes.and_then(|takes| takes.negotiate(gzip.iter())).is_some_and(|chosen| chosen == Encoding::gzip())
}

/// A page of an older or newer server may ask for another version: it gets what there is, but may not keep it.
fn caching(version: &str) -> &'static str {
    if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-store" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::dev::ServiceResponse;
    use actix_web::{App, test};

    async fn get(path: &str) -> ServiceResponse {
        let app = test::init_service(App::new().route("/static/{version}/{name:.+}", web::get().to(show))).await;
        test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await
    }

    fn said(answer: &ServiceResponse, name: header::HeaderName) -> &str {
        answer.headers().get(name).expect("the header is there").to_str().expect("it is text")
    }

    #[actix_web::test]
    async fn the_present_version_is_kept_for_ever() {
        let answer = get(url("sluice.css")).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(said(&answer, header::CONTENT_TYPE), "text/css; charset=utf-8");
        assert_eq!(said(&answer, header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(said(&answer, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    }

    #[actix_web::test]
    async fn another_version_is_answered_but_not_kept() {
        let answer = get("/static/old/sluice.css").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(said(&answer, header::CACHE_CONTROL), "no-store");
    }

    #[actix_web::test]
    async fn what_becomes_smaller_by_it_is_sent_compressed_to_who_takes_it() {
        let app = test::init_service(App::new().route("/static/{version}/{name:.+}", web::get().to(show))).await;
        let get = async |name: &str, takes: &str| {
            let request = test::TestRequest::get().uri(url(name)).insert_header((header::ACCEPT_ENCODING, takes));
            let answer = test::call_service(&app, request.to_request()).await;
            let gzip = answer.headers().get(header::CONTENT_ENCODING).is_some_and(|how| how == "gzip");
            (gzip, test::read_body(answer).await)
        };
        let (gzip, css) = get("sluice.css", "br, gzip").await;
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*css), &mut plain).expect("it is gzip");
        assert_eq!((gzip, plain.as_slice()), (true, include_bytes!("../../static/sluice.css").as_slice()));
        for takes in ["identity", "gzip;q=0", "br"] {
            assert!(!get("sluice.css", takes).await.0, "{takes}");
        }
    }

    #[actix_web::test]
    async fn an_unknown_name_is_not_found() {
        assert_eq!(get("/static/old/secret.key").await.status(), 404);
        assert_eq!(get("/static/old/../../Cargo.toml").await.status(), 404);
    }

    #[actix_web::test]
    async fn a_licence_lies_beside_what_it_covers() {
        assert_eq!(get(url("licenses/htmx.txt")).await.status(), 200);
    }
}
