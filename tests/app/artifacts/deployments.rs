//! Deployments with packages in a store, and while it is away.

use diesel::prelude::*;
use sluice::{app::App, db, models::operation::Operation, rules::state::State, schema::operations, worker};
use tempfile::TempDir;

use crate::support::{
    Contoso, TestApp, contoso,
    stores::{Door, Store, away},
};

#[actix_web::test]
async fn a_solution_goes_from_development_to_production_through_pages_wherever_packages_are() {
    let folder = TempDir::new().unwrap();
    for store in Store::all(folder.path()) {
        let c = Contoso::on(TestApp::with_packages(|spool| store.open(spool)));
        let mut maya = c.app.sign_in(&c.maya).await;
        let package = contoso::tables("1.0.0.4").filler(9_000_000).to_bytes().unwrap();
        let imports = format!("/environments/{}/imports", c.development.id);
        let page = maya.upload(&imports, &[], ("package", "solution.zip", &package)).await;
        let review = page.location().unwrap_or_else(|| panic!("refused: {}", page.text())).to_owned();
        c.app.run_worker().await;
        assert_eq!(maya.post(&review, &[]).await.status, 303);
        c.app.run_worker().await;
        let tested = c.deploy(&mut maya, &c.test, "contoso_core").await;
        assert_eq!(tested.state, State::Succeeded, "{:?}", tested.error_message);
        let live = c.deploy(&mut maya, &c.live, "contoso_core").await;
        assert_eq!((live.state, &live.managed_hash), (State::Succeeded, &tested.managed_hash));
        let page = maya.get(&format!("/runs/{}/packages/managed", live.id)).await;
        assert_eq!((page.status, page.body.len() as i64), (200, live.managed_size.unwrap()));
    }
}

/// What waits, and what it says.
fn waiting(c: &Contoso) -> Vec<String> {
    let open = operations::table.filter(operations::ended_at.is_null()).select(operations::message);
    c.app.read(|conn| Ok(open.load(conn)?))
}

/// Lets the wait for the next try be over.
fn make_due(c: &Contoso) {
    let open = operations::table.filter(operations::ended_at.is_null());
    c.app.write(|conn| Ok(diesel::update(open).set(operations::due_at.eq(db::now())).execute(conn)?));
}

/// Deploys to the first stage; at the check and again before the import, `without` finds the store away.
async fn deploy(c: &Contoso, without: impl AsyncFn()) {
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let page = c.next(&mut maya, &c.test, "contoso_core").await;
    waits(c, &without).await;
    c.app.run_worker().await;
    let run = c.run_of(&page);
    assert_eq!(run.state, State::ValidationSucceeded, "{:?}", run.error_message);
    assert_eq!(maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await.status, 303);
    waits(c, &without).await;
    assert_ne!(c.run(run.id).state, State::Failed);
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Succeeded, "{:?}", c.run(run.id).error_message);
}

async fn waits(c: &Contoso, without: &impl AsyncFn()) {
    without().await;
    let messages = waiting(c);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("The packages cannot be reached now."), "{messages:?}");
    make_due(c);
}

#[actix_web::test]
async fn while_the_store_is_away_a_deployment_waits_and_then_goes_on() {
    let c = Contoso::new();
    let cut_off: App = c.app.server_with(away(&c.app.folder().join("spool-2")));
    deploy(&c, async || worker::run_pending(&cut_off).await.unwrap()).await;
    let tries: Vec<Operation> =
        c.app.read(|conn| Ok(Operation::query().filter(operations::attempts.gt(0)).load(conn)?));
    assert!(!tries.is_empty(), "it was tried again");
}

#[actix_web::test]
async fn a_store_that_goes_away_and_comes_back_holds_a_deployment_up_and_no_more() {
    let Some(door) = Door::to_s3() else { return };
    let c = Contoso::on(TestApp::with_packages(|spool| door.artifacts(spool)));
    deploy(&c, async || {
        door.shut();
        std::fs::remove_dir_all(c.app.folder().join("spool/fetched")).unwrap();
        c.app.run_worker().await;
        door.open();
    })
    .await;
}
