//! What follows when an environment did not do what it was asked: try again, and when, or give up.

use chrono::TimeDelta;

/// How often in a row an operation is tried in vain before it is given up: about a quarter of an hour without an answer.
pub const MOST_ATTEMPTS: i32 = 20;
/// The longest wait before the next try, in seconds, unless the environment asks for more.
const LONGEST_WAIT: i64 = 60;
/// The longest wait that an environment may ask for, in seconds: no operation waits longer for its next try or poll.
pub const LONGEST_ASKED: i64 = 15 * 60;

/// What keeps an operation from going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The environment does something else and asks for so many seconds. That is no fault: it may last as long as the
    /// operation may.
    Busy { retry_after: u64 },
    /// There was no answer, or none that tells whether it happened.
    NoAnswer,
    /// It said no, for good.
    Refusal,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again after this time.
    After(TimeDelta),
    GiveUp,
}

/// What follows from this trouble after so many attempts in vain before.
pub fn next(trouble: Trouble, attempts: i32) -> Next {
    match trouble {
        Trouble::Refusal => Next::GiveUp,
        Trouble::Busy { retry_after } => {
            let asked = i64::try_from(retry_after).unwrap_or(LONGEST_ASKED);
            Next::After(TimeDelta::seconds(asked.clamp(1, LONGEST_ASKED)))
        }
        Trouble::NoAnswer if attempts + 1 >= MOST_ATTEMPTS => Next::GiveUp,
        Trouble::NoAnswer => Next::After(TimeDelta::seconds((1 << attempts.clamp(0, 6)).min(LONGEST_WAIT))),
    }
}
