//! The few ways a handler answers.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentDisposition, DispositionParam, DispositionType},
    },
};
use askama::Template;
use chrono::TimeDelta;

use crate::error::Error;

/// What every handler returns.
pub type Answer = Result<HttpResponse, Error>;

/// The name by which a session remembers what the next page says once.
pub const FLASH: &str = "flash";

const HTML: &str = "text/html; charset=utf-8";

/// A page.
pub fn page(template: impl Template) -> Answer {
    Ok(HttpResponse::Ok().content_type(HTML).body(template.render()?))
}

/// The form again, with what was typed and what is wrong with it.
pub fn invalid(template: impl Template) -> Answer {
    Ok(HttpResponse::UnprocessableEntity().content_type(HTML).body(template.render()?))
}

/// The form again, for who must wait before sending it once more.
pub fn too_many(template: impl Template, wait: TimeDelta) -> Answer {
    let seconds = wait.num_seconds() + 1;
    let body = template.render()?;
    Ok(HttpResponse::TooManyRequests().insert_header((header::RETRY_AFTER, seconds)).content_type(HTML).body(body))
}

/// A page with a status of its own.
pub fn page_with(status: StatusCode, template: impl Template) -> Answer {
    Ok(HttpResponse::build(status).content_type(HTML).body(template.render()?))
}

/// "Done, look there": after every POST that changed something.
pub fn see_other(path: impl AsRef<str>) -> Answer {
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, path.as_ref())).finish())
}

/// As `see_other`, with a sentence that the next page shows once.
pub fn done(session: &Session, path: impl AsRef<str>, message: impl Into<String>) -> Answer {
    flash(session, "good", message)?;
    see_other(path)
}

/// Lets the next page say `message` once; `kind` is `good`, `bad` or `warn`.
pub fn flash(session: &Session, kind: &str, message: impl Into<String>) -> Result<(), Error> {
    session.insert(FLASH, (kind, message.into())).map_err(|e| Error::internal(e.to_string()))
}

/// Has a session no longer remember what it remembers by this name.
pub fn forget(session: &Session, name: &str) -> Result<(), Error> {
    session.insert(name, ()).map_err(|e| Error::internal(e.to_string()))
}

/// Has an answer saved as a file called `name`; signs that mean something to headers or file systems become `_`.
pub fn attachment(name: &str) -> ContentDisposition {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    let name = DispositionParam::Filename(name.trim_start_matches('.').to_owned());
    ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] }
}
