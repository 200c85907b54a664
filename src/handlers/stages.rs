//! The stages of a pipeline: adding, editing, retiring.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{deployment_environments::label, pipelines, show_problems};
use crate::{
    db::{Conn, Db},
    error::Error,
    id::{EnvironmentId, PipelineId, StageId},
    models::{
        permit::Permit,
        seen_pipeline::{ManagePipeline, SeenPipeline},
        stage::{Stage, StageInput},
    },
    rules::stages::may_precede,
    web::{
        forms::{Form, TEXT},
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

type Ids = web::Path<(EnvironmentId, PipelineId, StageId)>;

#[derive(Template)]
#[template(path = "stages/form.html")]
struct FormPage {
    layout: Layout,
    seen: SeenPipeline,
    /// The stage that is edited; none for a new one.
    stage: Option<Stage>,
    form: Form,
    previous: Vec<(String, String)>,
    targets: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "stages/retirement.html")]
struct ConfirmRetirement {
    layout: Layout,
    seen: SeenPipeline,
    stage: Stage,
    /// Why it cannot be retired.
    needed: Option<String>,
}

/// `GET /hosts/{host}/pipelines/{pipeline}/stages/new`
pub async fn new(permit: Permit<ManagePipeline>, layout: Layout, db: Db) -> Answer {
    pipelines::must_live(&permit)?;
    let (permit, form) = db
        .read(move |c| {
            let form = first_form(c, &permit)?;
            Ok((permit, form))
        })
        .await?;
    page(form_page(permit, layout, &db, None, form).await?)
}

/// `POST /hosts/{host}/pipelines/{pipeline}/stages`
pub async fn create(
    permit: Permit<ManagePipeline>,
    layout: Layout,
    session: Session,
    db: Db,
    mut form: Form,
) -> Answer {
    let there = pipelines::path(&permit);
    let (permit, attempt) = match stage_input(&mut form) {
        None => (permit, None),
        Some(new) => {
            db.write(move |c| {
                let attempt = Stage::add(c, &permit, &new)?;
                Ok((permit, Some(attempt)))
            })
            .await?
        }
    };
    match attempt {
        Some(Ok(stage)) => return done(&session, there, format!("{} is added.", stage.name)),
        Some(Err(problems)) => show_problems(&mut form, problems),
        None => {}
    }
    invalid(form_page(permit, layout, &db, None, form).await?)
}

/// `GET /hosts/{host}/pipelines/{pipeline}/stages/{stage}/edit`
pub async fn edit(permit: Permit<ManagePipeline>, ids: Ids, layout: Layout, db: Db) -> Answer {
    pipelines::must_live(&permit)?;
    let stage = find(&permit, ids.2, &db).await?;
    let form = Form::of([
        ("name", stage.name.clone()),
        ("description", stage.description.clone()),
        ("previous", stage.previous_stage_id.map(|id| id.to_string()).unwrap_or_default()),
        ("target", stage.target_id.to_string()),
    ]);
    page(form_page(permit, layout, &db, Some(stage), form).await?)
}

/// `POST /hosts/{host}/pipelines/{pipeline}/stages/{stage}`
pub async fn update(
    permit: Permit<ManagePipeline>,
    ids: Ids,
    layout: Layout,
    session: Session,
    db: Db,
    mut form: Form,
) -> Answer {
    let (there, id) = (pipelines::path(&permit), ids.2);
    let stage = find(&permit, id, &db).await?;
    let (permit, attempt) = match stage_input(&mut form) {
        None => (permit, None),
        Some(new) => {
            db.write(move |c| {
                let attempt = Stage::edit(c, &permit, id, &new)?;
                Ok((permit, Some(attempt)))
            })
            .await?
        }
    };
    match attempt {
        Some(Ok(stage)) => return done(&session, there, format!("{} is saved.", stage.name)),
        Some(Err(problems)) => show_problems(&mut form, problems),
        None => {}
    }
    invalid(form_page(permit, layout, &db, Some(stage), form).await?)
}

/// `GET /hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement`
pub async fn confirm_retirement(permit: Permit<ManagePipeline>, ids: Ids, layout: Layout, db: Db) -> Answer {
    pipelines::must_live(&permit)?;
    let stage = find(&permit, ids.2, &db).await?;
    let seen = permit.into_subject();
    let confirm = db.read(move |c| Ok(ConfirmRetirement { needed: stage.needed(c)?, layout, seen, stage }));
    page(confirm.await?)
}

/// `POST /hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement`
pub async fn retire(permit: Permit<ManagePipeline>, ids: Ids, layout: Layout, session: Session, db: Db) -> Answer {
    let stage = find(&permit, ids.2, &db).await?;
    let (seen, id) = ((*permit).clone(), ids.2);
    match db.write(move |c| Stage::retire(c, &permit, id)).await {
        Ok(stage) => done(&session, pipelines::path(&seen), format!("{} is retired.", stage.name)),
        Err(Error::Conflict(message)) => invalid(ConfirmRetirement { layout, seen, stage, needed: Some(message) }),
        Err(error) => Err(error),
    }
}

// Behind the last stage, and to the target that no stage has yet where that is one only.
fn first_form(conn: &mut Conn, permit: &Permit<ManagePipeline>) -> Result<Form, Error> {
    let stages = Stage::in_order(Stage::of_pipeline(conn, permit.id)?);
    let previous = stages.last().map(|(_, stage)| stage.id.to_string()).unwrap_or_default();
    let mut targets = Stage::targets(conn, permit)?;
    targets.retain(|record| stages.iter().all(|(_, stage)| stage.target_id != record.id));
    let target = match targets.as_slice() {
        [only] => only.id.to_string(),
        _ => String::new(),
    };
    Ok(Form::of([("previous", previous), ("target", target)]))
}

fn stage_input(form: &mut Form) -> Option<StageInput> {
    let name = form.name("name");
    let description = form.text("description", TEXT);
    let previous = form.optional_choice("previous");
    let target = form.choice_or("target", "Choose a target environment.");
    Some(StageInput { name: name?, description: description?, previous: previous?, target: target? })
}

async fn find(permit: &Permit<ManagePipeline>, id: StageId, db: &Db) -> Result<Stage, Error> {
    let pipeline = permit.pipeline.clone();
    db.read(move |c| Stage::of(c, &pipeline, id)).await
}

async fn form_page(
    permit: Permit<ManagePipeline>,
    layout: Layout,
    db: &Db,
    stage: Option<Stage>,
    form: Form,
) -> Result<FormPage, Error> {
    db.read(move |c| {
        let facts: Vec<_> =
            Stage::in_order(Stage::of_pipeline(c, permit.id)?).iter().map(|(_, stage)| stage.facts()).collect();
        let candidates = match &stage {
            Some(stage) => may_precede(&facts, stage.id),
            None => facts.iter().collect(),
        };
        let none = (String::new(), "None: this is the first stage".to_owned());
        let previous = candidates.into_iter().map(|stage| (stage.id.to_string(), stage.name.clone()));
        let previous = [none].into_iter().chain(previous).collect();
        let choose = (String::new(), "Choose a target environment".to_owned());
        let targets = Stage::targets(c, &permit)?.into_iter();
        let targets = targets.map(|record| (record.id.to_string(), label(&record)));
        let targets = [choose].into_iter().chain(targets).collect();
        Ok(FormPage { layout, seen: permit.into_subject(), stage, form, previous, targets })
    })
    .await
}
