//! Looking at an environment anew: what is seen is written down.

use actix_session::Session;
use actix_web::web;

use super::{live, solutions::list_path};
use crate::{
    app::App,
    models::{environment::ViewEnvironment, permit::Permit, sighting::Sighting},
    web::respond::{Answer, done, flash, see_other},
};

/// `POST /environments/{environment}/sightings`
pub async fn create(may: Permit<ViewEnvironment>, session: Session, app: web::Data<App>) -> Answer {
    let environment = may.into_subject().environment;
    let path = list_path(environment.id);
    match live::platform(&app, &environment).solutions(environment.id).await {
        Ok(solutions) => {
            let seen: Vec<_> = solutions.iter().map(live::seen).collect();
            app.db.write(move |c| Sighting::replace(c, environment.id, &seen)).await?;
            done(&session, path, "This is what the environment has now.")
        }
        Err(error) => {
            flash(&session, "bad", format!("{} What was last seen stays below.", live::words(&error)))?;
            see_other(path)
        }
    }
}
