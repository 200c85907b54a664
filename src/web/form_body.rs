//! The bodies of forms: read within limits, and taken apart into fields.

use std::{borrow::Cow, collections::BTreeMap};

use actix_web::{HttpRequest, dev::Payload, http::header};
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use percent_encoding::percent_decode;

use crate::error::Error;

/// How much of a field is kept, in bytes as sent: in any script more than it takes, so that a text that was cut is still
/// too long and its own field says so.
const LONGEST_FIELD: usize = 64 << 10;
/// The largest form that is kept, in bytes: room for more questions than a solution asks.
const LARGEST: usize = 1 << 20;
/// The most that is read to keep so much, in bytes: no person pastes more.
const MOST_SENT: usize = 32 << 20;
/// The most fields of a form: one that has more was not made by us.
const MOST_FIELDS: usize = 2000;

/// The body of a form, with each field cut to what may be kept of it.
pub async fn gather(payload: &mut Payload) -> Result<Bytes, Error> {
    let (mut body, mut sent, mut field) = (BytesMut::new(), 0, 0);
    while let Some(chunk) = payload.try_next().await.map_err(|_| unread())? {
        sent += chunk.len();
        for part in chunk.split_inclusive(|byte| *byte == b'&') {
            let ends = part.ends_with(b"&");
            let text = part.strip_suffix(b"&").unwrap_or(part);
            let kept = text.len().min(LONGEST_FIELD - field);
            body.extend_from_slice(text.get(..kept).unwrap_or_default());
            body.extend_from_slice(if ends { b"&" } else { b"" });
            field = if ends { 0 } else { field + kept };
        }
        if sent > MOST_SENT || body.len() > LARGEST {
            return Err(too_large());
        }
    }
    Ok(body.freeze())
}

/// Whether a request says that it brings more than any form.
pub fn is_too_large(req: &HttpRequest) -> bool {
    let length = req.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.is_some_and(|length: u64| length > MOST_SENT as u64)
}

/// The refusal of more than any form brings.
pub fn too_large() -> Error {
    Error::TooLarge("This is more text than a form takes. Nothing was changed.".into())
}

/// The refusal of what is no form of ours.
pub fn unread() -> Error {
    Error::BadRequest("The form could not be read.".into())
}

/// The fields of a body that was gathered. Browsers send UTF-8, and each of our fields once.
///
/// # Errors
/// A bad request when no form of ours sends it.
pub fn fields(body: &[u8]) -> Result<BTreeMap<String, String>, Error> {
    let mut fields = BTreeMap::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let cut = pair.len() == LONGEST_FIELD;
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let name = decoded(parts.next().unwrap_or_default(), cut)?;
        let value = decoded(parts.next().unwrap_or_default(), cut)?;
        if fields.insert(name, value).is_some() || fields.len() > MOST_FIELDS {
            return Err(unread());
        }
    }
    Ok(fields)
}

// What was cut may end in half a character.
fn decoded(text: &[u8], cut: bool) -> Result<String, Error> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded = percent_decode(&spaced);
    match cut {
        true => Ok(decoded.decode_utf8_lossy().into_owned()),
        false => decoded.decode_utf8().map(Cow::into_owned).map_err(|_| unread()),
    }
}
