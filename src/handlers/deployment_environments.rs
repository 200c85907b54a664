//! Configuration → Environments: the records that a host has of the environments it uses.

mod acts;
mod choice;

use actix_session::Session;
use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::show_problems;
use crate::{
    db::{Conn, Db},
    error::Error,
    handlers::clock,
    id::EnvironmentId,
    models::{
        deployment_environment::{DeploymentEnvironment, ManageDeploymentEnvironment, Registered, Registration},
        environment::Environment,
        host::{Host, ManageHost},
        permit::Permit,
        person::Person,
        reach::Reach,
    },
    rules::{
        stages::ValidationStatus,
        validation::{self, RecordKind},
    },
    web::{
        errors::is_partial,
        forms::{Form, NAME, TEXT},
        layout::Layout,
        respond::{Answer, done, invalid, page},
        time::Moment,
    },
};

pub use acts::{confirm_force_link, confirm_retirement, force_link, refresh, retire};
pub use choice::{fits, label};

#[derive(Template)]
#[template(path = "deployment_environments/index.html")]
struct Index {
    layout: Layout,
    host: Host,
    /// With when each was validated last.
    records: Vec<(DeploymentEnvironment, Option<Moment>)>,
}

#[derive(Template)]
#[template(path = "deployment_environments/new.html")]
struct New {
    layout: Layout,
    host: Host,
    form: Form,
    kinds: Vec<(String, String)>,
    /// What can be filled in at once, as value and label.
    environments: Vec<(String, String)>,
    chosen: String,
}

/// The environment that is to be registered.
#[derive(Deserialize)]
pub struct Which {
    environment: Option<String>,
}

#[derive(Template)]
#[template(path = "deployment_environments/show.html", blocks = ["validation"])]
struct Show {
    layout: Layout,
    found: Registered,
    validated: Option<Moment>,
    registered_by: String,
    elsewhere: Option<Elsewhere>,
}

/// What helps a record that failed its validation.
#[derive(PartialEq, Eq, Clone, Copy)]
enum WayOut {
    /// Whatever was wrong has to be put right first.
    Refresh,
    ForceLink,
    /// Nothing else helps: it is the host itself.
    Retire,
}

impl Show {
    fn way_out(&self) -> Option<WayOut> {
        if self.found.retired_at.is_some() || self.found.status != ValidationStatus::Failed {
            return None;
        }
        Some(match &self.elsewhere {
            _ if self.found.is_own_source() => WayOut::Retire,
            Some(_) => WayOut::ForceLink,
            None => WayOut::Refresh,
        })
    }

    // In a few words; the message says more.
    fn wrong(&self, way_out: &WayOut) -> String {
        match (way_out, &self.elsewhere) {
            (WayOut::ForceLink, Some(other)) => format!("{} belongs to {}.", self.found.name, other.name()),
            (WayOut::Retire, _) => format!("{} is the host itself.", self.found.name),
            _ => format!("{} failed its validation.", self.found.name),
        }
    }
}

#[derive(Template)]
#[template(path = "deployment_environments/edit.html")]
struct Edit {
    layout: Layout,
    found: Registered,
    form: Form,
}

/// The environment belongs to another host, which is named to who may see it.
struct Elsewhere {
    host: Option<String>,
}

impl Elsewhere {
    fn name(&self) -> &str {
        self.host.as_deref().unwrap_or("another host")
    }
}

/// `GET /hosts/{host}/environments`
pub async fn index(permit: Permit<ManageHost>, layout: Layout, db: Db) -> Answer {
    let clock = clock::of(permit.person());
    let host = permit.into_subject();
    let index = db
        .read(move |c| {
            let records = DeploymentEnvironment::of_host(c, &host)?.into_iter();
            let row = |record: DeploymentEnvironment| {
                let checked = record.validated_at.map(|at| clock.tell(at));
                (record, checked)
            };
            let records = records.map(row).collect();
            Ok(Index { layout, host, records })
        })
        .await?;
    page(index)
}

/// `GET /hosts/{host}/environments/new`
pub async fn new(permit: Permit<ManageHost>, layout: Layout, db: Db, which: web::Query<Which>) -> Answer {
    // Empty where nothing is chosen in the list; who has no role in it is told nothing of it.
    let chosen = which.into_inner().environment.and_then(|id| id.parse().ok());
    page(new_page(permit.reach().clone(), permit.into_subject(), layout, &db, None, chosen).await?)
}

