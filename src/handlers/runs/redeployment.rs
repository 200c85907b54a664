//! Redeploy: an earlier succeeded artifact to the same stage again, after a warning.

use actix_web::web;
use askama::Template;

use super::{acts::Asks, retry::permit_to_run};
use crate::{
    app::App,
    db::Conn,
    error::Error,
    models::{
        permit::Permit,
        run::{DeployRun, Run, Start},
        stage::Stage,
    },
    rules::{
        deploy::{self, Asked},
        state::State,
        verdict::Reason,
        versions::{Step, step},
    },
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
    target: String,
    /// The version that the target has now; empty where it has none.
    installed: String,
    /// What that would become.
    step: Step,
    /// Why it cannot be done now; empty where it can.
    why: String,
}

/// `GET /runs/{run}/redeployment`
pub async fn new(may: Permit<DeployRun>, app: web::Data<App>, layout: Layout) -> Answer {
    page(app.db.read(move |c| New::read(c, &may, layout)).await?)
}

impl New {
    fn read(conn: &mut Conn, may: &Permit<DeployRun>, layout: Layout) -> Result<New, Error> {
        succeeded(&may.run)?;
        let stage = Stage::by_id(conn, may.run.stage_id)?;
        let case = Asks::read(conn, may.reach(), may)?.case(conn, &stage, true)?;
        let judgement = case.judge(Asked::Card);
        let facts = case.facts;
        let step = facts.candidate.map_or(Step::Install, |one| step(&one.version, facts.target.version.as_ref()));
        Ok(New {
            layout,
            run: may.run.clone(),
            target: facts.target.name,
            installed: facts.target.version.map(|version| version.to_string()).unwrap_or_default(),
            step,
            why: judgement.first_no().map(Reason::told).unwrap_or_default(),
        })
    }
}

/// `POST /runs/{run}/redeployment`
pub async fn create(may: Permit<DeployRun>, app: web::Data<App>) -> Answer {
    let run = app.db.write(move |c| redeploy(c, &may)).await?;
    app.wake.now();
    see_other(format!("/runs/{}", run.id))
}

fn succeeded(run: &Run) -> Result<(), Error> {
    match run.state {
        State::Succeeded => Ok(()),
        _ => Err(Error::Conflict("Only a run that succeeded can be redeployed.".into())),
    }
}

fn redeploy(conn: &mut Conn, may: &Permit<DeployRun>) -> Result<Run, Error> {
    let run = &may.run;
    succeeded(run)?;
    let next = Start::next(run.stage_id, &run.solution_name, Some(run.source_environment_id));
    let start = Start { artifact: run.artifact_id, redeploy: true, ..next };
    let may_run = permit_to_run(conn, may)?;
    Run::start(conn, &may_run, &start)
}
