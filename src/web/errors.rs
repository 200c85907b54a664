//! How errors look: the status of each, and the page that says what happened and what to do.

use actix_web::{
    Error as ActixError, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{Method, StatusCode, header},
    middleware::Next,
};
use askama::Template;

use super::{html::Html, requests::RequestId};
use crate::error::Error;

// Who is signed out may find there what they could not see.
const SIGN_IN_FIRST: &str = "Check the address. If you have an account, sign in first.";

/// Marks a failed answer that programs read: it gets no page.
pub struct AsItIs;

/// Marks a request of somebody who is signed in, once that is known.
pub struct Known;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    title: &'static str,
    message: String,
    /// What to do, where the message leaves it open.
    hint: &'static str,
    signed_in: bool,
    request_id: String,
}

// What an answer carries from where the error arose to where its page is made.
#[derive(Clone)]
struct Told {
    message: String,
    internal: bool,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::Conflict(_) => StatusCode::CONFLICT,
            Error::BadRequest(_) => StatusCode::BAD_REQUEST,
            Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Error::SignedOut => StatusCode::UNAUTHORIZED,
            Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        let internal = matches!(self, Error::Internal(_));
        response.extensions_mut().insert(Told { message: self.to_string(), internal });
        response
    }
}

/// Gives every failed answer its page, and leads who is signed out to signing in.
pub async fn pages(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let id = RequestId::of(req.request());
    let res = match next.call(req).await {
        Ok(res) => res.map_into_boxed_body(),
        Err(error) if error.as_response_error().status_code().is_server_error() => {
            return Err(without_session(error, id));
        }
        Err(error) => return Err(error),
    };
    let status = res.status();
    if !(status.is_client_error() || status.is_server_error())
        || is_page(&res)
        || res.response().extensions().contains::<AsItIs>()
    {
        return Ok(res);
    }
    let answer = match status {
        StatusCode::UNAUTHORIZED if is_partial(res.request()) => reload(),
        StatusCode::UNAUTHORIZED => to_sign_in(res.request()),
        _ => {
            let told = res.response().extensions().get::<Told>().cloned();
            error_page(res.request(), status, told)
        }
    };
    Ok(res.into_response(answer))
}

// Sessions are rows of the database, and their store is the one thing around the site that can fail. It does so without
// a word of why, and with no request left to answer.
fn without_session(error: ActixError, id: RequestId) -> ActixError {
    tracing::error!(error = ?error, "a session could not be read or ended");
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let (title, message, hint) = words(status);
    let (message, request_id) = (message.to_owned(), id.to_string());
    let answer = render(status, ErrorPage { title, message, hint, signed_in: false, request_id });
    InternalError::from_response(error, answer).into()
}

fn is_page(res: &ServiceResponse<BoxBody>) -> bool {
    let kind = res.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Whether a script asks for a fragment of a page.
pub fn is_partial(req: &HttpRequest) -> bool {
    req.headers().get("hx-request-type").is_some_and(|kind| kind == "partial")
}

// A fragment cannot become the sign-in page; the page that holds it can.
fn reload() -> HttpResponse {
    HttpResponse::Unauthorized().insert_header(("HX-Refresh", "true")).finish()
}

fn to_sign_in(req: &HttpRequest) -> HttpResponse {
    let there = match (req.method(), req.uri().path_and_query()) {
        (&Method::GET, Some(path)) if path.as_str() != "/" => {
            let next: String = url::form_urlencoded::byte_serialize(path.as_str().as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        _ => "/sign-in".to_owned(),
    };
    HttpResponse::SeeOther().insert_header((header::LOCATION, there)).finish()
}

fn error_page(req: &HttpRequest, status: StatusCode, told: Option<Told>) -> HttpResponse {
    let (title, message, hint) = words(status);
    let mut request_id = String::new();
    let (message, hint) = match told {
        Some(told) if told.internal => {
            request_id = RequestId::of(req).to_string();
            tracing::error!(error = told.message, "a request failed");
            (message.to_owned(), hint)
        }
        // It says itself what to do.
        Some(told) if status != StatusCode::NOT_FOUND => (told.message, ""),
        _ => (message.to_owned(), hint),
    };
    let signed_in = req.extensions().contains::<Known>();
    let hint = if signed_in || status != StatusCode::NOT_FOUND { hint } else { SIGN_IN_FIRST };
    render(status, ErrorPage { title, message, hint, signed_in, request_id })
}

fn render(status: StatusCode, page: ErrorPage) -> HttpResponse {
    let title = page.title;
    let mut answer = HttpResponse::build(status);
    answer.content_type("text/html; charset=utf-8");
    match Html::of(page) {
        Ok(html) => answer.body(html),
        Err(_) => answer.body(title),
    }
}

fn words(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => (
            "Not found",
            "There is nothing here, or nothing that you can see.",
            "Check the address, or ask the person who sent it to give you access.",
        ),
        StatusCode::FORBIDDEN => ("Not allowed", "You cannot do this.", "Ask an administrator for access."),
        StatusCode::CONFLICT => ("Not possible now", "This cannot be done as things stand.", "Go back and look again."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too large", "More was sent than is allowed.", "Go back and send less."),
        StatusCode::METHOD_NOT_ALLOWED => ("Not found", "This address cannot be used like this.", "Go back."),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Not available now",
            "Something that Sluice needs does not answer. Nothing half-done was kept.",
            "Try again in a moment.",
        ),
        s if s.is_client_error() => ("Not understood", "The request could not be read.", "Go back and try again."),
        _ => (
            "Something went wrong",
            "This is a fault of Sluice. Nothing half-done was kept.",
            "Try again. If it happens again, give your administrator the number below.",
        ),
    }
}