/// `POST /hosts/{host}/environments`
pub async fn create(permit: Permit<ManageHost>, layout: Layout, session: Session, db: Db, mut form: Form) -> Answer {
    let (host, who) = ((*permit).clone(), permit.reach().clone());
    if let Some(new) = registration(&mut form) {
        match db.write(move |c| DeploymentEnvironment::register(c, &permit, &new)).await? {
            Ok(record) => {
                let sentence = format!("{} is registered and being validated.", record.name);
                return done(&session, path(&record), sentence);
            }
            Err(problems) => show_problems(&mut form, problems),
        }
    }
    invalid(new_page(who, host, layout, &db, Some(form), None).await?)
}

// With what was typed; else with what is known of the chosen environment.
async fn new_page(
    who: Reach,
    host: Host,
    layout: Layout,
    db: &Db,
    typed: Option<Form>,
    chosen: Option<EnvironmentId>,
) -> Result<New, Error> {
    db.read(move |c| {
        let environments = choice::unregistered(c, &host, &who)?;
        let form = typed.unwrap_or_else(|| choice::filled(&environments, chosen));
        let option = |environment: &Environment| (environment.id.to_string(), environment.name.clone());
        Ok(New {
            layout,
            host,
            form,
            kinds: kinds(),
            environments: environments.iter().map(option).collect(),
            chosen: chosen.map(|id| id.to_string()).unwrap_or_default(),
        })
    })
    .await
}

/// `GET /hosts/{host}/environments/{record}`
pub async fn show(permit: Permit<ManageDeploymentEnvironment>, layout: Layout, db: Db, req: HttpRequest) -> Answer {
    let who = permit.reach().clone();
    let clock = clock::of(&who);
    let found = permit.into_subject();
    let shown = db
        .read(move |c| {
            let elsewhere = elsewhere(c, &found, &who)?;
            let registered_by = Person::by_id(c, found.registered_by)?.name;
            let validated = found.validated_at.map(|at| clock.tell(at));
            Ok(Show { layout, found, validated, registered_by, elsewhere })
        })
        .await?;
    if is_partial(&req) { page(shown.as_validation()) } else { page(shown) }
}

/// `GET /hosts/{host}/environments/{record}/edit`
pub async fn edit(permit: Permit<ManageDeploymentEnvironment>, layout: Layout) -> Answer {
    let found = permit.into_subject();
    let form = Form::of([("name", found.name.clone()), ("description", found.description.clone())]);
    page(Edit { layout, found, form })
}

/// `POST /hosts/{host}/environments/{record}`
pub async fn update(
    permit: Permit<ManageDeploymentEnvironment>,
    layout: Layout,
    session: Session,
    db: Db,
    mut form: Form,
) -> Answer {
    let found = (*permit).clone();
    if let (Some(name), Some(description)) = (form.name("name"), form.text("description", TEXT)) {
        match db.write(move |c| DeploymentEnvironment::edit(c, &permit, &name, &description)).await? {
            Ok(()) => return done(&session, path(&found), "The record is saved."),
            Err(problems) => show_problems(&mut form, problems),
        }
    }
    invalid(Edit { layout, found, form })
}

fn registration(form: &mut Form) -> Option<Registration> {
    let name = form.name("name");
    let kind = form.choice_or("kind", "Choose an Environment Type.");
    let guid = guid(form);
    let description = form.text("description", TEXT);
    Some(Registration { name: name?, kind: kind?, guid: guid?, description: description? })
}

fn guid(form: &mut Form) -> Option<String> {
    let text = form.line_or("guid", NAME, "Enter an Environment ID.")?;
    let guid = validation::guid(&text);
    if guid.is_none() {
        form.fail(
            "guid",
            "This is no Environment ID. Copy it from the environment's page; it looks like \
             1f0c9f4e-2a57-4c3c-9c0e-7d1c2b3a4f5d.",
        );
    }
    guid
}

fn kinds() -> Vec<(String, String)> {
    RecordKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect()
}

fn path(record: &DeploymentEnvironment) -> String {
    format!("/hosts/{}/environments/{}", record.host_id, record.id)
}

// That it is bound tells that it exists, which only who has a role there may know.
fn elsewhere(c: &mut Conn, found: &Registered, who: &Reach) -> Result<Option<Elsewhere>, Error> {
    let bound = match found.role {
        Some(_) => found.bound_elsewhere(c)?,
        None => None,
    };
    bound.map(|host| name_of(c, host, who)).transpose()
}

// Another host is named to who has a role on it or in its environment.
fn name_of(c: &mut Conn, id: EnvironmentId, who: &Reach) -> Result<Elsewhere, Error> {
    let host = Host::by_id(c, id)?;
    let seen = who.role_in(id).is_some() || who.has_role_on(id);
    Ok(Elsewhere { host: seen.then(|| host.name().to_owned()) })
}
