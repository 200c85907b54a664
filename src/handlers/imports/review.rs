//! What an import would do, before it does anything.

use actix_session::Session;
use actix_web::{
    HttpRequest,
    http::header::{HeaderValue, VARY},
    web,
};
use askama::Template;

use crate::{
    app::App,
    artifacts::Stored,
    db::Conn,
    error::Error,
    handlers::{
        by_hand::{self, Hand},
        live,
        operations::{Asked, Described, Failure},
        solutions::{is_partial, list_path},
    },
    id::OperationId,
    models::{
        environment::{ChangeSolutions, Environment},
        operation::{Operation, OperationKind, by_hand::Order},
        permit::Permit,
        person::Person,
    },
    package::{
        checks::{Checks, Finding, Installed, Severity},
        version::Version,
    },
    platform::{Act, Outcome, PlatformError},
    rules::{
        checks::{TargetFacts, findings},
        settings::DeploymentSettings,
        versions::{Step, step},
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
        time::bytes,
    },
};

#[derive(Template)]
#[template(path = "imports/show.html", blocks = ["review"])]
struct Show {
    layout: Layout,
    form: Form,
    environment: Environment,
    hand: Hand,
    here: String,
    list: String,
    check: Check,
    open: bool,
    failure: Option<Failure>,
    judged: Option<Judged>,
}

/// An uploaded package that is, or was, compared with the environment.
struct Check {
    asked: Asked,
    package: Described,
    stored: Stored,
}

/// What the environment answered, judged.
struct Judged {
    checks: Checks,
    findings: Vec<Finding>,
}

/// `GET /environments/{environment}/imports/{operation}`
pub async fn show(
    may: Permit<ChangeSolutions>,
    req: HttpRequest,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let show = Show::open(&may, layout, Form::default(), &app, &path.1).await?;
    let mut answer = if is_partial(&req) { page(show.as_review()) } else { page(show) }?;
    answer.headers_mut().append(VARY, HeaderValue::from_static("HX-Request-Type"));
    Ok(answer)
}

/// `POST /environments/{environment}/imports/{operation}`
pub async fn confirm(
    may: Permit<ChangeSolutions>,
    session: Session,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Answer {
    let mut show = Show::open(&may, layout, form, &app, &path.1).await?;
    let reason = show.hand.reason(&mut show.form);
    let (Some(reason), Some(_)) = (reason, show.judged.as_ref().filter(|judged| judged.allows())) else {
        return invalid(show);
    };
    if !app.artifacts.has(&show.check.stored).await? {
        show.form.refuse("The package is no longer kept. Upload it again.");
        return invalid(show);
    }
    let order = show.check.order(reason)?;
    let message = format!("{} is being imported.", show.check.title());
    match by_hand::queue(&app, may, order, &mut show.form).await? {
        Some(_) => done(&session, &show.list, message),
        None => invalid(show),
    }
}

impl Show {
    async fn open(
        may: &Permit<ChangeSolutions>,
        layout: Layout,
        form: Form,
        app: &App,
        id: &str,
    ) -> Result<Show, Error> {
        let (seen, person) = ((**may).clone(), may.person().clone());
        let environment = seen.environment.clone();
        let (here, list) = (format!("/environments/{}/imports/{id}", environment.id), list_path(environment.id));
        let id: OperationId = id.parse().map_err(|_| Error::NotFound)?;
        let (hand, operation) =
            app.db.read(move |c| Ok((Hand::of(c, &seen)?, find(c, &seen.environment, &person, id)?))).await?;
        hand.check()?;
        let (open, failure) = (operation.ended_at.is_none(), Failure::of(&operation));
        let check = Check::of(&operation)?;
        let checks = match operation.result.as_deref().map(serde_json::from_str).transpose()? {
            Some(Outcome::Checked { checks }) => Some(checks),
            _ => None,
        };
        let (judged, failure) = match checks {
            None => (None, failure),
            Some(checks) => match check.judged(app, &environment, checks).await {
                Ok(judged) => (Some(judged), failure),
                Err(error) => (None, Some(Failure { message: live::words(&error), code: String::new() })),
            },
        };
        Ok(Show { layout, form, environment, hand, here, list, check, open, failure, judged })
    }
}

impl Check {
    fn of(operation: &Operation) -> Result<Check, Error> {
        let mut asked = Asked::of(operation)?;
        match (asked.described.take(), &asked.act) {
            (Some(package), Act::Check { package: stored }) => {
                let stored = stored.clone();
                Ok(Check { asked, package, stored })
            }
            _ => Err(Error::NotFound),
        }
    }

    async fn judged(&self, app: &App, at: &Environment, checks: Checks) -> Result<Judged, PlatformError> {
        let platform = live::platform(app, at);
        let (probe, limits) = (platform.probe(at.id).await?, platform.limits(at.id).await?);
        let version: Option<Version> = probe.version.parse().ok();
        let target = TargetFacts {
            name: &at.name,
            version: version.as_ref(),
            schema_type: None,
            largest_package: Some(limits.largest_package),
        };
        let findings = findings(&self.package.candidate(&self.asked.about), &target, &checks);
        Ok(Judged { checks, findings })
    }

    fn order(&self, reason: String) -> Result<Order, Error> {
        let (about, package) = (&self.asked.about, self.stored.clone());
        let act = Act::Import { package, settings: DeploymentSettings::default() };
        let mode = if self.package.managed { "managed" } else { "unmanaged" };
        Ok(Order {
            kind: OperationKind::Import,
            input: Asked::input(act, about)?,
            solution: about.unique_name.clone(),
            detail: format!("version {}, {mode}, SHA-256 {}", about.version, self.stored.hash),
            reason,
        })
    }

    fn title(&self) -> String {
        format!("{} {}", self.asked.about.display_name, self.asked.about.version)
    }

    fn size(&self) -> String {
        bytes(i64::try_from(self.stored.size).unwrap_or(i64::MAX))
    }

    /// What becomes of the environment's own version.
    fn effect(&self, installed: Option<&Installed>) -> String {
        let version = &self.asked.about.version;
        let Some(installed) = installed else { return "It is new here.".into() };
        match step(version, Some(&installed.version)) {
            Step::Install | Step::Upgrade => format!("It replaces version {}.", installed.version),
            Step::Same => format!("It replaces the same version, {}.", installed.version),
            Step::Downgrade => format!("It replaces the higher version {}.", installed.version),
        }
    }
}

impl Judged {
    /// Whether nothing forbids the import.
    fn allows(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }
}

// Who uploaded a package reviews it, nobody else.
fn find(conn: &mut Conn, at: &Environment, person: &Person, id: OperationId) -> Result<Operation, Error> {
    let operation = Operation::by_id(conn, id)?;
    let own = operation.started_by == person.id && operation.run_id.is_none();
    let check = operation.kind == OperationKind::Check && operation.environment_id == at.id;
    if own && check { Ok(operation) } else { Err(Error::NotFound) }
}

fn note(severity: &Severity) -> &'static str {
    match severity {
        Severity::Error => "bad",
        Severity::Warning => "warn",
        Severity::Info => "",
    }
}
