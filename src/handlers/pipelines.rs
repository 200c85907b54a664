//! Configuration → Pipelines: the pipelines of a host and what each consists of.

mod acts;

use actix_session::Session;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::show_problems;
use crate::{
    db::Db,
    error::Error,
    handlers::clock,
    models::{
        deployment_environment::DeploymentEnvironment,
        host::{Host, ManageHost},
        permit::Permit,
        pipeline::{Pipeline, PipelineInput, lacks},
        seen_pipeline::{ManagePipeline, SeenPipeline},
        stage::Stage,
    },
    web::{
        forms::{Form, TEXT},
        layout::Layout,
        respond::{Answer, done, invalid, page},
        time::Moment,
    },
};

pub use acts::{confirm_retirement, retire};

#[derive(Template)]
#[template(path = "pipelines/index.html")]
struct Index {
    layout: Layout,
    host: Host,
    rows: Vec<Row>,
    retired: bool,
}

struct Row {
    pipeline: Pipeline,
    stages: usize,
    lacks: Vec<String>,
    changed: Option<Moment>,
}

#[derive(Template)]
#[template(path = "pipelines/new.html")]
struct New {
    layout: Layout,
    host: Host,
    form: Form,
}

#[derive(Template)]
#[template(path = "pipelines/edit.html")]
struct Edit {
    layout: Layout,
    seen: SeenPipeline,
    form: Form,
}

#[derive(Template)]
#[template(path = "pipelines/configure.html")]
struct Configure {
    layout: Layout,
    seen: SeenPipeline,
    sources: Vec<DeploymentEnvironment>,
    stages: Vec<(usize, Stage)>,
    lacks: Vec<String>,
}

impl Configure {
    fn previous(&self, stage: &Stage) -> &str {
        let previous = self.stages.iter().find(|(_, other)| Some(other.id) == stage.previous_stage_id);
        previous.map_or("", |(_, other)| &other.name)
    }
}

/// Which pipelines a list shows.
#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    show: String,
}

/// `GET /hosts/{host}/pipelines`
pub async fn index(permit: Permit<ManageHost>, layout: Layout, db: Db, filter: web::Query<Filter>) -> Answer {
    let retired = filter.show == "retired";
    let clock = clock::of(permit.person());
    let host = permit.into_subject();
    let listed = db
        .read(move |c| {
            let pipelines = Pipeline::of_host(c, &host, retired)?;
            let ids: Vec<_> = pipelines.iter().map(|pipeline| pipeline.id).collect();
            let sources = Pipeline::sources_of(c, &ids)?;
            let stages = Stage::of_pipelines(c, &ids)?;
            let changes = Pipeline::last_changes(c, host.id)?;
            let row = |pipeline: Pipeline| {
                let sources = sources.iter().filter(|(id, _)| *id == pipeline.id).map(|(_, source)| source.clone());
                let stages: Vec<_> = stages.iter().filter(|one| one.pipeline_id == pipeline.id).cloned().collect();
                let lacks = lacks(&sources.collect::<Vec<_>>(), &stages).all().map(str::to_owned).collect();
                let changed = changes.get(&pipeline.id.to_string()).map(|at| clock.tell(*at));
                Row { pipeline, stages: stages.len(), lacks, changed }
            };
            let rows = pipelines.into_iter().map(row).collect();
            Ok(Index { layout, host, rows, retired })
        })
        .await?;
    page(listed)
}

/// `GET /hosts/{host}/pipelines/new`
pub async fn new(permit: Permit<ManageHost>, layout: Layout) -> Answer {
    page(New { layout, host: permit.into_subject(), form: Form::default() })
}

/// `POST /hosts/{host}/pipelines`
pub async fn create(permit: Permit<ManageHost>, layout: Layout, session: Session, db: Db, mut form: Form) -> Answer {
    let host = (*permit).clone();
    if let Some(new) = pipeline_input(&mut form) {
        match db.write(move |c| Pipeline::create(c, &permit, &new)).await? {
            Ok(pipeline) => {
                let sentence =
                    format!("{} is created. Next, link a development environment and add stages.", pipeline.name);
                return done(&session, path(&pipeline), sentence);
            }
            Err(problems) => show_problems(&mut form, problems),
        }
    }
    invalid(New { layout, host, form })
}

/// `GET /hosts/{host}/pipelines/{pipeline}`
pub async fn configure(permit: Permit<ManagePipeline>, layout: Layout, db: Db) -> Answer {
    let seen = permit.into_subject();
    let shown = db
        .read(move |c| {
            let sources = seen.sources(c)?;
            let stages = Stage::of_pipeline(c, seen.id)?;
            let lacks = lacks(&sources, &stages).all().map(str::to_owned).collect();
            Ok(Configure { layout, seen, sources, stages: Stage::in_order(stages), lacks })
        })
        .await?;
    page(shown)
}

/// `GET /hosts/{host}/pipelines/{pipeline}/edit`
pub async fn edit(permit: Permit<ManagePipeline>, layout: Layout) -> Answer {
    let seen = permit.into_subject();
    let mut form = Form::of([("name", seen.name.clone()), ("description", seen.description.clone())]);
    if seen.allow_redeploy {
        form.set("allow_redeploy", "on");
    }
    page(Edit { layout, seen, form })
}

/// `POST /hosts/{host}/pipelines/{pipeline}`
pub async fn update(
    permit: Permit<ManagePipeline>,
    layout: Layout,
    session: Session,
    db: Db,
    mut form: Form,
) -> Answer {
    let seen = (*permit).clone();
    if let Some(new) = pipeline_input(&mut form) {
        match db.write(move |c| Pipeline::edit(c, &permit, &new)).await? {
            Ok(()) => return done(&session, path(&seen), "The pipeline is saved."),
            Err(problems) => show_problems(&mut form, problems),
        }
    }
    invalid(Edit { layout, seen, form })
}

fn pipeline_input(form: &mut Form) -> Option<PipelineInput> {
    let name = form.name("name");
    let description = form.text("description", TEXT);
    let allow_redeploy = form.tick("allow_redeploy");
    Some(PipelineInput { name: name?, description: description?, allow_redeploy: allow_redeploy? })
}

/// Where a pipeline is configured.
pub fn path(pipeline: &Pipeline) -> String {
    format!("/hosts/{}/pipelines/{}", pipeline.host_id, pipeline.id)
}

/// Refuses a page that would change a pipeline which is retired.
pub fn must_live(pipeline: &Pipeline) -> Result<(), Error> {
    match pipeline.retired_at {
        None => Ok(()),
        Some(_) => Err(Error::Conflict(format!("{} is retired, so nothing about it changes.", pipeline.name))),
    }
}
