//! Redeploy: an earlier succeeded artifact to the same stage again, after a warning.

use actix_web::web;
use askama::Template;

use super::retry::permit_to_run;
use crate::{
    app::App,
    db::Conn,
    error::Error,
    models::{
        permit::Permit,
        run::{DeployRun, Run, Start},
    },
    rules::state::State,
    web::{
        layout::Layout,
        respond::{Answer, page, see_other},
    },
};

#[derive(Template)]
#[template(path = "runs/redeploy.html")]
struct New {
    layout: Layout,
    run: Run,
}

/// `GET /runs/{run}/redeployment`
pub async fn new(may: Permit<DeployRun>, layout: Layout) -> Answer {
    page(New { layout, run: may.run.clone() })
}

/// `POST /runs/{run}/redeployment`
pub async fn create(may: Permit<DeployRun>, app: web::Data<App>) -> Answer {
    let run = app.db.write(move |c| redeploy(c, &may)).await?;
    app.wake.now();
    see_other(format!("/runs/{}", run.id))
}

fn redeploy(conn: &mut Conn, may: &Permit<DeployRun>) -> Result<Run, Error> {
    let run = &may.run;
    if run.state != State::Succeeded {
        return Err(Error::Conflict("Only what succeeded in a stage can be redeployed to it.".into()));
    }
    let next = Start::next(run.stage_id, &run.solution_name, Some(run.source_environment_id));
    let start = Start { artifact: run.artifact_id, redeploy: true, ..next };
    let may_run = permit_to_run(conn, may)?;
    Run::start(conn, &may_run, &start)
}
