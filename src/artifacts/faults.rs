//! What goes wrong with a store, in words: what may pass by itself is no fault of Sluice, and what a store answers may
//! name keys, so that only its code is told.

use std::{error::Error as StdError, fmt::Display, io};

use crate::error::Error;

const AWAY: &str =
    "The packages cannot be reached now. Try again in a minute; if that does not help, tell your administrator.";

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { path, .. } => absent(&path),
            other => away(&other),
        }
    }
}

/// Of a package that is not where it was kept.
pub(super) fn absent(path: &impl Display) -> Error {
    Error::internal(format!("no package is kept at {path}"))
}

/// Of a folder of packages or passing files.
pub(super) fn of_folder(error: io::Error) -> Error {
    away(&error)
}

/// Of a store that did not answer in time.
pub(super) fn late() -> Error {
    away(&io::Error::from(io::ErrorKind::TimedOut))
}

fn away(error: &(dyn StdError + 'static)) -> Error {
    let full = causes(error).find_map(|cause| cause.downcast_ref().and_then(Error::of_full_disk));
    tracing::warn!(error = cause(error), "the store of packages failed");
    full.unwrap_or_else(|| Error::Unavailable(AWAY.to_owned()))
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn StdError + 'static)| (**cause).source())
}

/// What happened, down to what the system or the store said about it.
pub(super) fn cause(error: &(dyn StdError + 'static)) -> String {
    let text = error.to_string();
    let root = causes(error).last().map(ToString::to_string);
    let (told, answer) = text.split_once('<').unwrap_or((&text, ""));
    let told = told.trim_end_matches([' ', ':']);
    match (code(answer), root) {
        (Some(code), _) => format!("{told}: {code}"),
        (None, Some(root)) if answer.is_empty() && !told.contains(&root) => format!("{told}: {root}"),
        _ => told.to_owned(),
    }
}

// S3 and Azure both answer with <Code>NoSuchBucket</Code> somewhere.
fn code(answer: &str) -> Option<&str> {
    Some(answer.split_once("<Code>")?.1.split_once("</Code>")?.0)
}
