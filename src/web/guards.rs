//! What guards every request: same origin for what changes something, and no answer without an asked permission.

use actix_web::{
    Error as ActixError, FromRequest, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
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
    let error = Error::internal(format!("{} answered without asking for a permission", res.request().path()));
    Ok(res.into_response(error.error_response()))
}

/// Refuses to change anything for a page of another site.
pub async fn same_origin(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    if req.method().is_safe() || is_same_origin(req.headers()) {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    let error = Error::Forbidden("This request came from another site, so nothing was changed.".into());
    Ok(req.error_response(error).map_into_boxed_body())
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let origin = text("origin").and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == text("host")
}

/// Says on every answer what a browser must not do with it.
pub async fn headers(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let mut res = next.call(req).await?.map_into_boxed_body();
    let headers = res.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        let name = header::HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("cache-control", "no-store");
    Ok(res)
}
