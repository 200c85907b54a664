//! The steps of a run, as they were taken.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::{RunId, StepId},
    models::column::text_columns,
    rules::words,
    schema::run_steps,
};

/// What is done in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    Export,
    Check,
    /// The fresh check just before the import.
    Recheck,
    Import,
}

words!(StepKind {
    Export = "export", "Export";
    Check = "check", "Check";
    Recheck = "recheck", "Final check";
    Import = "import", "Import";
});

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    Running,
    Succeeded,
    Failed,
    Canceled,
}

words!(StepState {
    Running = "running", "Running";
    Succeeded = "succeeded", "Succeeded";
    Failed = "failed", "Failed";
    Canceled = "canceled", "Canceled";
});

text_columns!(StepKind, StepState);

/// A step of a run.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = run_steps)]
pub struct Step {
    pub id: StepId,
    pub kind: StepKind,
    pub state: StepState,
    pub message: String,
    pub started_at: NaiveDateTime,
    pub ended_at: Option<NaiveDateTime>,
}

impl Step {
    /// The steps of a run, in order.
    pub fn of_run(conn: &mut Conn, run: RunId) -> Result<Vec<Step>, Error> {
        Ok(unvaried!(Step::query().filter(run_steps::run_id.eq(run)).order(run_steps::id)).load(conn)?)
    }

    /// Writes that a step begins.
    pub(super) fn begin(conn: &mut Conn, run: RunId, kind: StepKind, message: &str) -> Result<(), Error> {
        unvaried!(diesel::insert_into(run_steps::table).values((
            run_steps::id.eq(StepId::new()),
            run_steps::run_id.eq(run),
            run_steps::kind.eq(kind),
            run_steps::state.eq(StepState::Running),
            run_steps::message.eq(message),
            run_steps::started_at.eq(db::now()),
        )))
        .execute(conn)?;
        Ok(())
    }

    /// Writes how the step that is under way ended.
    pub(super) fn end(conn: &mut Conn, run: RunId, state: StepState, message: &str) -> Result<(), Error> {
        let open = run_steps::table.filter(run_steps::run_id.eq(run)).filter(run_steps::ended_at.is_null());
        let ended = (run_steps::state.eq(state), run_steps::message.eq(message), run_steps::ended_at.eq(db::now()));
        unvaried!(diesel::update(open).set(ended)).execute(conn)?;
        Ok(())
    }
}
