//! Cancel.

use actix_session::Session;
use actix_web::web;

use crate::{
    app::App,
    models::{
        permit::Permit,
        run::{CancelRun, Run},
    },
    rules::state::State,
    web::respond::{Answer, done},
};

/// `POST /runs/{run}/cancellation`
pub async fn create(may: Permit<CancelRun>, app: web::Data<App>, session: Session) -> Answer {
    let (path, target) = (format!("/runs/{}", may.run.id), may.run.target_name.clone());
    let state = app.db.write(move |c| Run::cancel(c, &may)).await?;
    app.wake.now();
    match state {
        State::Canceled => done(&session, path, "The deployment is canceled. Nothing was changed in its target."),
        _ => done(&session, path, format!("{target} was asked to stop. This page shows whether it did.")),
    }
}
