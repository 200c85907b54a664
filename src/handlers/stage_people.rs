//! Who can deploy to a stage, for who administers its pipeline.

use actix_web::web;
use askama::Template;

use super::listed::{Listed, Wanted};
use crate::{
    db::Db,
    error::Error,
    id::{EnvironmentId, PipelineId, StageId},
    models::{
        deployer::Deployer,
        permit::Permit,
        seen_pipeline::{ManagePipeline, SeenPipeline},
        stage::Stage,
    },
    web::{
        layout::Layout,
        respond::{Answer, page},
    },
};

type Ids = web::Path<(EnvironmentId, PipelineId, StageId)>;

#[derive(Template)]
#[template(path = "stage_people/index.html")]
struct Index {
    layout: Layout,
    seen: SeenPipeline,
    stage: Stage,
    people: Listed<Deployer>,
}

/// `GET /hosts/{host}/pipelines/{pipeline}/stages/{stage}/people`
pub async fn index(
    permit: Permit<ManagePipeline>,
    ids: Ids,
    wanted: web::Query<Wanted>,
    layout: Layout,
    db: Db,
) -> Answer {
    let (seen, id) = (permit.into_subject(), ids.2);
    let shown = db
        .read(move |c| {
            let stage = Stage::by_id(c, id)?;
            if stage.pipeline_id != seen.pipeline.id || stage.retired_at.is_some() {
                return Err(Error::NotFound);
            }
            let all = Deployer::of_stage(c, &seen.host, &seen.pipeline, &stage)?;
            let text = |one: &Deployer| format!("{} {}", one.person.name, one.person.email);
            Ok(Index { layout, seen, stage, people: Listed::of(all, wanted.into_inner(), text) })
        })
        .await?;
    page(shown)
}
