//! A connection's name and credential, changed; the credential itself is never sent back.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::{ChangeConnection, list_path, subject};
use crate::{
    app::App,
    error::Error,
    id::RowId,
    models::{audit::Verb, environment::Environment, permit::Permit},
    platform::embedded::connections,
    rules::connections::Connection,
    secrets::Secret,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

/// What can be done with a credential that is set.
const CHANGES: &[(&str, &str)] = &[("keep", "Keep"), ("replace", "Replace"), ("remove", "Remove")];

#[derive(Template)]
#[template(path = "connections/edit.html")]
struct Edit {
    layout: Layout,
    form: Form,
    environment: Environment,
    connection: Connection,
    has_credential: bool,
}

/// What becomes of the credential.
enum Change {
    Keep,
    Set(Secret),
    Remove,
}

/// `GET /environments/{environment}/connections/{connection}/edit`
pub async fn show(
    may: Permit<ChangeConnection>,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let mut edit = Edit::open(&may, layout, Form::default(), &app, &path.1).await?;
    edit.form = Form::of([("name", edit.connection.name.clone()), ("change", "keep".to_owned())]);
    page(edit)
}

/// `POST /environments/{environment}/connections/{connection}`
pub async fn update(
    may: Permit<ChangeConnection>,
    session: Session,
    layout: Layout,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    form: Form,
) -> Answer {
    let mut edit = Edit::open(&may, layout, form, &app, &path.1).await?;
    let (name, change) = (edit.form.name("name"), edit.change());
    let (Some(name), Some(change)) = (name, change) else { return invalid(edit) };
    let id: RowId = path.1.parse().map_err(|_| Error::NotFound)?;
    let (list, keys) = (list_path(&edit.environment), app.keys.clone());
    app.db
        .write(move |c| {
            let before = connections::rename(c, may.id, id, &name)?;
            let mut entry = may.by().did(Verb::Change, subject(&before)).changed("Name", &before.name, &name);
            if let Some(secret) = change.secret() {
                connections::set_credential(c, may.id, id, secret, &keys)?;
                entry = match secret {
                    Some(_) => entry.replaced("Credential"),
                    None => entry.cleared("Credential", "set"),
                };
            }
            entry.record(c)
        })
        .await?;
    done(&session, list, "Saved.")
}

impl Edit {
    async fn open(
        may: &Permit<ChangeConnection>,
        layout: Layout,
        form: Form,
        app: &App,
        id: &str,
    ) -> Result<Edit, Error> {
        let environment = may.environment.clone();
        let at = environment.id;
        let read = move |c: &mut _| Ok((connections::list(c, at)?, connections::with_credential(c, at)?));
        let (all, with_credential) = app.db.read(read).await?;
        let connection = all.into_iter().find(|connection| connection.id == id).ok_or(Error::NotFound)?;
        let has_credential = with_credential.contains(id);
        Ok(Edit { layout, form, environment, connection, has_credential })
    }

    fn change(&mut self) -> Option<Change> {
        let typed = self.form.secret("credential")?;
        if !self.has_credential {
            return Some(typed.map_or(Change::Keep, Change::Set));
        }
        match (self.form.value("change"), typed) {
            ("keep", None) => return Some(Change::Keep),
            ("remove", None) => return Some(Change::Remove),
            ("replace", Some(secret)) => return Some(Change::Set(secret)),
            ("replace", None) => self.form.fail("credential", "Enter the new credential, or choose Keep."),
            ("keep" | "remove", Some(_)) => self.form.fail("change", "Choose Replace to keep what you entered."),
            _ => self.form.fail("change", "Choose one from the list."),
        }
        None
    }
}

impl Change {
    /// What is kept from now on, where that changes.
    fn secret(&self) -> Option<Option<&Secret>> {
        match self {
            Change::Keep => None,
            Change::Set(secret) => Some(Some(secret)),
            Change::Remove => Some(None),
        }
    }
}
