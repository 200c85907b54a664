//! The connections of an environment: what connection references can be bound to.

pub mod edit;
mod permit;

use std::collections::HashSet;

use actix_session::Session;
use actix_web::web;
use askama::Template;

use permit::ChangeConnection;

use super::live;
use crate::{
    app::App,
    error::Error,
    id::RowId,
    models::{
        audit::{Kind, Subject, Verb},
        environment::{ChangeSolutions, Environment, ViewEnvironment},
        permit::Permit,
    },
    platform::embedded::connections,
    rules::{
        connections::{Connection, Connections},
        connectors,
    },
    web::{
        forms::{Form, NAME},
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "connections/index.html")]
struct Index {
    layout: Layout,
    environment: Environment,
    may_change: bool,
    connections: Vec<Connection>,
    with_credential: HashSet<String>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "connections/new.html")]
struct New {
    layout: Layout,
    form: Form,
    environment: Environment,
    connectors: Vec<String>,
}

#[derive(Template)]
#[template(path = "connections/removal.html")]
struct Removal {
    layout: Layout,
    environment: Environment,
    connection: Connection,
    /// The connection references that use it.
    uses: Vec<String>,
}

/// `GET /environments/{environment}/connections`
pub async fn index(may: Permit<ViewEnvironment>, layout: Layout, app: web::Data<App>) -> Answer {
    let may_change = may.role.may_change();
    let environment = may.into_subject().environment;
    let (connections, problem) = match live::platform(&app, &environment).connections(environment.id).await {
        Ok(Connections::Listed(all)) => (all, None),
        Ok(Connections::NotListable) => (
            Vec::new(),
            Some("This environment does not list its connections. Name them by id where one is asked for.".into()),
        ),
        Err(error) => (Vec::new(), Some(live::words(&error))),
    };
    let at = environment.id;
    let with_credential = app.db.read(move |c| connections::with_credential(c, at)).await?;
    page(Index { layout, environment, may_change, connections, with_credential, problem })
}

/// `GET /environments/{environment}/connections/new`
pub async fn new(may: Permit<ChangeSolutions>, layout: Layout, app: web::Data<App>) -> Answer {
    page(New::open(&may, layout, Form::default(), &app).await?)
}

/// `POST /environments/{environment}/connections`
pub async fn create(
    may: Permit<ChangeSolutions>,
    session: Session,
    layout: Layout,
    app: web::Data<App>,
    form: Form,
) -> Answer {
    let mut new = New::open(&may, layout, form, &app).await?;
    let (name, connector) = (new.form.name("name"), new.form.line_or("connector", 2 * NAME, "Enter a connector."));
    let credential = new.form.secret("credential");
    let (Some(name), Some(connector), Some(credential)) = (name, connector, credential) else { return invalid(new) };
    let connector = connectors::called(&connector).map_or(connector, str::to_owned);
    let (list, keys) = (list_path(&new.environment), app.keys.clone());
    let added = app
        .db
        .write(move |c| {
            let added = connections::add(c, may.id, &name, &connector, may.person().id)?;
            let mut entry = may.by().did(Verb::Add, subject(&added)).set("Connector", &added.connector_id);
            entry = entry.set("Environment", &may.name);
            if let Some(credential) = &credential {
                let id = added.id.parse().map_err(|_| Error::NotFound)?;
                connections::set_credential(c, may.id, id, Some(credential), &keys)?;
                entry = entry.set("Credential", "set");
            }
            entry.record(c).map(|()| added)
        })
        .await;
    match added {
        Ok(added) => done(&session, list, format!("{} is there now.", added.name)),
        Err(Error::Conflict(message)) => {
            new.form.fail("connector", message);
            invalid(new)
        }
        Err(other) => Err(other),
    }
}

/// `GET /environments/{environment}/connections/{connection}/removal`
pub async fn confirm(
    may: Permit<ChangeConnection>,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    page(Removal::open(&may, layout, &app, &path.1).await?)
}

/// `POST /environments/{environment}/connections/{connection}/removal`
pub async fn destroy(
    may: Permit<ChangeConnection>,
    session: Session,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let mut removal = Removal::open(&may, layout, &app, &path.1).await?;
    let (at, id): (_, RowId) = (may.id, path.1.parse().map_err(|_| Error::NotFound)?);
    let removed = app
        .db
        .write(move |c| {
            let removed = connections::remove(c, may.id, id)?;
            let entry = may.by().did(Verb::Remove, subject(&removed)).cleared("Connector", &removed.connector_id);
            entry.cleared("Environment", &may.name).record(c).map(|()| removed)
        })
        .await;
    match removed {
        Ok(removed) => done(&session, list_path(&removal.environment), format!("{} is gone.", removed.name)),
        Err(Error::Conflict(_)) => {
            removal.uses = app.db.read(move |c| connections::references(c, at, id)).await?;
            invalid(removal)
        }
        Err(other) => Err(other),
    }
}

impl New {
    async fn open(may: &Permit<ChangeSolutions>, layout: Layout, form: Form, app: &App) -> Result<New, Error> {
        let environment = may.environment.clone();
        let at = environment.id;
        let connectors = app.db.read(move |c| connections::wanted(c, at)).await?;
        Ok(New { layout, form, environment, connectors })
    }

    fn hint(&self) -> &'static str {
        match self.connectors.is_empty() {
            true => "For example Office 365 Outlook or shared_office365.",
            false => "For example Office 365 Outlook. Pick one that connection references here use, or type its name.",
        }
    }
}

impl Removal {
    async fn open(may: &Permit<ChangeConnection>, layout: Layout, app: &App, id: &str) -> Result<Removal, Error> {
        let environment = may.environment.clone();
        let at = environment.id;
        let id: RowId = id.parse().map_err(|_| Error::NotFound)?;
        let read = move |c: &mut _| Ok((connections::find(c, at, id)?, connections::references(c, at, id)?));
        let (connection, uses) = app.db.read(read).await?;
        Ok(Removal { layout, environment, connection, uses })
    }
}

fn subject(connection: &Connection) -> Subject {
    Subject::new(Kind::Connection, &connection.id, &connection.name)
}

fn list_path(environment: &Environment) -> String {
    format!("/environments/{}/connections", environment.id)
}
