//! The deployment settings of a run as a file, in the JSON form of the ecosystem's tools: down and up.

use actix_multipart::Multipart;
use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt;

use super::{again, settings_form::filled};
use crate::{
    app::App,
    auth,
    error::Error,
    models::{
        permit::Permit,
        run::{DeployRun, Run},
    },
    rules::settings::DeploymentSettings,
    web::{
        layout::Layout,
        respond::{Answer, attachment, done},
    },
};

/// The largest settings file, in bytes.
const LARGEST: usize = 1 << 20;

/// `GET /runs/{run}/settings-file`
pub async fn show(may: Permit<DeployRun>) -> Answer {
    let run = &may.run;
    let name = format!("{}_{}_settings.json", run.solution_name, run.version.replace('.', "_"));
    let body = run.settings()?.to_json();
    Ok(HttpResponse::Ok().content_type("application/json").insert_header(attachment(&name)).body(body))
}

/// `POST /runs/{run}/settings-file`
pub async fn create(
    may: Permit<DeployRun>,
    req: HttpRequest,
    app: web::Data<App>,
    layout: Layout,
    session: Session,
    file: Multipart,
) -> Answer {
    let path = format!("/runs/{}", may.run.id);
    let settings = match read(file).await? {
        Ok(settings) => settings,
        Err(why) => {
            let mut form = filled(&may.run.settings()?, &may.run.notes);
            form.fail("file", why);
            return again(&app, layout, (*may).clone(), may.reach().clone(), form).await;
        }
    };
    let may = auth::again::<DeployRun>(&req).await?;
    app.db.write(move |c| Run::fill_in(c, &may, &settings)).await?;
    done(&session, path, "The settings file was read. Look over what it filled in, then Deploy.")
}

// What is wrong with the file is for the person; what is wrong with the request is not.
async fn read(mut file: Multipart) -> Result<Result<DeploymentSettings, String>, Error> {
    let unread = |_| Error::BadRequest("The upload could not be read. Try again.".into());
    let Some(mut field) = file.try_next().await.map_err(unread)? else {
        return Ok(Err("Choose a settings file first.".into()));
    };
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(unread)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            return Ok(Err("This is too large for a settings file: at most 1 MB are taken.".into()));
        }
    }
    if bytes.is_empty() {
        return Ok(Err("Choose a settings file first.".into()));
    }
    Ok(DeploymentSettings::parse(&bytes).map_err(|error| format!("The settings file was not taken: {error}")))
}
