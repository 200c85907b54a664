//! What goes wrong with the database, in words: what may pass by itself is no fault of Sluice. The cause is logged here,
//! since people learn only that it is so.

use diesel::{
    r2d2::PoolError,
    result::{DatabaseErrorKind, Error as DieselError},
};

use crate::error::Error;

const AWAY: &str =
    "The database does not answer now. Try again in a minute; if that does not help, tell your administrator.";

/// What PostgreSQL says while it stops, starts or takes nothing, where the connection outlives the sentence, and what its
/// client says of a connection that is lost.
const STOPS: [&str; 10] = [
    "terminating connection",
    "the database system is",
    "read-only transaction",
    "remaining connection slots",
    "too many clients",
    "server closed the connection",
    "could not receive data from server",
    "could not send data to server",
    "connection not open",
    "no connection to the server",
];
/// What SQLite says where its file cannot be read or written now.
const FAILS: [&str; 4] = ["disk I/O error", "database is locked", "unable to open database file", "readonly database"];
/// What they say where there is no room, SQLite and PostgreSQL.
const FULL: [&str; 2] = ["database or disk is full", "No space left on device"];

/// What is wrong, as far as it is none of our faults.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    Away,
    Full,
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        if matches!(error, DieselError::NotFound) {
            return Error::NotFound;
        }
        let trouble = trouble(&error);
        if trouble.is_some() {
            tracing::warn!(error = %error, "the database failed");
        }
        match trouble {
            Some(Trouble::Away) => Error::Unavailable(AWAY.into()),
            Some(Trouble::Full) => Error::full_disk(),
            None => Error::Internal(error.into()),
        }
    }
}

/// No connection came in time.
impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        tracing::warn!(error = %error, "the database has no connection to spare");
        Error::Unavailable(AWAY.into())
    }
}

/// A connection could not be made.
impl From<diesel::r2d2::Error> for Error {
    fn from(error: diesel::r2d2::Error) -> Self {
        match error {
            diesel::r2d2::Error::QueryError(error) => Error::from(error),
            diesel::r2d2::Error::ConnectionError(error) => {
                tracing::warn!(error = %error, "the database cannot be opened");
                Error::Unavailable(AWAY.into())
            }
        }
    }
}

fn trouble(error: &DieselError) -> Option<Trouble> {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
        // A transaction that ended without being asked went with its connection.
        | DieselError::BrokenTransactionManager
        | DieselError::NotInTransaction => Some(Trouble::Away),
        DieselError::DatabaseError(_, told) => {
            let says = |words: &[&str]| words.iter().any(|words| told.message().contains(words));
            if says(&FULL) {
                return Some(Trouble::Full);
            }
            (says(&STOPS) || says(&FAILS)).then_some(Trouble::Away)
        }
        // Each of both may be the one that says it: of a lost connection the first sentence can be anything.
        DieselError::RollbackErrorOnCommit { rollback_error, commit_error } => {
            trouble(commit_error).or_else(|| trouble(rollback_error))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: DatabaseErrorKind, message: &str) -> DieselError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn a_database_that_is_away_or_full_is_no_fault_of_sluice() {
        let lost = told(DatabaseErrorKind::ClosedConnection, "server closed the connection unexpectedly");
        assert_eq!(trouble(&lost), Some(Trouble::Away));
        let stops = "terminating connection due to administrator command";
        assert_eq!(trouble(&told(DatabaseErrorKind::Unknown, stops)), Some(Trouble::Away));
        let full = || told(DatabaseErrorKind::Unknown, "database or disk is full");
        assert_eq!(trouble(&full()), Some(Trouble::Full));
        let nothing_to_roll_back = told(DatabaseErrorKind::Unknown, "cannot rollback - no transaction is active");
        let twice = DieselError::RollbackErrorOnCommit {
            rollback_error: Box::new(nothing_to_roll_back),
            commit_error: Box::new(full()),
        };
        assert_eq!(trouble(&twice), Some(Trouble::Full));
        let lost_on_the_way = DieselError::RollbackErrorOnCommit {
            rollback_error: Box::new(told(DatabaseErrorKind::ClosedConnection, "server closed the connection")),
            commit_error: Box::new(told(DatabaseErrorKind::Unknown, "no sense in this")),
        };
        assert_eq!(trouble(&lost_on_the_way), Some(Trouble::Away));
        assert!(
            matches!(Error::from(full()), Error::Unavailable(words) if words.contains("disk of the server is full"))
        );
    }

    #[test]
    fn what_is_a_fault_stays_one() {
        let wrong = told(DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: users.email");
        assert_eq!(trouble(&wrong), None);
        assert!(matches!(Error::from(wrong), Error::Internal(_)));
        assert!(matches!(Error::from(DieselError::NotFound), Error::NotFound));
    }
}
