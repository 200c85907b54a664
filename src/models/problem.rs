//! What only the database can find wrong with a form: said beside the field that it belongs to.

use crate::error::Error;

/// A sentence and the name of the field that it stands beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: &'static str,
    pub message: String,
}

impl Problem {
    /// This sentence beside this field.
    pub fn new(field: &'static str, message: impl Into<String>) -> Problem {
        Problem { field, message: message.into() }
    }
}

/// What a verb brought, or why nothing was changed.
pub type Attempt<T> = Result<Result<T, Vec<Problem>>, Error>;

/// An attempt that failed for one reason.
pub fn problem<T>(field: &'static str, message: impl Into<String>) -> Attempt<T> {
    Ok(Err(vec![Problem::new(field, message)]))
}
