//! Downloading the packages of a run's artifact: unmanaged needs the export right in its source; managed needs that,
//! or the import right in the target.

use actix_web::{HttpResponse, web};

use crate::{
    app::App,
    db::Conn,
    error::Error,
    id::EnvironmentId,
    models::{
        artifact::Artifact,
        environment::Environment,
        permit::Permit,
        reach::Reach,
        run::{Run, ViewRun},
    },
    rules::{grantors::Grantors, rights::EnvironmentRole},
    web::respond::{Answer, attachment},
};

/// Which packages a person may download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Downloads {
    pub managed: bool,
    pub unmanaged: bool,
}

/// What the person may download of a run.
pub fn allowed(who: &Reach, run: &Run) -> Downloads {
    let may_change = |id: EnvironmentId| who.role_in(id).is_some_and(EnvironmentRole::may_change);
    let unmanaged = may_change(run.source_environment_id);
    Downloads { unmanaged, managed: unmanaged || may_change(run.target_environment_id) }
}

// What is missing, and who can give it.
fn refusal(conn: &mut Conn, run: &Run, managed: bool) -> Result<String, Error> {
    let role = EnvironmentRole::SystemCustomizer.label();
    let source = Environment::administrators(conn, run.source_environment_id)?;
    let source = Grantors::of_environment(&run.source_name, &source);
    if !managed {
        let needs = format!("Downloading the unmanaged package needs {role} in {}.", run.source_name);
        return Ok(format!("{needs} {}", source.ask_for(role)));
    }
    let target = Environment::administrators(conn, run.target_environment_id)?;
    let target = Grantors::of_environment(&run.target_name, &target);
    let mut who = vec![source.who(), target.who()];
    who.dedup();
    Ok(format!(
        "Downloading the managed package needs {role} in {} or {}. Ask {} to give you {role} in one of them.",
        run.source_name,
        run.target_name,
        who.join(", or ")
    ))
}

/// `GET /runs/{run}/packages/{kind}`
pub async fn show(may: Permit<ViewRun>, app: web::Data<App>, path: web::Path<(String, String)>) -> Answer {
    let kind = path.into_inner().1;
    let allowed = allowed(may.reach(), &may.run);
    let run = &may.run;
    let (hash, may_download) = match kind.as_str() {
        "managed" => (&run.managed_hash, allowed.managed),
        "unmanaged" => (&run.unmanaged_hash, allowed.unmanaged),
        _ => return Err(Error::NotFound),
    };
    if !may_download {
        let (run, managed) = (run.clone(), kind == "managed");
        return Err(Error::Forbidden(app.db.read(move |c| refusal(c, &run, managed)).await?));
    }
    if let Some(artifact) = run.artifact_id {
        app.db.read(move |c| Artifact::by_id(c, artifact)?.whole()).await?;
    }
    let hash = hash.as_deref().ok_or(Error::NotFound)?.parse().map_err(Error::internal)?;
    let suffix = if kind == "managed" { "_managed" } else { "" };
    let name = format!("{}_{}{suffix}.zip", run.solution_name, run.version.replace('.', "_"));
    let bytes = app.artifacts.stream(&hash).await?;
    Ok(HttpResponse::Ok().content_type("application/zip").insert_header(attachment(&name)).streaming(bytes))
}
