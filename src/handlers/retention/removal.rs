//! Remove now: what the saved settings let go, without waiting for the worker.

use actix_session::Session;
use askama::Template;

use super::{PATH, view::sum};
use crate::{
    db::Db,
    error::Error,
    handlers::clock,
    models::{
        permit::{AdministerTenant, Permit},
        retention::{
            self,
            preview::{Preview, Sum, Window},
            removal,
        },
    },
    web::{
        layout::Layout,
        respond::{Answer, done, page},
    },
};

#[derive(Template)]
#[template(path = "retention/removal.html")]
struct Confirm {
    layout: Layout,
    goes: String,
    /// Why not, if not; empty where there is something to remove.
    why: &'static str,
}

const OFF: &str = "Retention is set to keep every package. Change that first.";
const NOTHING: &str = "The saved settings keep every package that there is.";

/// `GET /admin/retention/removal`
pub async fn confirm(may: Permit<AdministerTenant>, db: Db, layout: Layout) -> Answer {
    let goes = db.read(|c| {
        let policy = retention::policy(c)?;
        policy.map(|policy| Ok(Preview::of(c, policy, Window::default())?.goes)).transpose()
    });
    let goes = goes.await?;
    let why = match goes {
        None => OFF,
        Some(Sum { count: 0, .. }) => NOTHING,
        Some(_) => "",
    };
    page(Confirm { layout, goes: sum(&clock::of(may.person()), goes.unwrap_or_default()), why })
}

/// `POST /admin/retention/removal`
pub async fn create(may: Permit<AdministerTenant>, session: Session, db: Db) -> Answer {
    let removed = removal::remove_now(&db, &may).await?;
    if removed.count == 0 {
        let off = db.read(retention::policy).await?.is_none();
        return Err(Error::Conflict(if off { OFF } else { NOTHING }.into()));
    }
    let told = sum(&clock::of(may.person()), removed);
    done(&session, PATH, format!("Removed: {told}. For a day they can be brought back; then the space is free."))
}
