//! Next: beginning a run.

use diesel::prelude::*;

use super::{Ask, Case, Newest, Own, Run, Situation, Step, StepKind, StepState};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{ArtifactId, EnvironmentId, RunId, StageId},
    models::{
        artifact::Artifact,
        audit::By,
        host::Host,
        operation::{NewOperation, OperationKind},
        permit::Permit,
        pipeline::Pipeline,
        seen_pipeline::RunPipeline,
        stage::Stage,
    },
    rules::{
        deploy::Asked,
        settings::DeploymentSettings,
        state::{Event, State},
    },
    schema::runs,
};

/// What is to be deployed where.
#[derive(Debug, Clone)]
pub struct Start {
    pub stage: StageId,
    /// The solution's unique name.
    pub solution: String,
    /// The development environment; for the first stage.
    pub source: Option<EnvironmentId>,
    /// The very artifact, for Promote, Redeploy and Retry.
    pub artifact: Option<ArtifactId>,
    pub redeploy: bool,
    pub retry_of: Option<RunId>,
    /// What the run that is tried again had set.
    pub settings: DeploymentSettings,
    pub notes: String,
}

impl Start {
    /// Next on a stage's card.
    pub fn next(stage: StageId, solution: &str, source: Option<EnvironmentId>) -> Start {
        Start {
            stage,
            solution: solution.to_owned(),
            source,
            artifact: None,
            redeploy: false,
            retry_of: None,
            settings: DeploymentSettings::default(),
            notes: String::new(),
        }
    }
}

impl Run {
    /// Begins a run: it exports, or takes the artifact that there is, and checks it against the target.
    ///
    /// # Errors
    /// A conflict with the first rule's reason when the rules say no.
    pub fn start(conn: &mut Conn, may: &Permit<RunPipeline>, start: &Start) -> Result<Run, Error> {
        let pipeline = Pipeline::lock(conn, may.pipeline.id)?;
        let stage = live_stage(conn, &pipeline, start.stage)?;
        let host = Host::by_id(conn, pipeline.host_id)?;
        let mut situation = Situation::of(conn, may.reach(), &pipeline, &host, &start.solution)?;
        let given = start.artifact.map(|id| Artifact::by_id(conn, id)).transpose()?;
        let ask = Ask {
            stage: &stage,
            source: start.source,
            artifact: given.as_ref(),
            redeploy: start.redeploy,
            own: Own::Nothing,
        };
        let case = Case::read(conn, &mut situation, ask)?;
        if let Some(reason) = case.judge(Asked::Card).first_no() {
            return Err(Error::Conflict(reason.told()));
        }
        supersede(conn, &stage, &start.solution, &may.person().name)?;
        let run = insert(conn, may, &pipeline, &stage, &case, start)?;
        run.begun(&may.by(), start).record(conn)?;
        match &case.artifact {
            Some(artifact) => {
                let artifact = still_whole(conn, artifact)?;
                run.takes(conn, &artifact)?;
            }
            None => run.exports(conn)?,
        }
        Run::by_id(conn, run.id)
    }

    fn exports(&self, conn: &mut Conn) -> Result<(), Error> {
        Step::begin(conn, self.id, StepKind::Export, &format!("Exporting from {}", self.source_name))?;
        let export = NewOperation {
            environment: self.source_environment_id,
            run: Some(self.id),
            kind: OperationKind::Export,
            lane: false,
            input: String::new(),
        };
        export.queue(conn, self.started_by).map(|_| ())
    }

    /// Holds this artifact from now on, and has it checked against the target.
    pub(super) fn takes(&self, conn: &mut Conn, artifact: &Artifact) -> Result<(), Error> {
        diesel::update(runs::table.find(self.id))
            .set((
                runs::artifact_id.eq(artifact.id),
                runs::version.eq(&artifact.version),
                runs::publisher.eq(&artifact.publisher),
                runs::solution_display_name.eq(&artifact.display_name),
                runs::managed_hash.eq(&artifact.managed_hash),
                runs::managed_size.eq(artifact.managed_size),
                runs::unmanaged_hash.eq(&artifact.unmanaged_hash),
                runs::unmanaged_size.eq(artifact.unmanaged_size),
            ))
            .execute(conn)?;
        Step::begin(conn, self.id, StepKind::Check, &format!("Checking against {}", self.target_name))?;
        self.queue(conn, OperationKind::Check, false, self.started_by).map(|_| ())
    }

