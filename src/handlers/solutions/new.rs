//! A new, empty solution.

mod draft;

use actix_session::Session;
use actix_web::web;
use askama::Template;

use crate::{
    app::App,
    artifacts::Spooled,
    db::{self, unblocked},
    error::Error,
    handlers::{
        by_hand::{self, Hand},
        live,
        operations::{About, Asked},
        solutions::list_path,
    },
    models::{
        audit::Change,
        environment::{ChangeSolutions, Environment},
        operation::{OperationKind, by_hand::Order},
        permit::Permit,
    },
    package::Publisher,
    platform::{Act, SolutionSummary},
    rules::settings::DeploymentSettings,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};
use draft::{Draft, NEW_PUBLISHER};

#[derive(Template)]
#[template(path = "solutions/new.html")]
struct New {
    layout: Layout,
    form: Form,
    environment: Environment,
    hand: Hand,
    list: String,
    solutions: Vec<SolutionSummary>,
    publishers: Vec<Publisher>,
    choices: Vec<(String, String)>,
}

/// `GET /environments/{environment}/new-solution`
pub async fn new(may: Permit<ChangeSolutions>, layout: Layout, app: web::Data<App>) -> Answer {
    let mut new = New::open(&may, layout, Form::default(), &app).await?;
    let first = new.publishers.first().map_or(NEW_PUBLISHER, |publisher| &publisher.unique_name).to_owned();
    new.form.set("publisher", first);
    new.form.set("version", "1.0.0.0");
    page(new)
}

/// `POST /environments/{environment}/solutions`
pub async fn create(
    may: Permit<ChangeSolutions>,
    session: Session,
    layout: Layout,
    app: web::Data<App>,
    form: Form,
) -> Answer {
    let mut new = New::open(&may, layout, form, &app).await?;
    let draft = Draft::read(&mut new.form, &new.environment.name, &new.solutions, &new.publishers);
    let reason = new.hand.reason(&mut new.form);
    let (Some(draft), Some(reason)) = (draft, reason) else { return invalid(new) };
    let stored = app.artifacts.keep(spool(&app, &draft).await?).await?;
    let about = About::from(&draft);
    let order = Order {
        kind: OperationKind::Import,
        input: Asked::creation(Act::Import { package: stored, settings: DeploymentSettings::default() }, &about)?,
        solution: about.unique_name,
        changes: vec![Change::new("Version", "", &about.version)],
        reason,
    };
    match by_hand::queue(&app, may, order, &mut new.form).await? {
        Some(_) => done(&session, &new.list, format!("{} is being created.", about.display_name)),
        None => invalid(new),
    }
}

impl New {
    async fn open(may: &Permit<ChangeSolutions>, layout: Layout, form: Form, app: &App) -> Result<New, Error> {
        let seen = (**may).clone();
        let environment = seen.environment.clone();
        let hand = app.db.read(move |c| Hand::of(c, &seen)).await?;
        hand.check()?;
        let solutions = live::solutions(app, &environment).await?;
        let publishers = publishers(&solutions);
        let choices = choices(&publishers);
        Ok(New { layout, form, list: list_path(environment.id), environment, hand, solutions, publishers, choices })
    }
}

fn choices(publishers: &[Publisher]) -> Vec<(String, String)> {
    let choice = |publisher: &Publisher| {
        let label = match publisher.prefix.as_str() {
            "" => publisher.display_name.clone(),
            prefix => format!("{} ({prefix})", publisher.display_name),
        };
        (publisher.unique_name.clone(), label)
    };
    let new = (NEW_PUBLISHER.to_owned(), "New publisher…".to_owned());
    publishers.iter().map(choice).chain([new]).collect()
}

// Those of solutions that people made or installed; the platform's own publishers are not for them.
fn publishers(solutions: &[SolutionSummary]) -> Vec<Publisher> {
    let own = solutions.iter().filter(|solution| !solution.system);
    let mut publishers: Vec<Publisher> = own.map(|solution| solution.publisher.clone()).collect();
    publishers.sort_by_cached_key(|publisher| (db::fold(&publisher.display_name), db::fold(&publisher.unique_name)));
    publishers.dedup_by(|a, b| a.unique_name.eq_ignore_ascii_case(&b.unique_name));
    publishers
}

async fn spool(app: &App, draft: &Draft) -> Result<Spooled, Error> {
    let (artifacts, package) = (app.artifacts.clone(), draft.package());
    unblocked(move || {
        let mut spool = artifacts.spool()?;
        std::io::Write::write_all(&mut spool, &package.to_bytes()?)?;
        Ok(spool.finish()?)
    })
    .await
}
