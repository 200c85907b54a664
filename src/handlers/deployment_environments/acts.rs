//! What is done to a record besides editing: Refresh, Force Link, Retire.

use actix_session::Session;
use askama::Template;

use super::{Elsewhere, elsewhere, path};
use crate::{
    db::Db,
    error::Error,
    models::{
        deployment_environment::{DeploymentEnvironment, ForceLink, ManageDeploymentEnvironment, Registered},
        permit::Permit,
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "deployment_environments/force_link.html")]
struct ConfirmForceLink {
    layout: Layout,
    found: Registered,
    elsewhere: Option<Elsewhere>,
    form: Form,
}

#[derive(Template)]
#[template(path = "deployment_environments/retirement.html")]
struct ConfirmRetirement {
    layout: Layout,
    found: Registered,
    uses: Vec<String>,
}

/// `POST /hosts/{host}/environments/{record}/validation`
pub async fn refresh(permit: Permit<ManageDeploymentEnvironment>, session: Session, db: Db) -> Answer {
    let there = path(&permit);
    let sentence = format!("{} is being validated.", permit.name);
    db.write(move |c| DeploymentEnvironment::refresh(c, &permit)).await?;
    done(&session, there, sentence)
}

/// `GET /hosts/{host}/environments/{record}/force-link`
pub async fn confirm_force_link(permit: Permit<ForceLink>, layout: Layout, db: Db) -> Answer {
    page(force_link_page(&permit, layout, &db, Form::default()).await?)
}

/// `POST /hosts/{host}/environments/{record}/force-link`
pub async fn force_link(permit: Permit<ForceLink>, layout: Layout, session: Session, db: Db) -> Answer {
    let shown = force_link_page(&permit, layout, &db, Form::default()).await?;
    let (host, name) = (permit.host.name().to_owned(), permit.name.clone());
    match db.write(move |c| DeploymentEnvironment::force_link(c, &permit)).await {
        Ok(()) => done(&session, path(&shown.found), format!("{name} now belongs to {host} and is being validated.")),
        Err(Error::Conflict(message)) => {
            let mut form = Form::default();
            form.refuse(message);
            invalid(ConfirmForceLink { form, ..shown })
        }
        Err(error) => Err(error),
    }
}

/// `GET /hosts/{host}/environments/{record}/retirement`
pub async fn confirm_retirement(permit: Permit<ManageDeploymentEnvironment>, layout: Layout, db: Db) -> Answer {
    let found = permit.into_subject();
    let (found, uses) = db
        .read(move |c| {
            let uses = found.uses(c)?;
            Ok((found, uses))
        })
        .await?;
    page(ConfirmRetirement { layout, found, uses })
}

/// `POST /hosts/{host}/environments/{record}/retirement`
pub async fn retire(permit: Permit<ManageDeploymentEnvironment>, session: Session, db: Db) -> Answer {
    let there = format!("/hosts/{}/environments", permit.host.id);
    let sentence = format!("{} is retired.", permit.name);
    db.write(move |c| DeploymentEnvironment::retire(c, &permit)).await?;
    done(&session, there, sentence)
}

async fn force_link_page(
    permit: &Permit<ForceLink>,
    layout: Layout,
    db: &Db,
    form: Form,
) -> Result<ConfirmForceLink, Error> {
    let (who, found) = (permit.reach().clone(), (**permit).clone());
    db.read(move |c| {
        let elsewhere = elsewhere(c, &found, &who)?;
        Ok(ConfirmForceLink { layout, found, elsewhere, form })
    })
    .await
}
