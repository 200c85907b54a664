//! Downloading the packages of a run's artifact: unmanaged needs the export right in its source; managed needs that,
//! or the import right in the target.

use actix_web::{HttpResponse, web};

use crate::{
    app::App,
    db::Conn,
    error::Error,
    id::EnvironmentId,
    models::{
        environment::Environment,
        permit::Permit,
        person::Person,
        run::{Run, ViewRun},
    },
    web::respond::{Answer, attachment},
};

/// Which packages a person may download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Downloads {
    pub managed: bool,
    pub unmanaged: bool,
}

/// What the person may download of a run.
pub fn allowed(conn: &mut Conn, person: &Person, run: &Run) -> Result<Downloads, Error> {
    let mut may_change = |id: EnvironmentId| -> Result<bool, Error> {
        let role = Environment::by_id(conn, id)?.role(conn, person)?;
        Ok(role.is_some_and(|role| role.may_change()))
    };
    let unmanaged = may_change(run.source_environment_id)?;
    Ok(Downloads { unmanaged, managed: unmanaged || may_change(run.target_environment_id)? })
}

/// `GET /runs/{run}/packages/{kind}`
pub async fn show(may: Permit<ViewRun>, app: web::Data<App>, path: web::Path<(String, String)>) -> Answer {
    let kind = path.into_inner().1;
    let (run, person) = (may.run.clone(), may.person().clone());
    let allowed = app.db.read(move |c| allowed(c, &person, &run)).await?;
    let run = &may.run;
    let (hash, may_download, needs) = match kind.as_str() {
        "managed" => (&run.managed_hash, allowed.managed, format!("{} or {}", run.source_name, run.target_name)),
        "unmanaged" => (&run.unmanaged_hash, allowed.unmanaged, run.source_name.clone()),
        _ => return Err(Error::NotFound),
    };
    if !may_download {
        return Err(Error::Forbidden(format!(
            "Downloading this package needs System Customizer in {needs}. A System Administrator there can give you that."
        )));
    }
    let hash = hash.as_deref().ok_or(Error::NotFound)?.parse().map_err(Error::internal)?;
    let suffix = if kind == "managed" { "_managed" } else { "" };
    let name = format!("{}_{}{suffix}.zip", run.solution_name, run.version.replace('.', "_"));
    let bytes = app.artifacts.stream(&hash).await?;
    Ok(HttpResponse::Ok().content_type("application/zip").insert_header(attachment(&name)).streaming(bytes))
}
