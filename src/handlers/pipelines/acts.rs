//! Retiring a pipeline.

use actix_session::Session;
use askama::Template;

use super::path;
use crate::{
    db::Db,
    error::Error,
    models::{
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

#[derive(Template)]
#[template(path = "pipelines/retirement.html")]
struct ConfirmRetirement {
    layout: Layout,
    seen: SeenPipeline,
    form: Form,
}

/// `GET /hosts/{host}/pipelines/{pipeline}/retirement`
pub async fn confirm_retirement(permit: Permit<ManagePipeline>, layout: Layout) -> Answer {
    page(ConfirmRetirement { layout, seen: permit.into_subject(), form: Form::default() })
}

/// `POST /hosts/{host}/pipelines/{pipeline}/retirement`
pub async fn retire(permit: Permit<ManagePipeline>, layout: Layout, session: Session, db: Db) -> Answer {
    let seen = (*permit).clone();
    match db.write(move |c| Pipeline::retire(c, &permit)).await {
        Ok(()) => {
            let sentence = format!("{} is retired. Its runs stay readable.", seen.name);
            done(&session, path(&seen), sentence)
        }
        Err(Error::Conflict(message)) => {
            let mut form = Form::default();
            form.refuse(message);
            invalid(ConfirmRetirement { layout, seen, form })
        }
        Err(error) => Err(error),
    }
}
