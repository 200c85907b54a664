//! Cancel.

use actix_session::Session;
use actix_web::web;

use crate::{
    app::App,
    models::{
        permit::Permit,
        run::{CancelRun, Run},
    },
    web::respond::{Answer, done},
};

/// `POST /runs/{run}/cancellation`
pub async fn create(may: Permit<CancelRun>, app: web::Data<App>, session: Session) -> Answer {
    let path = format!("/runs/{}", may.run.id);
    app.db.write(move |c| Run::cancel(c, &may)).await?;
    app.wake.now();
    done(&session, path, "The run is canceled. Nothing was changed in its target.")
}