    /// Queues an operation on the target.
    pub(super) fn queue(
        &self,
        conn: &mut Conn,
        kind: OperationKind,
        lane: bool,
        by: crate::id::PersonId,
    ) -> Result<crate::id::OperationId, Error> {
        self.operation(kind, lane).queue(conn, by)
    }

    /// An operation on the target.
    pub(super) fn operation(&self, kind: OperationKind, lane: bool) -> NewOperation {
        NewOperation { environment: self.target_environment_id, run: Some(self.id), kind, lane, input: String::new() }
    }
}

// The rules read the artifact before it was held: who retires it holds it too, and then looks for runs.
fn still_whole(conn: &mut Conn, artifact: &Artifact) -> Result<Artifact, Error> {
    let artifact = Artifact::lock(conn, artifact.id)?;
    artifact.whole().map(|()| artifact)
}

fn live_stage(conn: &mut Conn, pipeline: &Pipeline, id: StageId) -> Result<Stage, Error> {
    let stage = Stage::by_id(conn, id)?;
    match stage.pipeline_id == pipeline.id && stage.retired_at.is_none() {
        true => Ok(stage),
        false => Err(Error::NotFound),
    }
}

// A newer Next of the same solution and stage ends those that still wait for Deploy.
fn supersede(conn: &mut Conn, stage: &Stage, solution: &str, by: &str) -> Result<(), Error> {
    let waiting = Run::query()
        .filter(runs::stage_id.eq(stage.id))
        .filter(runs::solution_key.eq(db::fold(solution)))
        .filter(runs::state.eq(State::ValidationSucceeded));
    for run in waiting.load(conn)? {
        let run: Run = run;
        run.step_to(conn, &By::sluice(), Event::Superseded, &format!("{by} started a newer run."))?;
        Step::end(conn, run.id, StepState::Canceled, "Replaced by a newer run.")?;
    }
    Ok(())
}

fn insert(
    conn: &mut Conn,
    may: &Permit<RunPipeline>,
    pipeline: &Pipeline,
    stage: &Stage,
    case: &Case,
    start: &Start,
) -> Result<Run, Error> {
    let (Some(source), Some(target), Some(candidate)) = (&case.source, &case.target, &case.facts.candidate) else {
        return Err(Error::internal("the rules allowed a run without source, target or version"));
    };
    let person = may.person();
    let (id, key) = (RunId::new(), db::fold(&start.solution));
    diesel::insert_into(runs::table)
        .values((
            (
                runs::id.eq(id),
                runs::host_id.eq(case.way.host.id),
                runs::pipeline_id.eq(pipeline.id),
                runs::stage_id.eq(stage.id),
                runs::source_environment_id.eq(source.id),
                runs::target_environment_id.eq(target.id),
                runs::retry_of.eq(start.retry_of),
                runs::redeploy.eq(start.redeploy),
                runs::state.eq(State::Validating),
                runs::settings.eq(start.settings.to_json()),
                runs::notes.eq(&start.notes),
            ),
            (
                runs::host_name.eq(case.way.host.name()),
                runs::pipeline_name.eq(&pipeline.name),
                runs::stage_name.eq(&stage.name),
                runs::previous_stage_name.eq(case.previous.as_ref().map(|stage| stage.name.clone())),
                runs::source_name.eq(&source.name),
                runs::source_guid.eq(&source.guid),
                runs::target_name.eq(&target.name),
                runs::target_guid.eq(&target.guid),
            ),
            (
                runs::solution_name.eq(&start.solution),
                runs::solution_key.eq(&key),
                runs::solution_display_name.eq(&case.display_name),
                runs::publisher.eq(&case.publisher),
                runs::version.eq(candidate.version.to_string()),
                runs::version_before.eq(case.facts.target.version.as_ref().map(|version| version.to_string())),
                runs::started_by.eq(person.id),
                runs::started_by_name.eq(&person.name),
                runs::started_at.eq(db::now()),
            ),
        ))
        .execute(conn)?;
    Newest::note(conn, pipeline.id, stage.id, &key, id)?;
    Run::by_id(conn, id)
}
