//! What guards every request: same origin for what changes something, and no answer without an asked permission.

use std::time::Duration;

use actix_web::{
    Error as ActixError, FromRequest, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use futures_util::{future::ready, stream};
use tokio::time::timeout;

use super::{
    form_body::{gather, is_too_large, too_large},
    front::Front,
};
use crate::error::Error;

/// Said in the signature of a handler that anybody may reach.
pub struct Public;

/// Marks a request as one whose handler asked who may do this.
#[derive(Clone, Copy)]
pub struct Checked;

impl FromRequest for Public {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        req.extensions_mut().insert(Checked);
        std::future::ready(Ok(Public))
    }
}

/// Turns an answer whose handler asked for no permission into a fault of ours.
pub async fn deny_unchecked(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let res = next.call(req).await?.map_into_boxed_body();
    let checked = res.request().extensions().contains::<Checked>();
    if checked || res.status().is_client_error() || res.status().is_server_error() {
        return Ok(res);
    }
    let route = res.request().match_pattern().unwrap_or_default();
    let error = Error::internal(format!("{route} answered without asking for a permission"));
    Ok(res.into_response(error.error_response()))
}

/// How long a form may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Refuses what no browser would send: more than any form brings, though uploads of files have limits of their own, and
/// the character NUL, which databases do not take, in an address. Lets a form come whole before anybody asks who sent it
/// and what they may: rights that end while it comes must not count.
pub async fn readable(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let uploads = req.content_type().eq_ignore_ascii_case("multipart/form-data");
    let nul = req.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00"));
    let refusal = match () {
        () if is_too_large(req.request()) && !uploads => too_large(),
        () if nul => Error::BadRequest("There is no such address.".into()),
        () if uploads || req.method().is_safe() => return Ok(next.call(req).await?.map_into_boxed_body()),
        () => match whole(req.take_payload()).await {
            Ok(body) => {
                req.set_payload(body);
                return Ok(next.call(req).await?.map_into_boxed_body());
            }
            Err(refusal) => refusal,
        },
    };
    Ok(req.error_response(refusal).map_into_boxed_body())
}

async fn whole(mut payload: Payload) -> Result<Payload, Error> {
    let slow = |_| Error::BadRequest("The form came too slowly, so nothing was changed. Try again.".into());
    let body = timeout(PATIENCE, gather(&mut payload)).await.map_err(slow)??;
    Ok(Payload::Stream { payload: Box::pin(stream::once(ready(Ok(body)))) })
}

/// Answers only for this site's own address, and changes nothing for a page of another site.
pub async fn own_site(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    match refusal(req.request()).filter(|_| !is_probe(req.request())) {
        None => Ok(next.call(req).await?.map_into_boxed_body()),
        Some(refusal) => Ok(req.error_response(Error::Forbidden(refusal.into())).map_into_boxed_body()),
    }
}

// Load balancers ask by whatever name they like, and learn nothing but that the server is well.
fn is_probe(req: &HttpRequest) -> bool {
    req.method().is_safe() && matches!(req.path(), "/healthz" | "/readyz")
}

fn refusal(req: &HttpRequest) -> Option<&'static str> {
    let Some(front) = req.app_data::<Data<Front>>() else { return Some("The site has no address.") };
    if !front.is_asked(req) {
        return Some(
            "This server answers on its own machine only. Open it as localhost there, or set SLUICE_URL to the address \
             that people use.",
        );
    }
    let own = req.method().is_safe() || is_same_origin(req, front);
    (!own).then_some(
        "This request did not come from a page of this site, so nothing was changed. Open Sluice at its own address \
         and try again.",
    )
}

// Browsers say where a request comes from by one header or both; who says nothing is no browser of ours.
fn is_same_origin(req: &HttpRequest, front: &Front) -> bool {
    let text = |name: &str| req.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), origin) => {
            matches!(site, "same-origin" | "none") && origin.is_none_or(|origin| front.is_origin(req, origin))
        }
        (None, Some(origin)) => front.is_origin(req, origin),
        (None, None) => false,
    }
}

/// What browsers must not do with any answer: unless the answer says so itself.
const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cache-control", "no-store"),
];

/// Two years: browsers that came by https once come no other way.
const HTTPS_ONLY: (&str, &str) = ("strict-transport-security", "max-age=63072000");

/// Says on every answer what a browser must not do with it.
pub async fn headers(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let secure = req.app_data::<Data<Front>>().is_some_and(|front| front.is_secure());
    match next.call(req).await {
        Ok(res) => {
            let mut res = res.map_into_boxed_body();
            mark(res.headers_mut(), secure);
            Ok(res)
        }
        Err(error) => {
            let mut answer = error.error_response();
            mark(answer.headers_mut(), secure);
            Err(InternalError::from_response(error, answer).into())
        }
    }
}

fn mark(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in HEADERS.into_iter().chain(secure.then_some(HTTPS_ONLY)) {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
