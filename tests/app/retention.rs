//! Retention: what the settings remove, what they never do, and what becomes of what was removed.

mod lists;
mod refusals;
mod retiring;
mod settings;

use std::time::Duration;

use diesel::prelude::*;
use sluice::{
    db,
    id::ArtifactId,
    models::{artifact::Artifact, run::Run},
    schema::artifacts,
    verify, worker,
};

use crate::support::{Browser, Contoso, Page, contoso};

const PATH: &str = "/admin/retention";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Contoso with three versions: the first was overtaken everywhere, the second is in production, the third in QA. All that
/// is 40 days ago. Who uses it, and the runs to Test.
async fn contoso() -> (Contoso, Browser, Vec<Run>) {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    let mut tested = Vec::new();
    for version in ["1.0.0.1", "1.0.0.2", "1.0.0.3"] {
        c.import(&c.development, &contoso::tables(version)).await;
        tested.push(c.deploy(&mut maya, &c.test, "contoso_core").await);
        if version != "1.0.0.3" {
            c.deploy(&mut maya, &c.live, "contoso_core").await;
        }
    }
    c.app.packages_later(40);
    (c, maya, tested)
}

/// What these settings would do, as Ada sees it.
async fn preview(c: &Contoso, days: u32, versions: u32, show: &str) -> Page {
    let mut ada = c.app.sign_in(&c.ada).await;
    ada.get(&format!("{PATH}?mode=remove&days={days}&versions={versions}&show={show}")).await
}

async fn save(c: &Contoso, days: &str, versions: &str) -> Page {
    let mut ada = c.app.sign_in(&c.ada).await;
    ada.submit(PATH, &[("mode", "remove"), ("days", days), ("versions", versions)]).await
}

/// Lets the worker retire and sweep.
async fn tidy(c: &Contoso) {
    worker::tidy_packages(&c.app.app, DAY).await.unwrap();
}

/// The versions that have no packages any more.
fn retired(c: &Contoso) -> Vec<String> {
    let retired = artifacts::table.filter(artifacts::retired_at.is_not_null()).order(artifacts::id);
    c.app.read(|conn| Ok(retired.select(artifacts::version).load(conn)?))
}

fn artifact(c: &Contoso, run: &Run) -> Artifact {
    c.app.read(|conn| Artifact::by_id(conn, run.artifact_id.unwrap()))
}

/// Retires an artifact whatever the rule says.
fn force_retired(c: &Contoso, id: ArtifactId) {
    let row = artifacts::table.find(id);
    c.app.write(|conn| Ok(diesel::update(row).set(artifacts::retired_at.eq(Some(db::now()))).execute(conn)?));
}

async fn assert_whole(c: &Contoso) {
    let seen = verify::verify(&c.app.app.db, &c.app.app.artifacts).await.unwrap();
    assert_eq!(seen.problems, [""; 0]);
}
