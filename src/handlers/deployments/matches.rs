//! The pipelines that a history can be narrowed to, while one types a name.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::{
    db::Conn,
    error::Error,
    handlers::visit::Visit,
    id::EnvironmentId,
    models::{host::SeeHostRuns, permit::Permit, person::UseAccount, run::Scope},
    web::{
        html::Html,
        layout::Layout,
        respond::{Answer, fragment},
    },
};

/// How many are offered at once.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "deployments/_matches.html")]
struct Offer {
    names: Vec<String>,
}

/// What was typed so far.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    pipeline: String,
}

/// `GET /deployments/matches`
pub async fn index(visit: Visit<UseAccount>, typed: web::Query<Typed>) -> Answer {
    let offered = move |c: &mut Conn, may: Permit<UseAccount>, _: Layout| {
        let scope = Scope::of(may.reach());
        Html::of(offer(c, &scope, None, &typed.pipeline)?)
    };
    fragment(visit.read(offered).await?)
}

/// `GET /hosts/{host}/runs/matches`
pub async fn of_host(visit: Visit<SeeHostRuns>, typed: web::Query<Typed>) -> Answer {
    let offered = move |c: &mut Conn, may: Permit<SeeHostRuns>, _: Layout| {
        Html::of(offer(c, &Scope::All, Some(may.id), &typed.pipeline)?)
    };
    fragment(visit.read(offered).await?)
}

fn offer(conn: &mut Conn, scope: &Scope, host: Option<EnvironmentId>, text: &str) -> Result<Offer, Error> {
    let mut names: Vec<_> = scope.called(conn, host, text)?.into_iter().map(|(_, name)| name).collect();
    names.dedup();
    names.truncate(SHOWN);
    Ok(Offer { names })
}
