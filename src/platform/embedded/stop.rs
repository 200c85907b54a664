//! Why an act stops: the environment refuses it, or Sluice itself fails.

use crate::{artifacts, error::Error, package::PackageError, platform::PlatformError};

/// Why an act stops before it is done.
#[derive(Debug)]
pub enum Stop {
    /// The environment says no.
    Refused(PlatformError),
    /// A fault of ours or of the machine; trying again may help.
    Failed(Error),
}

/// A refusal under a code, in words.
pub fn refuse<T>(code: &str, message: impl Into<String>) -> Result<T, Stop> {
    Err(PlatformError::refused(code, message).into())
}

/// What the outside learns of a fault of ours; the fault itself is for the log.
pub fn unreachable(error: Error) -> PlatformError {
    if let Error::Unavailable(message) = error {
        return PlatformError::Unreachable { message };
    }
    tracing::error!("an embedded environment failed: {error}");
    PlatformError::Unreachable { message: "Sluice’s own database or store failed; its log says more".into() }
}

/// Why the bytes of a package could not be taken out of the store.
pub fn of_bytes(error: Error) -> Stop {
    if !artifacts::is_damage(&error) {
        return error.into();
    }
    tracing::error!(error = %error, "a stored package is damaged");
    PlatformError::Damaged.into()
}

impl From<PlatformError> for Stop {
    fn from(error: PlatformError) -> Self {
        Stop::Refused(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Failed(error)
    }
}

impl From<diesel::result::Error> for Stop {
    fn from(error: diesel::result::Error) -> Self {
        Stop::Failed(error.into())
    }
}

impl From<PackageError> for Stop {
    fn from(error: PackageError) -> Self {
        match error {
            PackageError::Io(error) => Stop::Failed(error.into()),
            other => PlatformError::refused(other.code(), other.to_string()).into(),
        }
    }
}
