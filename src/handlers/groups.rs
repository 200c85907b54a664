//! Groups in the admin center: the list, one of them, what is written about it, retiring it.

use actix_session::Session;
use askama::Template;

use super::{first_administrator::refused, group_members::Show};
use crate::{
    db::Db,
    id::GroupId,
    models::{
        grant::Grant,
        group::{AdministerGroup, Group, Size},
        permit::{AdministerTenant, Permit},
    },
    web::{
        forms::{Form, TEXT},
        layout::Layout,
        respond::{Answer, done, invalid, page},
    },
};

#[derive(Template)]
#[template(path = "groups/index.html")]
struct Index {
    layout: Layout,
    groups: Vec<(Group, Size)>,
}

#[derive(Template)]
#[template(path = "groups/new.html")]
struct New {
    layout: Layout,
    form: Form,
}

#[derive(Template)]
#[template(path = "groups/edit.html")]
struct Edit {
    layout: Layout,
    form: Form,
    group: Group,
}

#[derive(Template)]
#[template(path = "groups/retirement.html")]
struct Retirement {
    layout: Layout,
    group: Group,
    grants: Vec<Grant>,
    /// Why not, if not.
    needed: Option<String>,
}

/// `GET /admin/groups`
pub async fn index(db: Db, _: Permit<AdministerTenant>, layout: Layout) -> Answer {
    page(Index { layout, groups: db.read(Group::all).await? })
}

/// `GET /admin/groups/{group}`
pub async fn show(db: Db, permit: Permit<AdministerGroup>, layout: Layout) -> Answer {
    page(db.read(move |c| Show::of(c, permit.into_subject(), layout, Form::default())).await?)
}

/// `GET /admin/groups/new`
pub async fn new(_: Permit<AdministerTenant>, layout: Layout) -> Answer {
    page(New { layout, form: Form::default() })
}

/// `POST /admin/groups`
pub async fn create(
    session: Session,
    db: Db,
    permit: Permit<AdministerTenant>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let Some((name, description)) = details(&mut form) else { return invalid(New { layout, form }) };
    match db.write(move |c| Group::create(c, &permit, &name, &description)).await {
        Ok(group) => done(&session, path(group.id), format!("{} is ready. Next, add its members.", group.name)),
        Err(error) => {
            refused(&mut form, "name", error)?;
            invalid(New { layout, form })
        }
    }
}

/// `GET /admin/groups/{group}/edit`
pub async fn edit(db: Db, permit: Permit<AdministerGroup>, layout: Layout) -> Answer {
    let group = db.read(move |c| permit.live(c)).await?;
    let form = Form::of([("name", group.name.clone()), ("description", group.description.clone())]);
    page(Edit { layout, form, group })
}

/// `POST /admin/groups/{group}`
pub async fn update(
    session: Session,
    db: Db,
    permit: Permit<AdministerGroup>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let asked = permit.clone();
    let group = db.read(move |c| asked.live(c)).await?;
    let Some((name, description)) = details(&mut form) else { return invalid(Edit { layout, form, group }) };
    match db.write(move |c| Group::change(c, &permit, &name, &description)).await {
        Ok(()) => done(&session, path(group.id), "Saved."),
        Err(error) => {
            refused(&mut form, "name", error)?;
            invalid(Edit { layout, form, group })
        }
    }
}

/// `GET /admin/groups/{group}/retirement`
pub async fn ask_retirement(db: Db, permit: Permit<AdministerGroup>, layout: Layout) -> Answer {
    let asked = db.read(move |c| {
        let group = permit.live(c)?;
        let (grants, needed) = (Grant::of_group(c, group.id)?, group.needed(c)?);
        Ok(Retirement { layout, group, grants, needed })
    });
    page(asked.await?)
}

/// `POST /admin/groups/{group}/retirement`
pub async fn retire(session: Session, db: Db, permit: Permit<AdministerGroup>) -> Answer {
    let message = format!("{} is retired.", permit.name);
    db.write(move |c| Group::retire(c, &permit)).await?;
    done(&session, "/admin/groups", message)
}

/// The address of a group's page.
pub fn path(id: GroupId) -> String {
    format!("/admin/groups/{id}")
}

fn details(form: &mut Form) -> Option<(String, String)> {
    let (name, description) = (form.name("name"), form.text("description", TEXT));
    Some((name?, description?))
}
