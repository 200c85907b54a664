//! A pipeline's linked development environments: adding and unlinking them.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{deployment_environments::label, pipelines, show_problems};
use crate::{
    db::Db,
    error::Error,
    id::{DeploymentEnvironmentId, EnvironmentId, PipelineId},
    models::{
        deployment_environment::DeploymentEnvironment,
        permit::Permit,
        pipeline::Pipeline,
        seen_pipeline::{ManagePipeline, SeenPipeline},
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

type Ids = web::Path<(EnvironmentId, PipelineId, DeploymentEnvironmentId)>;

#[derive(Template)]
#[template(path = "pipeline_sources/new.html")]
struct New {
    layout: Layout,
    seen: SeenPipeline,
    form: Form,
    records: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "pipeline_sources/removal.html")]
struct ConfirmRemoval {
    layout: Layout,
    seen: SeenPipeline,
    source: DeploymentEnvironment,
}

/// `GET /hosts/{host}/pipelines/{pipeline}/environments/new`
pub async fn new(permit: Permit<ManagePipeline>, layout: Layout, db: Db) -> Answer {
    pipelines::must_live(&permit)?;
    page(form_page(permit.into_subject(), layout, &db, Form::default()).await?)
}

/// `POST /hosts/{host}/pipelines/{pipeline}/environments`
pub async fn create(
    permit: Permit<ManagePipeline>,
    layout: Layout,
    session: Session,
    db: Db,
    mut form: Form,
) -> Answer {
    let seen = (*permit).clone();
    if let Some(id) = form.choice_or("record", "Choose a development environment.") {
        match db.write(move |c| Pipeline::link(c, &permit, id)).await? {
            Ok(source) => return done(&session, pipelines::path(&seen), format!("{} is linked.", source.name)),
            Err(problems) => show_problems(&mut form, problems),
        }
    }
    invalid(form_page(seen, layout, &db, form).await?)
}

/// `GET /hosts/{host}/pipelines/{pipeline}/environments/{record}/removal`
pub async fn confirm_removal(permit: Permit<ManagePipeline>, ids: Ids, layout: Layout, db: Db) -> Answer {
    pipelines::must_live(&permit)?;
    let (seen, id) = (permit.into_subject(), ids.2);
    let shown = db
        .read(move |c| {
            let source = seen.source(c, id)?;
            Ok(ConfirmRemoval { layout, seen, source })
        })
        .await?;
    page(shown)
}

/// `POST /hosts/{host}/pipelines/{pipeline}/environments/{record}/removal`
pub async fn remove(permit: Permit<ManagePipeline>, ids: Ids, session: Session, db: Db) -> Answer {
    let (there, id) = (pipelines::path(&permit), ids.2);
    let source = db.write(move |c| Pipeline::unlink(c, &permit, id)).await?;
    done(&session, there, format!("{} is no longer linked.", source.name))
}

async fn form_page(seen: SeenPipeline, layout: Layout, db: &Db, form: Form) -> Result<New, Error> {
    db.read(move |c| {
        let records = seen.linkable(c)?;
        let mut form = form;
        if let ([only], "") = (records.as_slice(), form.value("record")) {
            form.set("record", only.id.to_string());
        }
        let option = |record: DeploymentEnvironment| (record.id.to_string(), label(&record));
        Ok(New { layout, seen, form, records: records.into_iter().map(option).collect() })
    })
    .await
}
