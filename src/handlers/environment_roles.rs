//! Members of an environment: giving, changing and taking roles.

use actix_session::Session;
use actix_web::web;

use super::{
    environment_pages::Show,
    environments::path,
    first_administrator::refused,
    principals::{self, Typed},
};
use crate::{
    db::Db,
    error::Error,
    id::GrantId,
    models::{environment::AdministerEnvironment, environment_role::Member, permit::Permit},
    rules::rights::EnvironmentRole,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid},
    },
};

/// `GET /admin/environments/{environment}/roles/matches`
pub async fn matches(_: Permit<AdministerEnvironment>, typed: web::Query<Typed>, db: Db) -> Answer {
    principals::ANYONE.answer(&db, typed.into_inner()).await
}

/// `POST /admin/environments/{environment}/roles`
pub async fn create(
    session: Session,
    db: Db,
    permit: Permit<AdministerEnvironment>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let (asked, who) = (permit.environment.clone(), permit.reach().clone());
    let environment = db.read(move |c| asked.live(c)).await?;
    let (principal, role) =
        (principals::ANYONE.meant(&db, &mut form).await?, form.choice_or::<EnvironmentRole>("role", "Choose a role."));
    if let (Some(principal), Some(role)) = (principal, role) {
        match db.write(move |c| Member::add(c, &permit, principal, role)).await {
            Ok(new) => {
                let message = format!("{} is {} here now.", new.name, role.label());
                return done(&session, path(environment.id), message);
            }
            Err(error) => refused(&mut form, "principal", error)?,
        }
    }
    invalid(db.read(move |c| Show::of(c, &who, environment, layout, form)).await?)
}

/// `POST /admin/environments/{environment}/roles/{role}`
pub async fn update(
    session: Session,
    db: Db,
    permit: Permit<AdministerEnvironment>,
    ids: web::Path<(String, GrantId)>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let Some(role) = form.choice::<EnvironmentRole>("role") else {
        let form = form.of_row("role", ids.1);
        let shown = db.read(move |c| Show::of(c, permit.reach(), permit.environment.clone(), layout, form));
        return invalid(shown.await?);
    };
    let member = db.write(move |c| Ok((Member::change(c, &permit, ids.1, role)?, permit))).await;
    let (member, permit) = member?;
    let message = format!("{} is {} here now.", member.named.name, member.role.label());
    done(&session, still_seen(&db, permit).await?, message)
}

/// `POST /admin/environments/{environment}/roles/{role}/removal`
pub async fn destroy(
    session: Session,
    db: Db,
    permit: Permit<AdministerEnvironment>,
    ids: web::Path<(String, GrantId)>,
) -> Answer {
    let (member, permit) = db.write(move |c| Ok((Member::remove(c, &permit, ids.1)?, permit))).await?;
    let message = format!("{} has no role here any more.", member.named.name);
    done(&session, still_seen(&db, permit).await?, message)
}

// Who has just taken their own role away cannot go back to the page.
async fn still_seen(db: &Db, permit: Permit<AdministerEnvironment>) -> Result<String, Error> {
    db.read(move |c| {
        let role = permit.environment.role(c, permit.person())?;
        let stays = role.is_some_and(EnvironmentRole::may_administer);
        Ok(if stays { path(permit.id) } else { "/".into() })
    })
    .await
}
