//! Operations by hand: what a person asks of an environment past any pipeline.

use diesel::{dsl::exists, prelude::*};

use super::{NewOperation, OperationKind};
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, OperationId},
    models::{
        audit::{Change, Kind, Subject, Verb},
        environment::{ChangeSolutions, Environment},
        permit::Permit,
    },
    rules::{
        by_hand::{self, ByHand},
        stages::ValidationStatus,
        validation::RecordKind,
    },
    schema::deployment_environments,
};

/// What is to be done by hand.
#[derive(Debug)]
pub struct Order {
    pub kind: OperationKind,
    /// What is to be done, in the words of the platform.
    pub input: String,
    /// The unique name of the solution that it is done to.
    pub solution: String,
    /// What it changes, for the log.
    pub changes: Vec<Change>,
    /// Why it is done past the pipelines; empty where nothing asks for it.
    pub reason: String,
}

/// The records by which an environment is a validated target of runs.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn targets(id: EnvironmentId) -> _ {
    let (kind, status): (RecordKind, ValidationStatus) = (RecordKind::Target, ValidationStatus::Success);
    deployment_environments::table
        .filter(deployment_environments::environment_id.eq(id))
        .filter(deployment_environments::kind.eq(kind))
        .filter(deployment_environments::status.eq(status))
        .filter(deployment_environments::retired_at.is_null())
}

impl Order {
    /// Puts the operation into the queue.
    ///
    /// # Errors
    /// Forbidden where changes come by runs only; a conflict where a reason is missing or the environment is retired.
    pub fn queue(self, conn: &mut Conn, may: &Permit<ChangeSolutions>) -> Result<OperationId, Error> {
        if may.retired_at.is_some() {
            return Err(Error::Conflict(format!("{} is retired: nothing in it can be changed.", may.name)));
        }
        let mut why = String::new();
        if self.changes() {
            // As it is by now: the permit is of the moment before.
            let is_target = diesel::select(exists(targets(may.id))).get_result(conn)?;
            match by_hand::by_hand(is_target, may.role) {
                ByHand::Free => (),
                ByHand::Refused => {
                    let administrators = Environment::administrators(conn, may.id)?;
                    return Err(Error::Forbidden(by_hand::refusal(&may.name, &administrators)));
                }
                ByHand::WithReason if self.reason.is_empty() => {
                    return Err(Error::Conflict("Say why this is done past the pipelines.".into()));
                }
                ByHand::WithReason => why = format!("Past the pipelines: {}", self.reason),
            }
        }
        let (kind, lane) = (self.kind, self.changes());
        let new = NewOperation { environment: may.id, run: None, kind, lane, input: self.input };
        let id = new.queue(conn, may.person().id)?;
        let Some(verb) = told(kind) else { return Ok(id) };
        let entry = may.by().did(verb, Subject::new(Kind::Solution, id, &self.solution)).because(why);
        entry.set("Environment", &may.name).with(self.changes).record(conn)?;
        Ok(id)
    }

    fn changes(&self) -> bool {
        !matches!(self.kind, OperationKind::Export | OperationKind::Check)
    }
}

// A check changes nothing.
fn told(kind: OperationKind) -> Option<Verb> {
    match kind {
        OperationKind::Export => Some(Verb::Export),
        OperationKind::Import => Some(Verb::Import),
        OperationKind::Uninstall => Some(Verb::Uninstall),
        OperationKind::SetVersion => Some(Verb::SetVersion),
        OperationKind::Check => None,
    }
}
