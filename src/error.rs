//! The program's errors, free of HTTP and templates: `web::errors` says them to people.

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
    /// A fault of ours or of the machine: logged, never shown.
    #[error("{0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A fault of ours, told by a sentence for the log.
    pub fn internal(message: impl Into<String>) -> Error {
        Error::Internal(message.into().into())
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Error::NotFound,
            other => Error::Internal(other.into()),
        }
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

internal!(
    diesel::r2d2::PoolError,
    tokio::task::JoinError,
    serde_json::Error,
    std::io::Error,
    askama::Error,
    object_store::Error
);
