//! Search over solutions, pipelines and runs.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::{
    deployments::{RowView, rows},
    solutions::solution_path,
};
use crate::{
    handlers::{clock, visit::Visit},
    models::{
        environment::Environment,
        person::UseAccount,
        search::{Found, run_named},
        seen_pipeline::SeenPipeline,
        sighting::Sighting,
    },
    web::{
        layout::Layout,
        respond::{Answer, page, see_other},
    },
};

#[derive(Template)]
#[template(path = "search/index.html")]
struct Index {
    layout: Layout,
    q: String,
    /// Each with the address of its page.
    solutions: Vec<(Sighting, Environment, String)>,
    pipelines: Vec<SeenPipeline>,
    runs: Vec<RowView>,
    nothing: bool,
}

/// What is looked for.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// `GET /search`; the key of a run leads to that run.
pub async fn index(visit: Visit<UseAccount>, asked: web::Query<Asked>) -> Answer {
    let q = asked.into_inner().q;
    let (found, named) = visit
        .read(move |c, may, layout| {
            let named = run_named(c, may.reach(), &q)?;
            let found = if named.is_some() { Found::default() } else { Found::by(c, may.reach(), &q)? };
            let clock = clock::of(may.person());
            let path = |seen: &Sighting| solution_path(seen.environment_id, &seen.unique_name);
            let index = Index {
                layout,
                nothing: found.is_empty(),
                solutions: found.solutions.into_iter().map(|(seen, at)| (seen.clone(), at, path(&seen))).collect(),
                pipelines: found.pipelines,
                runs: rows(&clock, found.runs),
                q: q.trim().to_owned(),
            };
            Ok((index, named))
        })
        .await?;
    match named {
        Some(run) => see_other(format!("/runs/{run}")),
        None => page(found),
    }
}
