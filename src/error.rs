//! The program's errors, free of HTTP and templates: `web::errors` says them to people.

use std::io;

/// What can go wrong, sorted by what the person who asked can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or this person may not know of it.
    #[error("not found")]
    NotFound,
    /// This person may see the thing but not do this; the sentence says who can help.
    #[error("{0}")]
    Forbidden(String),
    /// It cannot be done as things stand; the sentence says why and what to do.
    #[error("{0}")]
    Conflict(String),
    /// What was sent makes no sense, as no form of ours would send it.
    #[error("{0}")]
    BadRequest(String),
    /// What was sent is larger than allowed.
    #[error("{0}")]
    TooLarge(String),
    /// Nobody is signed in.
    #[error("signed out")]
    SignedOut,
    /// Something that Sluice needs, such as the store of packages, does not work now; the sentence says so. The cause
    /// is logged where it is met.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours or of the machine: logged, never shown.
    #[error("{0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A fault of ours, told by a sentence for the log.
    pub fn internal(message: impl Into<String>) -> Error {
        Error::Internal(message.into().into())
    }

    /// What a full disk is to people; nothing where `error` is something else.
    pub fn of_full_disk(error: &io::Error) -> Option<Error> {
        let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        full.then(Error::full_disk)
    }

    /// What a full disk is to people.
    pub fn full_disk() -> Error {
        Error::Unavailable(
            "The disk of the server is full, so nothing was kept. Tell your administrator, then try again.".into(),
        )
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::of_full_disk(&error).unwrap_or_else(|| Error::Internal(error.into()))
    }
}

/// Errors that are always a fault of ours or of the machine.
macro_rules! internal {
    ($($error:ty),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Error::Internal(error.into())
            }
        }
    )*};
}

internal!(tokio::task::JoinError, serde_json::Error, askama::Error);
