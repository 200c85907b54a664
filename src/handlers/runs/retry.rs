//! Retry: a new run with the same artifact and pre-filled settings.

use actix_web::web;

use crate::{
    app::App,
    db::Conn,
    error::Error,
    models::{
        permit::{Path, Permit},
        run::{DeployRun, Run, Start},
        seen_pipeline::RunPipeline,
    },
    rules::state::State,
    web::respond::{Answer, see_other},
};

/// `POST /runs/{run}/retry`
pub async fn create(may: Permit<DeployRun>, app: web::Data<App>) -> Answer {
    let run = app.db.write(move |c| retry(c, &may)).await?;
    app.wake.now();
    see_other(format!("/runs/{}", run.id))
}

fn retry(conn: &mut Conn, may: &Permit<DeployRun>) -> Result<Run, Error> {
    let run = &may.run;
    if !matches!(run.state, State::Failed | State::Canceled) {
        return Err(Error::Conflict("Only a failed or canceled run can be tried again.".into()));
    }
    let start = Start {
        artifact: run.artifact_id,
        source: Some(run.source_environment_id),
        redeploy: run.redeploy,
        retry_of: Some(run.id),
        settings: run.settings()?,
        notes: run.notes.clone(),
        ..Start::next(run.stage_id, &run.solution_name, None)
    };
    let may_run = permit_to_run(conn, may)?;
    Run::start(conn, &may_run, &start)
}

/// The permit to run the pipeline of a run, checked anew.
pub(super) fn permit_to_run(conn: &mut Conn, may: &Permit<DeployRun>) -> Result<Permit<RunPipeline>, Error> {
    let path = Path::of([("pipeline", may.run.pipeline_id.to_string())]);
    let permit = Permit::<RunPipeline>::check(conn, may.person().clone(), &path)?;
    Ok(permit.from(may.address()))
}
