//! Deploy on a stage's card: what will happen, and Next.

use actix_web::{http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

use crate::{
    app::App,
    db::Conn,
    error::Error,
    handlers::{
        runs::told::{self, Tense},
        solutions::solution_path,
    },
    id::{EnvironmentId, StageId},
    models::{
        environment::Seen,
        permit::{Path, Permit},
        reach::Reach,
        run::{Ask, Case, Own, Run, Start},
        seen_pipeline::RunPipeline,
        stage::Stage,
    },
    package::checks::Finding,
    rules::{deploy::Asked, verdict::Reason},
    web::{
        address,
        forms::Form,
        layout::Layout,
        respond::{Answer, page, page_with, see_other},
    },
};

#[derive(Template)]
#[template(path = "stage_runs/new.html")]
struct New {
    layout: Layout,
    pipeline: String,
    stage: Stage,
    solution: String,
    display_name: String,
    source: Option<EnvironmentId>,
    source_name: String,
    target_name: String,
    /// What the deployment will do.
    sentence: String,
    exports: bool,
    warnings: Vec<Finding>,
    /// Where the version can be raised, where the solution changed since it was bound, or what it is bound to was removed.
    raise: Option<String>,
    why: String,
    back: String,
    action: String,
}

/// Which solution, and from where.
#[derive(Deserialize)]
pub struct Which {
    solution: String,
    source: Option<EnvironmentId>,
}

/// `GET /pipelines/{pipeline}/stages/{stage}/runs/new`
pub async fn new(
    may: Permit<RunPipeline>,
    app: web::Data<App>,
    layout: Layout,
    path: web::Path<(String, StageId)>,
    which: web::Query<Which>,
) -> Answer {
    let (stage, which) = (path.into_inner().1, which.into_inner());
    page(app.db.read(move |c| New::read(c, &may, layout, stage, which)).await?)
}

/// `POST /pipelines/{pipeline}/stages/{stage}/runs`: **Next**
pub async fn create(
    may: Permit<RunPipeline>,
    app: web::Data<App>,
    layout: Layout,
    path: web::Path<(String, StageId)>,
    mut form: Form,
) -> Answer {
    let stage = path.into_inner().1;
    let (Some(solution), Some(source)) = (form.line("solution", 256), form.optional_choice("source")) else {
        return Err(Error::BadRequest("Choose a solution and its environment.".into()));
    };
    let start = Start::next(stage, &solution, source);
    let started = app.db.write(move |c| {
        see_source(c, may.reach(), start.source)?;
        match Run::start(c, &may, &start) {
            Err(Error::Conflict(why)) => Ok(Err((may, why))),
            run => run.map(Ok),
        }
    });
    let (may, why) = match started.await? {
        Ok(run) => {
            app.wake.now();
            return see_other(format!("/runs/{}", run.id));
        }
        Err(refused) => refused,
    };
    let which = Which { solution, source };
    let again = app.db.read(move |c| New::read(c, &may, layout, stage, which)).await?;
    page_with(StatusCode::CONFLICT, New { why, ..again })
}

impl New {
    fn read(
        conn: &mut Conn,
        may: &Permit<RunPipeline>,
        layout: Layout,
        stage: StageId,
        which: Which,
    ) -> Result<New, Error> {
        see_source(conn, may.reach(), which.source)?;
        let stage = Stage::by_id(conn, stage)?;
        if stage.pipeline_id != may.pipeline.id || stage.retired_at.is_some() {
            return Err(Error::NotFound);
        }
        let mut situation = may.situation(conn, may.reach(), &which.solution)?;
        let ask = Ask { stage: &stage, source: which.source, artifact: None, redeploy: false, own: Own::Nothing };
        let case = Case::read(conn, &mut situation, ask)?;
        let judgement = case.judge(Asked::Card);
        let why = judgement.first_no().map(Reason::told);
        let candidate = case.facts.candidate.as_ref();
        let raised = candidate.is_some_and(|candidate| candidate.changed_since || candidate.removed.is_some());
        let raise = which.source.filter(|_| raised);
        Ok(New {
            raise: raise.map(|source| format!("/environments/{source}/solutions/{}/version", which.solution)),
            layout,
            pipeline: may.pipeline.name.clone(),
            exports: case.artifact.is_none(),
            sentence: sentence(&case),
            source_name: case.facts.source.name.clone(),
            target_name: case.facts.target.name.clone(),
            display_name: case.display_name,
            warnings: judgement.warnings.clone(),
            why: why.unwrap_or_default(),
            back: back(may, &which),
            action: format!("/pipelines/{}/stages/{}/runs", may.pipeline.id, stage.id),
            solution: which.solution,
            source: which.source,
            stage,
        })
    }
}

// What will happen in the target.
fn sentence(case: &Case) -> String {
    let version = case.facts.candidate.as_ref().map(|one| one.version.to_string()).unwrap_or_default();
    let before = case.facts.target.version.as_ref().map(ToString::to_string);
    let what = format!("{} {version}", case.display_name);
    format!("{}.", told::installs(Tense::Future, &what, &version, before.as_deref(), &case.facts.target.name))
}

// What the rules say names the source and what it has: nothing for who may not see it.
fn see_source(conn: &mut Conn, who: &Reach, source: Option<EnvironmentId>) -> Result<(), Error> {
    match source {
        Some(source) => Seen::find(conn, who, &Path::of([("environment", source.to_string())])).map(drop),
        None => Ok(()),
    }
}

// The page whose card was pressed.
fn back(may: &Permit<RunPipeline>, which: &Which) -> String {
    let pipeline = may.pipeline.id;
    match which.source {
        Some(source) => format!("{}/pipelines?pipeline={pipeline}", solution_path(source, &which.solution)),
        None => format!("/pipelines/{pipeline}?solution={}", address::part(&which.solution)),
    }
}
