//! Raising the version of an unmanaged solution.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{
    by_hand::{self, Hand},
    live,
    operations::{About, Asked},
    solutions::solution_path,
};
use crate::{
    app::App,
    error::Error,
    models::{
        audit::Change,
        environment::{ChangeSolutions, Environment},
        operation::{OperationKind, by_hand::Order},
        permit::Permit,
    },
    package::version::Version,
    platform::{Act, SolutionSummary},
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
        text::sentence,
    },
};

#[derive(Template)]
#[template(path = "solution_versions/new.html")]
struct New {
    layout: Layout,
    form: Form,
    environment: Environment,
    hand: Hand,
    here: String,
    solution: SolutionSummary,
}

/// `GET /environments/{environment}/solutions/{solution}/version`
pub async fn new(
    may: Permit<ChangeSolutions>,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let mut new = New::open(&may, layout, &app, &path.1).await?;
    new.form.set("version", new.solution.version.next().to_string());
    page(new)
}

/// `POST /environments/{environment}/solutions/{solution}/version`
pub async fn create(
    may: Permit<ChangeSolutions>,
    session: Session,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Answer {
    let mut new = New { form, ..New::open(&may, layout, &app, &path.1).await? };
    let (version, reason) = (higher(&mut new.form, &new.solution.version), new.hand.reason(&mut new.form));
    let (Some(version), Some(reason)) = (version, reason) else { return invalid(new) };
    let solution = new.solution.unique_name.clone();
    let about = About { version: version.clone(), ..About::from(&new.solution) };
    let order = Order {
        kind: OperationKind::SetVersion,
        input: Asked::input(Act::SetVersion { solution: solution.clone(), version: version.clone() }, &about)?,
        solution,
        changes: vec![Change::new("Version", &new.solution.version, &version)],
        reason,
    };
    match by_hand::queue(&app, may, order, &mut new.form).await? {
        Some(_) => done(&session, &new.here, format!("The version is being raised to {version}.")),
        None => invalid(new),
    }
}

impl New {
    async fn open(may: &Permit<ChangeSolutions>, layout: Layout, app: &App, name: &str) -> Result<New, Error> {
        let seen = (**may).clone();
        let environment = seen.environment.clone();
        let hand = app.db.read(move |c| Hand::of(c, &seen)).await?;
        hand.check()?;
        let solution = live::summary(app, &environment, name).await?;
        if solution.managed || solution.system {
            let message = format!("{} is not unmanaged, so its version comes with its package.", solution.display_name);
            return Err(Error::Conflict(message));
        }
        let here = solution_path(environment.id, &solution.unique_name);
        Ok(New { layout, form: Form::default(), environment, hand, here, solution })
    }

    fn hint(&self) -> String {
        format!("Must be higher than {}.", self.solution.version)
    }
}

fn higher(form: &mut Form, present: &Version) -> Option<Version> {
    match form.line_or("version", 100, "Enter a version.")?.parse::<Version>() {
        Err(error) => {
            form.fail("version", sentence(&error.to_string()));
            None
        }
        Ok(version) if version <= *present => {
            form.fail("version", format!("Enter a version higher than {present}, which it has now."));
            None
        }
        Ok(version) => Some(version),
    }
}
