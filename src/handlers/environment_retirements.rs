//! Retiring an environment, after a page that says what happens or what stands against it.

use actix_session::Session;
use askama::Template;

use crate::{
    db::Db,
    models::{
        environment::{AdministerEnvironment, AdministerEnvironments, Environment, Place, Use},
        permit::{Path, Permit},
    },
    web::{
        layout::Layout,
        respond::{Answer, done, page},
    },
};

#[derive(Template)]
#[template(path = "environments/retirement.html")]
struct New {
    layout: Layout,
    environment: Environment,
    uses: Vec<Use>,
}

// Where a use can be ended: the address and what its page is called.
fn way(place: &Place) -> (String, &'static str) {
    match place {
        Place::Pipelines(host) => (format!("/hosts/{host}/pipelines"), "Pipelines"),
        Place::Records(host) => (format!("/hosts/{host}/environments"), "Environments"),
        Place::Record(host, record) => (format!("/hosts/{host}/environments/{record}"), "Open the record"),
        Place::Deployments => ("/deployments".to_owned(), "Deployments"),
    }
}

/// `GET /admin/environments/{environment}/retirement`
pub async fn new(db: Db, permit: Permit<AdministerEnvironment>, layout: Layout) -> Answer {
    let asked = move |c: &mut _| {
        let environment = permit.environment.clone().unretired()?;
        let uses = environment.uses(c, permit.reach())?;
        Ok((environment, uses))
    };
    let (environment, uses) = db.read(asked).await?;
    page(New { layout, environment, uses })
}

/// `POST /admin/environments/{environment}/retirement`
pub async fn create(session: Session, db: Db, permit: Permit<AdministerEnvironment>) -> Answer {
    let (message, person) = (format!("{} is retired.", permit.name), permit.person().clone());
    db.write(move |c| Environment::retire(c, &permit)).await?;
    let others = db.read(move |c| Ok(Permit::<AdministerEnvironments>::check(c, person, &Path::default()).is_ok()));
    // Whoever administered this one only has no list to go back to.
    done(&session, if others.await? { "/admin/environments" } else { "/" }, message)
}
