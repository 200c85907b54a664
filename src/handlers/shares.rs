//! With whom a pipeline is shared.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{
    listed::{Listed, Wanted},
    principals::{self, Chooser, Typed},
    show_problems,
};
use crate::{
    db::Db,
    error::Error,
    id::{EnvironmentId, GrantId, PipelineId},
    models::{
        holder::Holder,
        permit::Permit,
        seen_pipeline::{ManagePipeline, SeenPipeline},
        share::Share,
        stage::Stage,
    },
    rules::rights::Access,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

type Ids = web::Path<(EnvironmentId, PipelineId, GrantId)>;

#[derive(Template)]
#[template(path = "shares/index.html")]
struct Index {
    layout: Layout,
    seen: SeenPipeline,
    shares: Vec<Share>,
    chooser: Chooser,
    form: Form,
    accesses: Vec<(String, String)>,
    everybody: Listed<Holder>,
    stages: Vec<(usize, Stage)>,
}

#[derive(Template)]
#[template(path = "shares/removal.html")]
struct ConfirmRemoval {
    layout: Layout,
    seen: SeenPipeline,
    share: Share,
}

/// `GET /hosts/{host}/pipelines/{pipeline}/shares`
pub async fn index(permit: Permit<ManagePipeline>, wanted: web::Query<Wanted>, layout: Layout, db: Db) -> Answer {
    page(list(permit.into_subject(), layout, &db, Form::default(), wanted.into_inner()).await?)
}

/// `GET /hosts/{host}/pipelines/{pipeline}/shares/matches`
pub async fn matches(_: Permit<ManagePipeline>, typed: web::Query<Typed>, db: Db) -> Answer {
    principals::ANYONE.answer(&db, typed.into_inner()).await
}

/// `POST /hosts/{host}/pipelines/{pipeline}/shares`
pub async fn create(
    permit: Permit<ManagePipeline>,
    layout: Layout,
    session: Session,
    db: Db,
    mut form: Form,
) -> Answer {
    let seen = (*permit).clone();
    let (principal, access) =
        (principals::ANYONE.meant(&db, &mut form).await?, form.choice_or::<Access>("access", "Choose View or Run."));
    if let (Some(principal), Some(access)) = (principal, access) {
        match db.write(move |c| Share::add(c, &permit, principal, access)).await? {
            Ok(share) => {
                let sentence = format!("{} is shared with {}.", seen.name, share.named.name);
                return done(&session, path(&seen), sentence);
            }
            Err(problems) => show_problems(&mut form, problems),
        }
    }
    invalid(list(seen, layout, &db, form, Wanted::default()).await?)
}

/// `POST /hosts/{host}/pipelines/{pipeline}/shares/{share}`
pub async fn update(
    permit: Permit<ManagePipeline>,
    ids: Ids,
    layout: Layout,
    session: Session,
    db: Db,
    mut form: Form,
) -> Answer {
    let (there, id) = (path(&permit), ids.2);
    let Some(access) = form.choice::<Access>("access") else {
        let form = form.of_row("access", id);
        return invalid(list(permit.into_subject(), layout, &db, form, Wanted::default()).await?);
    };
    let share = db.write(move |c| Share::change(c, &permit, id, access)).await?;
    done(&session, there, format!("The share of {} is now {}.", share.named.name, share.access.label()))
}

/// `GET /hosts/{host}/pipelines/{pipeline}/shares/{share}/removal`
pub async fn confirm_removal(permit: Permit<ManagePipeline>, ids: Ids, layout: Layout, db: Db) -> Answer {
    let (seen, id) = (permit.into_subject(), ids.2);
    let shown = db
        .read(move |c| {
            let share = Share::by_id(c, &seen.pipeline, id)?;
            Ok(ConfirmRemoval { layout, seen, share })
        })
        .await?;
    page(shown)
}

/// `POST /hosts/{host}/pipelines/{pipeline}/shares/{share}/removal`
pub async fn remove(permit: Permit<ManagePipeline>, ids: Ids, session: Session, db: Db) -> Answer {
    let (there, id) = (path(&permit), ids.2);
    let share = db.write(move |c| Share::remove(c, &permit, id)).await?;
    done(&session, there, format!("The share of {} is removed.", share.named.name))
}

async fn list(seen: SeenPipeline, layout: Layout, db: &Db, mut form: Form, wanted: Wanted) -> Result<Index, Error> {
    db.read(move |c| {
        let (shares, holders) = Share::with_holders(c, &seen.pipeline)?;
        let chooser = principals::ANYONE.chooser(c, &mut form, format!("{}/matches", path(&seen)))?;
        let everybody = everybody(holders, wanted);
        let stages = Stage::in_order(Stage::of_pipeline(c, seen.id)?);
        let accesses = Access::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect();
        Ok(Index { layout, seen, shares, chooser, form, accesses, everybody, stages })
    })
    .await
}

/// Those who are looked for among people, by name or email.
pub fn everybody(all: Vec<Holder>, wanted: Wanted) -> Listed<Holder> {
    Listed::of(all, wanted, |one| format!("{} {}", one.person.name, one.person.email))
}

fn path(seen: &SeenPipeline) -> String {
    format!("{}/shares", super::pipelines::path(&seen.pipeline))
}
