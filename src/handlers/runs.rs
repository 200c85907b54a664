//! A run's page: verdict and next act first, then everything that is known of it.

mod acts;
pub mod badge;
pub mod cancellation;
pub mod deployment;
pub mod downloads;
mod found;
pub mod pane;
pub mod promotion;
pub mod redeployment;
pub mod retry;
pub mod schedule;
mod schedule_form;
pub mod settings_file;
mod settings_form;
mod settings_list;
pub mod told;
mod view;

use actix_web::{
    http::header::{HeaderName, HeaderValue},
    web,
};
use askama::Template;

pub use self::view::every;
use self::{
    found::Found, pane::PaneStep, schedule_form::Times, settings_form::Question, settings_list::Setting, view::RunView,
};
use crate::{
    app::App,
    db::Conn,
    error::Error,
    handlers::{clock, visit::Visit},
    models::{
        permit::Permit,
        person::Person,
        reach::Reach,
        run::{Case, SeenRun, ViewRun},
    },
    package::checks::{Checks, Finding},
    rules::{
        connections::Connections,
        rights::Right,
        state::State,
        verdict::{Judgement, Reason, Rule},
    },
    web::{
        errors::is_partial,
        forms::Form,
        html::Html,
        layout::Layout,
        respond::{Answer, fragment, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "runs/show.html", blocks = ["live"])]
struct Show {
    layout: Layout,
    view: RunView,
    /// The steps of the deploy pane, while the run is in it and the person may deploy.
    pane: Vec<PaneStep>,
    deploy: Option<DeployForm>,
    /// What the run set, for who may run the pipeline.
    settings: Vec<Setting>,
}

/// The questions that are left before Deploy.
struct DeployForm {
    form: Form,
    references: Vec<Question>,
    variables: Vec<Question>,
    /// Those that have no answer that Deploy would take, as the name of the control and its label.
    open: Vec<(String, String)>,
    /// How many that are.
    references_left: usize,
    variables_left: usize,
    times: Times,
    /// Why the connections could not be read; empty where they were.
    why: String,
    /// What the rules say to Deploy as it stands.
    judgement: Judgement,
}

impl DeployForm {
    /// What stands in the way besides questions that are open, and what stands above the form already.
    fn refusal(&self) -> Option<String> {
        if self.form.general().is_some() {
            return None;
        }
        let answered = self.open.is_empty();
        let mut refusals = self.judgement.refusals();
        refusals.find(|reason| answered || reason.rule != Rule::Settings).map(Reason::told)
    }

    /// What is worth knowing before Deploy that no finding says.
    fn warnings<'a>(&'a self, found: &'a [Found]) -> impl Iterator<Item = &'a Finding> {
        self.judgement.warnings.iter().filter(|warning| found.iter().all(|found| found.finding != **warning))
    }
}

/// `GET /runs/{run}`; as a fragment, only what moves, until nothing moves any more.
pub async fn show(visit: Visit<ViewRun>, app: web::Data<App>) -> Answer {
    let read = |c: &mut Conn, may: Permit<ViewRun>, layout| {
        let view = RunView::of(c, may.reach(), &may)?;
        Ok((layout, view, may))
    };
    let (layout, view, may) = visit.read(read).await?;
    let show = build(&app, layout, view, may.person(), may.right(), None).await?;
    if is_partial(visit.request()) {
        let mut answer = fragment(Html::of(show.as_live())?)?;
        if show.view.every.is_none() {
            answer.headers_mut().insert(HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
        }
        return Ok(answer);
    }
    page(show)
}

// The page again, with what was typed and what is wrong with it.
async fn again(app: &App, layout: Layout, seen: SeenRun, who: Reach, form: Form) -> Answer {
    let (person, right) = (who.person().clone(), seen.right());
    // As it is by now.
    let view = app.db.read(move |c| {
        let seen = SeenRun::by_id(c, &who, seen.run.id)?;
        RunView::of(c, &who, &seen)
    });
    let view = view.await?;
    invalid(build(app, layout, view, &person, right, Some(form)).await?)
}

async fn build(
    app: &App,
    layout: Layout,
    mut view: RunView,
    person: &Person,
    right: Right,
    form: Option<Form>,
) -> Result<Show, Error> {
    let deploy = match view.case.take() {
        Some(case) => Some(questions(app, &view, case, person, form).await?),
        None => None,
    };
    let pane = match (&deploy, view.run.state) {
        (Some(deploy), _) => pane::at_settings(deploy.references_left, deploy.variables_left),
        (None, State::Validating) if right >= Right::Run => pane::at_checks(),
        _ => Vec::new(),
    };
    let settings = match &view.settings {
        Some(settings) if deploy.is_none() => {
            let checks = view.run.checks()?.unwrap_or_default();
            let connections = connections(app, &view, &checks).await.unwrap_or(Connections::NotListable);
            settings_list::list(settings, &checks, &connections)
        }
        _ => Vec::new(),
    };
    Ok(Show { layout, view, pane, deploy, settings })
}

async fn questions(
    app: &App,
    view: &RunView,
    case: Case,
    person: &Person,
    form: Option<Form>,
) -> Result<DeployForm, Error> {
    let checks = view.run.checks()?.unwrap_or_default();
    let connections = connections(app, view, &checks).await;
    let target = &view.run.target_name;
    let mut form = match form {
        Some(form) => form,
        None => settings_form::filled(&view.run.settings()?, &view.run.notes),
    };
    if form.value("when").is_empty() {
        form.set("when", "now");
    }
    let (references, why, connections) = match connections {
        Ok(connections) => (settings_form::references(&checks, &connections, target), String::new(), connections),
        Err(why) => (Vec::new(), why, Connections::NotListable),
    };
    let variables = settings_form::variables(&checks, target);
    let times = Times::of(&form, person, &clock::of(person));
    let mut tried = form.clone();
    settings_form::read(&mut tried, &checks, &connections, target);
    let is_open = |question: &&Question| tried.error(&question.name).is_some();
    let left = |asked: &[Question]| asked.iter().filter(is_open).count();
    let open = references.iter().chain(&variables).filter(is_open);
    let open = open.map(|question| (question.name.clone(), question.label.clone())).collect();
    // What could not be asked has no answer.
    let unasked = checks.connection_references.len() - references.len();
    let (references_left, variables_left) = (left(&references) + unasked, left(&variables));
    let settings = settings_form::typed(&mut form.clone(), &checks, &connections);
    let judgement = view.run.deployed(case, &settings, &connections)?;
    Ok(DeployForm { form, references, variables, open, references_left, variables_left, times, why, judgement })
}

// Where there is nothing to connect, the target need not be asked.
async fn connections(app: &App, view: &RunView, checks: &Checks) -> Result<Connections, String> {
    if checks.connection_references.is_empty() {
        return Ok(Connections::Listed(Vec::new()));
    }
    let asked = app.platforms.embedded().connections(view.run.target_environment_id).await;
    asked.map_err(|error| format!("The connections of {} could not be read: {error}.", view.run.target_name))
}
