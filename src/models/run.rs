//! Runs: one deployment of one artifact to one stage, kept with the texts of its moment.

mod advance;
mod arrived;
mod cards;
mod case;
mod choices;
mod history;
mod journey;
mod kept;
mod log;
mod newest;
mod occupant;
mod permits;
mod schedule;
mod scope;
mod situation;
mod start;
mod step;
mod track;

use chrono::NaiveDateTime;
use diesel::prelude::*;

pub use advance::Live;
pub use cards::{Card, cards, origins};
pub use case::{Ask, Case, Own};
pub use choices::{Choices, Pipelines};
pub use history::{Filter, PAGE, Row, fitting, history, recent};
pub use newest::{Newest, solutions_of};
pub use occupant::Occupant;
pub use permits::{CancelRun, DeployRun, MoveRun, SeenRun, ViewRun};
pub use scope::Scope;
pub use situation::Situation;
pub use start::Start;
pub use step::{Step, StepKind, StepState};
pub use track::LastRun;

use super::audit::By;
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::{ArtifactId, EnvironmentId, PersonId, PipelineId, RunId, StageId},
    package::{checks::Checks, version::Version},
    rules::{
        settings::DeploymentSettings,
        state::{self, Event, State},
        verdict::Judgement,
    },
    schema::runs,
};

/// One deployment of one artifact to one stage.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = runs)]
pub struct Run {
    pub id: RunId,
    pub host_id: EnvironmentId,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub source_environment_id: EnvironmentId,
    pub target_environment_id: EnvironmentId,
    pub artifact_id: Option<ArtifactId>,
    pub retry_of: Option<RunId>,
    pub redeploy: bool,
    pub state: State,
    pub host_name: String,
    pub pipeline_name: String,
    pub stage_name: String,
    pub previous_stage_name: Option<String>,
    pub source_name: String,
    pub source_guid: String,
    pub target_name: String,
    pub target_guid: String,
    /// The solution's unique name.
    pub solution_name: String,
    pub solution_key: String,
    pub solution_display_name: String,
    pub publisher: String,
    pub version: String,
    /// The version that the target had before.
    pub version_before: Option<String>,
    pub managed_hash: Option<String>,
    pub managed_size: Option<i64>,
    pub unmanaged_hash: Option<String>,
    pub unmanaged_size: Option<i64>,
    checks: Option<String>,
    judgement: Option<String>,
    settings: String,
    pub notes: String,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub error_advice: Option<String>,
    /// What the environment answered, for who manages the pipeline.
    pub error_raw: Option<String>,
    pub started_by: PersonId,
    pub started_by_name: String,
    pub started_at: NaiveDateTime,
    pub deployed_by: Option<PersonId>,
    pub deployed_by_name: Option<String>,
    pub deployed_at: Option<NaiveDateTime>,
    pub canceled_by_name: Option<String>,
    scheduled_for: Option<NaiveDateTime>,
    schedule_zone: Option<String>,
    /// Who chose the time last.
    pub scheduled_by_name: Option<String>,
    pub ended_at: Option<NaiveDateTime>,
}

/// Why a run failed, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub advice: String,
    pub raw: String,
}

impl Run {
    /// The run with this key.
    pub fn by_id(conn: &mut Conn, id: RunId) -> Result<Run, Error> {
        Ok(unvaried!(Run::query().filter(runs::id.eq(id))).first(conn)?)
    }

    /// What the target said of the package when it was last asked.
    pub fn checks(&self) -> Result<Option<Checks>, Error> {
        Ok(self.checks.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// What the rules said when they were last asked.
    pub fn judgement(&self) -> Result<Option<Judgement>, Error> {
        Ok(self.judgement.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// Connections and values that this run sets.
    pub fn settings(&self) -> Result<DeploymentSettings, Error> {
        Ok(serde_json::from_str(&self.settings)?)
    }

    /// Its version, parsed.
    ///
    /// # Errors
    /// Never for what was written by us.
    pub fn version(&self) -> Result<Version, Error> {
        self.version.parse().map_err(|e| Error::internal(format!("run {}: {e}", self.id)))
    }

    /// Whether something unfinished uses what the condition names.
    pub fn any_unfinished_of_pipeline(conn: &mut Conn, pipeline: PipelineId) -> Result<bool, Error> {
        let unfinished = runs::table.filter(runs::pipeline_id.eq(pipeline)).filter(runs::ended_at.is_null());
        Ok(diesel::select(diesel::dsl::exists(unfinished)).get_result(conn)?)
    }

    /// Moves the run on by an event and tells the audit log; `why` says more of it in words.
    fn step_to(&self, conn: &mut Conn, by: &By, event: Event, why: &str) -> Result<State, Error> {
        let next = self.step(conn, event)?;
        self.moved(by, event, next).because(why).record(conn)?;
        Ok(next)
    }

    /// Moves the run on by an event, if it is still where we saw it; the caller tells the audit log.
    ///
    /// # Errors
    /// A conflict with the sentence of the state machine, or when somebody else moved it meanwhile.
    fn step(&self, conn: &mut Conn, event: Event) -> Result<State, Error> {
        let next = self.next(event)?;
        let here = runs::table.filter(runs::id.eq(self.id)).filter(runs::state.eq(self.state));
        let ended = (runs::state.eq(next), runs::ended_at.eq(crate::db::now()));
        let moved = match next {
            State::Succeeded => self.arrive(conn)?,
            _ if next.is_final() => unvaried!(diesel::update(here).set(ended)).execute(conn)?,
            _ => unvaried!(diesel::update(here).set(runs::state.eq(next))).execute(conn)?,
        };
        one_moved(moved).map(|()| next)
    }

    fn next(&self, event: Event) -> Result<State, Error> {
        state::next(self.state, event).map_err(|refusal| Error::Conflict(refusal.sentence))
    }
}

fn one_moved(rows: usize) -> Result<(), Error> {
    match rows {
        1 => Ok(()),
        _ => Err(Error::Conflict("This run has moved on meanwhile. Look again.".into())),
    }
}
