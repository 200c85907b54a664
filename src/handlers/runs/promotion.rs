//! Promote: the artifact of a succeeded run, to a next stage.

use actix_web::web;

use super::retry::permit_to_run;
use crate::{
    app::App,
    db::Conn,
    error::Error,
    id::StageId,
    models::{
        permit::Permit,
        run::{DeployRun, Run, Start},
    },
    rules::state::State,
    web::{
        forms::Form,
        respond::{Answer, see_other},
    },
};

/// `POST /runs/{run}/promotion`
pub async fn create(may: Permit<DeployRun>, app: web::Data<App>, mut form: Form) -> Answer {
    let Some(stage) = form.choice::<StageId>("stage") else {
        return Err(Error::BadRequest("Choose the stage to promote to.".into()));
    };
    let run = app.db.write(move |c| promote(c, &may, stage)).await?;
    app.wake.now();
    see_other(format!("/runs/{}", run.id))
}

fn promote(conn: &mut Conn, may: &Permit<DeployRun>, stage: StageId) -> Result<Run, Error> {
    if may.run.state != State::Succeeded {
        return Err(Error::Conflict("Only a run that succeeded can be promoted.".into()));
    }
    let next = Start::next(stage, &may.run.solution_name, Some(may.run.source_environment_id));
    let start = Start { artifact: may.run.artifact_id, ..next };
    let may_run = permit_to_run(conn, may)?;
    Run::start(conn, &may_run, &start)
}
