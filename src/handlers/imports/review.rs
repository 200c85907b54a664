//! What an import would do, before it does anything.

use actix_session::Session;
use actix_web::{
    HttpRequest,
    http::header::{HeaderValue, VARY},
    web,
};
use askama::Template;

use super::check::{Check, Judged};
use crate::{
    app::App,
    db::Conn,
    error::Error,
    handlers::clock,
    handlers::{
        by_hand::{self, Hand},
        live,
        operations::Failure,
        solutions::list_path,
    },
    id::OperationId,
    models::{
        environment::{ChangeSolutions, Environment},
        operation::{Operation, OperationKind},
        permit::Permit,
        person::Person,
    },
    package::checks::Severity,
    platform::Outcome,
    web::{
        errors::is_partial,
        forms::Form,
        layout::Layout,
        locale::Locale,
        respond::{Answer, done, invalid, page},
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
    locale: Locale,
    open: bool,
    failure: Option<Failure>,
    judged: Option<Judged>,
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
    if !app.artifacts.keep_on(&show.check.stored).await? {
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
        let (environment, locale) = (seen.environment.clone(), clock::of(&person).locale);
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
        Ok(Show { layout, form, environment, hand, here, list, check, locale, open, failure, judged })
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
