//! The files of `static/`, carried in the binary and served under a name that changes with their contents.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::guards::Public;

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset { name: $name, content_type: $content_type, bytes: include_bytes!(concat!("../../static/", $name)) }
    };
}

const ASSETS: &[Asset] = &[
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
    for asset in ASSETS {
        (asset.name, asset.bytes).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
});

/// The address of a static file, such as `sluice.css`, in its present version.
pub fn url(name: &str) -> String {
    debug_assert!(ASSETS.iter().any(|asset| asset.name == name), "there is no static file {name}");
    format!("/static/{}/{name}", *VERSION)
}

/// Answers with the file of this name.
pub async fn show(_: Public, path: web::Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, caching(&version)))
        .body(asset.bytes)
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
        let answer = get(&url("sluice.css")).await;
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
    async fn an_unknown_name_is_not_found() {
        assert_eq!(get("/static/old/secret.key").await.status(), 404);
        assert_eq!(get("/static/old/../../Cargo.toml").await.status(), 404);
    }

    #[actix_web::test]
    async fn a_licence_lies_beside_what_it_covers() {
        assert_eq!(get(&url("licenses/htmx.txt")).await.status(), 200);
    }
}
