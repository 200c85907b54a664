//! Exports by hand: an operation, then the two packages that it brought.

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY},
    web,
};
use askama::Template;
use futures_util::TryStreamExt;

use super::{
    by_hand, live,
    operations::{About, Asked, Row},
    solutions::solution_path,
};
use crate::{
    app::App,
    artifacts::Stored,
    db::Conn,
    error::Error,
    handlers::clock,
    id::OperationId,
    models::{
        audit::Change,
        environment::{ChangeSolutions, Environment},
        operation::{Operation, OperationKind, OperationState, by_hand::Order},
        permit::Permit,
        person::Person,
    },
    platform::{Act, Outcome, SolutionSummary},
    web::{
        errors::is_partial,
        forms::Form,
        layout::Layout,
        locale::Locale,
        respond::{Answer, attachment, page, see_other},
    },
};

#[derive(Template)]
#[template(path = "exports/show.html", blocks = ["progress"])]
struct Show {
    layout: Layout,
    environment: Environment,
    operation: Row,
    /// The solution's own page.
    solution: String,
    here: String,
    packages: Vec<Download>,
}

/// A package to be downloaded.
struct Download {
    label: &'static str,
    path: String,
    file: String,
    size: String,
}

/// `POST /environments/{environment}/solutions/{solution}/exports`
pub async fn create(may: Permit<ChangeSolutions>, app: web::Data<App>, path: web::Path<(String, String)>) -> Answer {
    let environment = may.environment.id;
    let summary = live::summary(&app, &may, &path.1).await?;
    if summary.managed || summary.system {
        let message = format!("{} is not unmanaged; only what is made here can be exported.", summary.display_name);
        return Err(Error::Conflict(message));
    }
    let solution = summary.unique_name.clone();
    let order = Order {
        kind: OperationKind::Export,
        input: Asked::input(Act::Export { solution: solution.clone() }, &About::from(&summary))?,
        solution: solution.clone(),
        changes: vec![Change::new("Version", "", &summary.version)],
        reason: String::new(),
    };
    let mut form = Form::default();
    match by_hand::queue(&app, may, order, &mut form).await? {
        Some(id) => see_other(format!("{}/exports/{id}", solution_path(environment, &solution))),
        None => Err(Error::Conflict(form.general().unwrap_or_default().to_owned())),
    }
}

/// `GET /environments/{environment}/solutions/{solution}/exports/{operation}`
pub async fn show(
    may: Permit<ChangeSolutions>,
    req: HttpRequest,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String, String)>,
) -> Answer {
    let environment = may.environment.clone();
    let clock = clock::of(may.person());
    let (_, name, id) = path.into_inner();
    let solution = solution_path(environment.id, &name);
    let here = format!("{solution}/exports/{id}");
    let show = app
        .db
        .read(move |c| {
            let export = find(c, &may.environment, &name, &id)?;
            let packages = brought(&export)?.map(|brought| brought.downloads(&here, clock.locale)).unwrap_or_default();
            let by = Person::by_id(c, export.started_by)?.name;
            Ok(Show { layout, environment, operation: Row::of(&export, &by, &clock)?, solution, here, packages })
        })
        .await?;
    let mut answer = if is_partial(&req) { page(show.as_progress()) } else { page(show) }?;
    answer.headers_mut().append(VARY, HeaderValue::from_static("HX-Request-Type"));
    Ok(answer)
}

/// `GET /environments/{environment}/solutions/{solution}/exports/{operation}/{package}`
pub async fn download(
    may: Permit<ChangeSolutions>,
    app: web::Data<App>,
    path: web::Path<(String, String, String, String)>,
) -> Answer {
    let (_, name, id, package) = path.into_inner();
    let export = app.db.read(move |c| find(c, &may.environment, &name, &id)).await?;
    let brought = brought(&export)?.ok_or(Error::NotFound)?;
    let stored = match package.as_str() {
        "managed" => &brought.managed,
        "unmanaged" => &brought.unmanaged,
        _ => return Err(Error::NotFound),
    };
    if !app.artifacts.has(stored).await? {
        return Err(Error::Conflict("These packages are no longer kept. Export the solution again.".into()));
    }
    send(&app, stored, brought.file(&package)).await
}

/// Sends a kept package as a file to be saved.
pub async fn send(app: &App, stored: &Stored, file: String) -> Answer {
    let bytes = app.artifacts.stream(&stored.hash).await?.map_err(std::io::Error::other);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(attachment(&file))
        .body(SizedStream::new(stored.size, bytes)))
}

/// The packages that an export brought.
struct Brought {
    solution: SolutionSummary,
    managed: Stored,
    unmanaged: Stored,
}

impl Brought {
    fn downloads(&self, here: &str, locale: Locale) -> Vec<Download> {
        let each = [("Managed", "managed", &self.managed), ("Unmanaged", "unmanaged", &self.unmanaged)];
        let download = |(label, package, stored): (_, &str, &Stored)| Download {
            label,
            path: format!("{here}/{package}"),
            file: self.file(package),
            size: locale.bytes(i64::try_from(stored.size).unwrap_or(i64::MAX)),
        };
        each.map(download).into()
    }

    // Names that tools of the ecosystem give: Name_1_0_0_4_managed.zip.
    fn file(&self, package: &str) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
        let name: String = self.solution.unique_name.chars().map(plain).collect();
        let version: String = self.solution.version.to_string().chars().map(plain).collect();
        let end = if package == "managed" { "_managed" } else { "" };
        format!("{name}_{version}{end}.zip")
    }
}

fn find(conn: &mut Conn, at: &Environment, solution: &str, id: &str) -> Result<Operation, Error> {
    let id: OperationId = id.parse().map_err(|_| Error::NotFound)?;
    let operation = Operation::by_id(conn, id)?;
    let here = operation.environment_id == at.id && operation.run_id.is_none();
    let of_solution = || Ok::<_, Error>(Asked::of(&operation)?.about.unique_name.eq_ignore_ascii_case(solution));
    if here && operation.kind == OperationKind::Export && of_solution()? { Ok(operation) } else { Err(Error::NotFound) }
}

fn brought(export: &Operation) -> Result<Option<Brought>, Error> {
    let result = export.result.as_deref().filter(|_| export.state == OperationState::Succeeded);
    match result.map(serde_json::from_str).transpose()? {
        Some(Outcome::Exported { solution, managed, unmanaged }) => Ok(Some(Brought { solution, managed, unmanaged })),
        _ => Ok(None),
    }
}
