//! Operations by hand, as the maker's pages show them.

mod asked;

use std::collections::HashSet;

use chrono::{NaiveDateTime, TimeDelta};

pub use asked::{About, Asked, Described};

use super::live;
use crate::{
    db::{self, Conn},
    error::Error,
    handlers::clock,
    models::{
        environment::Environment,
        operation::{Operation, OperationKind, OperationState},
        person::Person,
    },
    platform::{Act, PlatformError},
    web::time::{Clock, Moment},
};

/// How long an ended operation stays on the pages of who began it, in minutes.
const SHOWN_MINUTES: i64 = 60;
/// How long success is news, in minutes.
const NEWS_MINUTES: i64 = 5;

/// An operation on a page.
#[derive(Debug)]
pub struct Row {
    /// What is done to which solution.
    pub title: String,
    /// The solution's unique name.
    pub solution: String,
    /// What people call the solution.
    pub name: String,
    pub state: OperationState,
    pub percent: Option<i32>,
    pub message: String,
    pub failure: Option<Failure>,
    pub by: String,
    pub began: Moment,
    /// The page with the packages that an export brought.
    pub exported: Option<String>,
}

/// Why an operation failed.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    /// The platform's code; empty where it has none.
    pub code: String,
}

impl Row {
    /// Those of an environment that have not ended, and the person's own that ended lately.
    pub fn all(conn: &mut Conn, at: &Environment, person: &Person) -> Result<Vec<Row>, Error> {
        let now = db::now();
        let (since, clock) = (now - TimeDelta::minutes(SHOWN_MINUTES), clock::at(person, now));
        let all = Operation::by_hand(conn, at.id, person, since)?;
        let news = all.iter().filter(|(operation, _)| is_news(operation, now));
        let mut rows = news.map(|(operation, by)| Row::of(operation, by, &clock)).collect::<Result<Vec<_>, Error>>()?;
        // Of what ended, the last one of each solution says it all.
        let mut ended = HashSet::new();
        rows.retain(|row| row.is_open() || ended.insert(row.solution.clone()));
        Ok(rows)
    }

    /// One operation, which this person began.
    pub fn of(operation: &Operation, by: &str, clock: &Clock) -> Result<Row, Error> {
        let asked = Asked::of(operation)?;
        let exported = match &asked.act {
            Act::Export { solution } if operation.state != OperationState::Failed => Some(format!(
                "/environments/{}/solutions/{solution}/exports/{}",
                operation.environment_id, operation.id
            )),
            _ => None,
        };
        Ok(Row {
            title: title(operation.kind, &asked),
            solution: asked.about.unique_name,
            name: asked.about.display_name,
            state: operation.state,
            percent: operation.percent,
            message: operation.message.clone(),
            failure: Failure::of(operation),
            by: by.to_owned(),
            began: clock.tell(operation.created_at),
            exported,
        })
    }

    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        matches!(self.state, OperationState::Waiting | OperationState::Running)
    }

    /// The badge's kind and icon.
    pub fn badge(&self) -> (&'static str, &'static str) {
        match self.state {
            OperationState::Waiting => ("", "clock"),
            OperationState::Running => ("live", "sync"),
            OperationState::Succeeded => ("good", "success"),
            OperationState::Failed => ("bad", "error"),
        }
    }
}

/// Whether some of them go on or failed, so that people should see them before all else.
pub fn matter(rows: &[Row]) -> bool {
    rows.iter().any(|row| row.state != OperationState::Succeeded)
}

// What succeeded shows in the list itself, but an export is fetched later, and a check is a page of its own.
fn is_news(operation: &Operation, now: NaiveDateTime) -> bool {
    let lately = || operation.ended_at.is_none_or(|at| now - at < TimeDelta::minutes(NEWS_MINUTES));
    match (operation.kind, operation.state) {
        (OperationKind::Check, _) => false,
        (OperationKind::Export, _) => true,
        (_, OperationState::Succeeded) => lately(),
        _ => true,
    }
}

fn title(kind: OperationKind, asked: &Asked) -> String {
    let (name, version) = (&asked.about.display_name, &asked.about.version);
    match kind {
        OperationKind::Import if asked.new => format!("Creation of {name} {version}"),
        OperationKind::Export => format!("Export of {name} {version}"),
        OperationKind::Check => format!("Check of {name} {version}"),
        OperationKind::Import => format!("Import of {name} {version}"),
        OperationKind::Uninstall => format!("Removal of {name} {version}"),
        OperationKind::SetVersion => format!("Raise of {name} to {version}"),
    }
}

impl Failure {
    /// Why the operation failed, if it did.
    pub fn of(operation: &Operation) -> Option<Failure> {
        if operation.state != OperationState::Failed {
            return None;
        }
        let error = operation.error.as_deref().and_then(|text| serde_json::from_str::<PlatformError>(text).ok());
        Some(match error {
            Some(error) => {
                let code = live::code(&error).unwrap_or_default().to_owned();
                Failure { message: live::words(&error), code }
            }
            None if operation.message.is_empty() => {
                Failure { message: "It failed without saying why. Try again.".into(), code: String::new() }
            }
            None => Failure { message: operation.message.clone(), code: String::new() },
        })
    }
}
