//! Deploy: settings and notes of a validated run, for now or for later.

use actix_session::Session;
use actix_web::web;

use super::{again, schedule_form, settings_form};
use crate::{
    app::App,
    db,
    error::Error,
    handlers::clock,
    models::{
        permit::Permit,
        run::{DeployRun, Run},
    },
    rules::state::State,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, see_other},
    },
};

/// `POST /runs/{run}/deployment`
pub async fn create(
    may: Permit<DeployRun>,
    app: web::Data<App>,
    layout: Layout,
    session: Session,
    mut form: Form,
) -> Answer {
    if may.run.state != State::ValidationSucceeded {
        return Err(Error::Conflict(format!("This run is {} and no longer waits for Deploy.", may.run.state.label())));
    }
    let checks = may.run.checks()?.unwrap_or_default();
    let target = may.run.target_name.clone();
    let connections = app.platforms.embedded().connections(may.run.target_environment_id).await;
    let connections = connections.map_err(|error| Error::Conflict(format!("{target} could not be asked: {error}.")))?;
    let (seen, who, path) = ((*may).clone(), may.reach().clone(), format!("/runs/{}", may.run.id));
    let clock = clock::at(&who, app.db.read(|c| Ok(db::clock(c)?)).await?);
    let when = schedule_form::read(&mut form, &who, &clock);
    let settled = settings_form::read(&mut form, &checks, &connections, &target);
    let (Some(when), Some((settings, notes))) = (when, settled) else {
        return again(&app, layout, seen, who, form).await;
    };
    let scheduled = when.as_ref().map(|schedule| {
        let at = clock.when(schedule.at);
        format!("The deployment to {target} is scheduled for {at}.")
    });
    let deployed = app.db.write(move |c| match when {
        None => Run::deploy(c, &may, &settings, &connections, &notes),
        Some(schedule) => Run::deploy_later(c, &may, &settings, &connections, &notes, &schedule),
    });
    match deployed.await {
        Ok(()) => {
            app.wake.now();
            // The page itself follows what begins now, and would soon belie a message that it has begun.
            match scheduled {
                Some(told) => done(&session, path, told),
                None => see_other(path),
            }
        }
        Err(Error::Conflict(why)) => {
            form.refuse(why);
            again(&app, layout, seen, who, form).await
        }
        Err(error) => Err(error),
    }
}
