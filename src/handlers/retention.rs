//! Retention in the admin center: how long packages are kept, and what that removes.

mod asked;
pub mod removal;
pub mod returns;
mod view;

use actix_session::Session;
use actix_web::web;
use askama::Template;

use self::{
    asked::{Asked, Mode},
    view::{PreviewView, ReturnView},
};
use crate::{
    db::{Conn, Db},
    error::Error,
    handlers::clock,
    models::{
        permit::{AdministerTenant, Permit},
        person::Person,
        retention::{self, removal::Retired},
    },
    rules::retention::Policy,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

/// Where the page is.
const PATH: &str = "/admin/retention";

#[derive(Template)]
#[template(path = "retention/index.html")]
struct Index {
    layout: Layout,
    form: Form,
    modes: Vec<(&'static str, &'static str)>,
    /// What the settings in the form mean; none where every package stays, or they make no sense.
    preview: Option<PreviewView>,
    /// The settings in the form are those that are saved.
    saved: bool,
    returns: Vec<ReturnView>,
}

/// `GET /admin/retention`; with settings in the address, what they would remove.
pub async fn index(may: Permit<AdministerTenant>, db: Db, layout: Layout, asked: web::Query<Asked>) -> Answer {
    let (person, asked) = (may.person().clone(), asked.into_inner());
    let index = db.read(move |c| {
        let saved = retention::policy(c)?;
        let mut form = asked.form(saved);
        let policy = asked::policy(&mut form).flatten();
        Index::read(c, &person, layout, form, policy, saved, &asked)
    });
    let index = index.await?;
    if index.form.is_valid() { page(index) } else { invalid(index) }
}

/// `POST /admin/retention`
pub async fn update(may: Permit<AdministerTenant>, session: Session, db: Db, layout: Layout, mut form: Form) -> Answer {
    let Some(policy) = asked::policy(&mut form) else {
        let person = may.person().clone();
        return invalid(db.read(move |c| Index::read(c, &person, layout, form, None, None, &Asked::default())).await?);
    };
    db.write(move |c| retention::change(c, &may, policy)).await?;
    let message = match policy {
        Some(_) => "Saved. What may go is removed within the hour.",
        None => "Saved. Every package is kept.",
    };
    done(&session, PATH, message)
}

impl Index {
    fn read(
        conn: &mut Conn,
        person: &Person,
        layout: Layout,
        form: Form,
        policy: Option<Policy>,
        saved: Option<Policy>,
        asked: &Asked,
    ) -> Result<Index, Error> {
        let clock = clock::of(person);
        let preview = policy.map(|policy| PreviewView::read(conn, &clock, policy, asked)).transpose()?;
        let lately = Retired::lately(conn)?;
        Ok(Index {
            layout,
            form,
            modes: Mode::ALL.iter().map(|mode| (mode.as_str(), mode.label())).collect(),
            saved: policy.is_some() && policy == saved,
            preview,
            returns: lately.into_iter().map(|retired| ReturnView::of(&clock, retired)).collect(),
        })
    }
}
