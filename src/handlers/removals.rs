//! Uninstalling a managed solution, deleting an unmanaged one.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{
    by_hand::{self, Hand},
    live,
    operations::{About, Asked},
    solutions::{list_path, solution_path},
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
    platform::{Act, SolutionDetails},
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "removals/new.html")]
struct New {
    layout: Layout,
    form: Form,
    environment: Environment,
    hand: Hand,
    here: String,
    solution: SolutionDetails,
}

/// `GET /environments/{environment}/solutions/{solution}/removal`
pub async fn new(
    may: Permit<ChangeSolutions>,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    page(New::open(&may, layout, Form::default(), &app, &path.1).await?)
}

/// `POST /environments/{environment}/solutions/{solution}/removal`
pub async fn create(
    may: Permit<ChangeSolutions>,
    session: Session,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Answer {
    let mut new = New::open(&may, layout, form, &app, &path.1).await?;
    let Some(reason) = new.hand.reason(&mut new.form) else { return invalid(new) };
    if !new.solution.required_by.is_empty() {
        return invalid(new);
    }
    let summary = &new.solution.summary;
    let mode = if summary.managed { "managed" } else { "unmanaged" };
    let order = Order {
        kind: OperationKind::Uninstall,
        input: Asked::input(Act::Uninstall { solution: summary.unique_name.clone() }, &About::from(summary))?,
        solution: summary.unique_name.clone(),
        changes: vec![Change::new("Version", &summary.version, ""), Change::new("Package", mode, "")],
        reason,
    };
    let message = format!("{} is being removed.", summary.display_name);
    let list = list_path(new.environment.id);
    match by_hand::queue(&app, may, order, &mut new.form).await? {
        Some(_) => done(&session, list, message),
        None => invalid(new),
    }
}

impl New {
    async fn open(
        may: &Permit<ChangeSolutions>,
        layout: Layout,
        form: Form,
        app: &App,
        name: &str,
    ) -> Result<New, Error> {
        let seen = (**may).clone();
        let environment = seen.environment.clone();
        let hand = app.db.read(move |c| Hand::of(c, &seen)).await?;
        hand.check()?;
        let solution = live::solution(app, &environment, name).await?;
        if solution.summary.system {
            let message = format!("{} belongs to the platform and stays.", solution.summary.display_name);
            return Err(Error::Conflict(message));
        }
        let here = solution_path(environment.id, &solution.summary.unique_name);
        Ok(New { layout, form, environment, hand, here, solution })
    }

    fn verb(&self) -> &'static str {
        if self.solution.summary.managed { "Uninstall" } else { "Delete" }
    }
}
