//! The few ways a handler answers.

use std::hash::{BuildHasher, Hasher};

use actix_session::Session;
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentDisposition, DispositionParam, DispositionType, ETag, EntityTag, IfNoneMatch},
    },
};
use askama::Template;
use chrono::TimeDelta;
use foldhash::quality::FixedState;

use super::html::Html;
use crate::error::Error;

/// What every handler returns.
pub type Answer = Result<HttpResponse, Error>;

/// The name by which a session remembers what the next page says once.
pub const FLASH: &str = "flash";

/// The header by which a script says whether it asks for a part of a page, and whose it is.
const VARIES: &str = "Cookie, HX-Request-Type";

/// The same in every server, so that a page has the same tag wherever it comes from.
const TAGS: FixedState = FixedState::with_seed(0);

const HTML: &str = "text/html; charset=utf-8";

/// A page.
pub fn page(template: impl Template) -> Answer {
    html(Html::of(template)?)
}

/// The same, written out before.
pub fn html(html: Html) -> Answer {
    Ok(HttpResponse::Ok().content_type(HTML).body(html))
}

/// A part of a page at the same address, for the script that asked for it.
pub fn fragment(html: Html) -> Answer {
    Ok(HttpResponse::Ok().content_type(HTML).insert_header((header::VARY, "HX-Request-Type")).body(html))
}

/// A page that a browser may keep and ask for again by its tag: what has not changed is not sent twice. It asks each time,
/// so that nobody is shown what they may no longer see.
pub fn html_if_changed(req: &HttpRequest, html: Html) -> Answer {
    let mut hash = TAGS.build_hasher();
    html.pieces().for_each(|piece| hash.write(piece));
    // Weak, as it may be sent compressed or not.
    let tag = EntityTag::new_weak(format!("{:016x}", hash.finish()));
    let known = match req.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Some(IfNoneMatch::Any) | None => false,
    };
    let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut answer = HttpResponse::build(status);
    answer.insert_header(ETag(tag)).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    answer.insert_header((header::VARY, VARIES));
    Ok(if known { answer.finish() } else { answer.content_type(HTML).body(html) })
}

/// The form again, with what was typed and what is wrong with it.
pub fn invalid(template: impl Template) -> Answer {
    Ok(HttpResponse::UnprocessableEntity().content_type(HTML).body(Html::of(template)?))
}

/// The form again, for who must wait before sending it once more.
pub fn too_many(template: impl Template, wait: TimeDelta) -> Answer {
    let seconds = wait.num_seconds() + 1;
    let html = Html::of(template)?;
    Ok(HttpResponse::TooManyRequests().insert_header((header::RETRY_AFTER, seconds)).content_type(HTML).body(html))
}

/// A page with a status of its own.
pub fn page_with(status: StatusCode, template: impl Template) -> Answer {
    Ok(HttpResponse::build(status).content_type(HTML).body(Html::of(template)?))
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
