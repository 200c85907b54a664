//! Environments in the admin center: the list, one of them, and what is written about it.

use actix_session::Session;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::first_administrator::refused;
use crate::{
    db::Db,
    handlers::clock,
    id::EnvironmentId,
    models::{
        environment::{
            AdministerEnvironment, AdministerEnvironments, DATABASE_STAYS, Details, Environment, EnvironmentKind,
        },
        host::Host,
        permit::{AdministerTenant, Permit},
        region::Region,
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
        time::Moment,
    },
};

/// Which environments a list shows.
#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    state: String,
}

#[derive(Template)]
#[template(path = "environments/index.html")]
struct Index {
    layout: Layout,
    rows: Vec<Row>,
    retired: bool,
    may_create: bool,
}

struct Row {
    environment: Environment,
    is_host: bool,
    retired: Option<Moment>,
}

/// `GET /admin/environments`
pub async fn index(
    db: Db,
    permit: Permit<AdministerEnvironments>,
    layout: Layout,
    filter: web::Query<Filter>,
) -> Answer {
    let may_create = permit.person().system_administrator;
    let retired = may_create && filter.state == "retired";
    let rows = db
        .read(move |c| {
            let clock = clock::of(permit.person());
            let hosts = Host::ids(c)?;
            let shown = if retired { Environment::retired(c)? } else { permit.into_subject() };
            let row = |environment: Environment| Row {
                is_host: hosts.contains(&environment.id),
                retired: environment.retired_at.map(|at| clock.tell(at)),
                environment,
            };
            Ok(shown.into_iter().map(row).collect())
        })
        .await?;
    page(Index { layout, rows, retired, may_create })
}

#[derive(Template)]
#[template(path = "environments/new.html")]
struct New {
    layout: Layout,
    form: Form,
    choices: Choices,
}

#[derive(Template)]
#[template(path = "environments/edit.html")]
struct Edit {
    layout: Layout,
    form: Form,
    choices: Choices,
    environment: Environment,
}

/// `GET /admin/environments/new`
pub async fn new(_: Permit<AdministerTenant>, db: Db, layout: Layout) -> Answer {
    // Most tenants have all in one region.
    let region = db.read(Environment::newest_region).await?.unwrap_or_default();
    let form = Form::of([("kind", "sandbox".to_owned()), ("dataverse", "on".to_owned()), ("region", region)]);
    page(New { layout, form, choices: Choices::all() })
}

/// `POST /admin/environments`
pub async fn create(
    session: Session,
    db: Db,
    permit: Permit<AdministerTenant>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let Some(details) = details(&mut form) else { return invalid(New { layout, form, choices: Choices::all() }) };
    match db.write(move |c| Environment::create(c, &permit, &details)).await {
        Ok(new) => done(&session, path(new.id), format!("{} is ready. Next, add its members.", new.name)),
        Err(error) => {
            refused(&mut form, "name", error)?;
            invalid(New { layout, form, choices: Choices::all() })
        }
    }
}

/// `GET /admin/environments/{environment}/edit`
pub async fn edit(db: Db, permit: Permit<AdministerEnvironment>, layout: Layout) -> Answer {
    let environment = db.read(move |c| permit.live(c)).await?;
    let tick = |ticked: bool| if ticked { "on".to_owned() } else { String::new() };
    let form = Form::of([
        ("name", environment.name.clone()),
        ("region", environment.region.clone()),
        ("kind", environment.kind.as_str().to_owned()),
        ("managed", tick(environment.managed)),
        ("dataverse", tick(environment.dataverse)),
    ]);
    page(Edit { layout, form, environment, choices: Choices::all() })
}

/// `POST /admin/environments/{environment}`
pub async fn update(
    session: Session,
    db: Db,
    permit: Permit<AdministerEnvironment>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let id = permit.id;
    let environment = db.read(move |c| Environment::by_id(c, id)?.live(c)).await?;
    let details = details(&mut form);
    if environment.dataverse && !form.checked("dataverse") {
        form.fail("dataverse", DATABASE_STAYS);
        form.set("dataverse", "on");
    }
    let Some(details) = details.filter(|_| form.is_valid()) else {
        return invalid(Edit { layout, form, environment, choices: Choices::all() });
    };
    match db.write(move |c| Environment::change(c, &permit, &details)).await {
        Ok(()) => done(&session, path(id), "Saved."),
        Err(error) => {
            refused(&mut form, "name", error)?;
            invalid(Edit { layout, form, environment, choices: Choices::all() })
        }
    }
}

/// The address of an environment's page.
pub fn path(id: EnvironmentId) -> String {
    format!("/admin/environments/{id}")
}

fn details(form: &mut Form) -> Option<Details> {
    let name = form.name("name");
    let (region, kind) = (form.choice_or("region", "Choose a region."), form.choice_or("kind", "Choose a type."));
    let (managed, dataverse) = (form.tick("managed"), form.tick("dataverse"));
    Some(Details { name: name?, region: region?, kind: kind?, managed: managed?, dataverse: dataverse? })
}

/// What the selects of the form offer, as pairs of value and label.
struct Choices {
    regions: Vec<(&'static str, &'static str)>,
    kinds: Vec<(&'static str, &'static str)>,
}

impl Choices {
    fn all() -> Choices {
        let regions = Region::ALL.iter().map(|region| (region.name(), region.name()));
        Choices {
            regions: std::iter::once(("", "Choose a region")).chain(regions).collect(),
            kinds: EnvironmentKind::ALL.iter().map(|kind| (kind.as_str(), kind.label())).collect(),
        }
    }
}
