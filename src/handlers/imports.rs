//! Importing a solution: a package is uploaded, then checked, and imported once somebody has seen what would happen.

mod check;
mod review;
mod upload;

use actix_multipart::Multipart;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::{
    by_hand::{self, Hand},
    operations::{About, Asked},
    solutions::list_path,
};
use crate::{
    app::App,
    artifacts::Stored,
    auth,
    error::Error,
    models::{
        environment::{ChangeSolutions, Environment},
        operation::{OperationKind, by_hand::Order},
        permit::Permit,
    },
    package::Package,
    platform::Act,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, invalid, page, see_other},
    },
};
pub use review::{confirm, show};

#[derive(Template)]
#[template(path = "imports/new.html")]
struct New {
    layout: Layout,
    form: Form,
    environment: Environment,
    list: String,
    largest: u64,
}

/// `GET /environments/{environment}/imports/new`
pub async fn new(may: Permit<ChangeSolutions>, layout: Layout, app: web::Data<App>) -> Answer {
    page(New::open(&may, layout, &app).await?)
}

/// `POST /environments/{environment}/imports`
pub async fn create(
    may: Permit<ChangeSolutions>,
    req: HttpRequest,
    layout: Layout,
    app: web::Data<App>,
    mut upload: Multipart,
) -> Answer {
    let mut new = New::open(&may, layout, &app).await?;
    let (spooled, package) = match upload::receive(&app, &mut upload, "package").await? {
        Ok(received) => received,
        Err(refusal) => {
            new.form.fail("package", refusal);
            return invalid(new);
        }
    };
    let may = auth::again(&req).await?;
    let stored = app.artifacts.keep(spooled).await?;
    let order = check(stored, &package)?;
    match by_hand::queue(&app, may, order, &mut new.form).await? {
        Some(id) => see_other(format!("/environments/{}/imports/{id}", new.environment.id)),
        None => invalid(new),
    }
}

impl New {
    async fn open(may: &Permit<ChangeSolutions>, layout: Layout, app: &App) -> Result<New, Error> {
        let seen = (**may).clone();
        let environment = seen.environment.clone();
        app.db.read(move |c| Hand::of(c, &seen)).await?.check()?;
        let (list, largest) = (list_path(environment.id), app.limits.upload >> 20);
        Ok(New { layout, form: Form::default(), environment, list, largest })
    }

    fn hint(&self) -> String {
        format!("A .zip file as exported, managed or unmanaged, up to {} MB.", self.largest)
    }
}

// What the package says of itself travels with the check, so that the summary needs not read it again.
fn check(package: Stored, read: &Package) -> Result<Order, Error> {
    let manifest = &read.manifest;
    let about = About {
        unique_name: manifest.unique_name.clone(),
        display_name: manifest.display_name.clone(),
        version: manifest.version.clone(),
    };
    let asked = Asked { act: Act::Check { package }, about, described: Some(read.into()), new: false };
    Ok(Order {
        kind: OperationKind::Check,
        input: serde_json::to_string(&asked)?,
        solution: manifest.unique_name.clone(),
        changes: Vec::new(),
        reason: String::new(),
    })
}
