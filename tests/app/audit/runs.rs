//! Runs and what is done by hand in the log.

use sluice::{
    models::pipeline::{Pipeline, PipelineInput},
    models::seen_pipeline::ManagePipeline,
    rules::state::State,
};

use super::walk::Walk;
use crate::access::world::tomorrow;
use crate::support::{
    Browser, Contoso,
    contoso::{expenses, tables},
    id,
};

/// Uses every route of makers once.
pub async fn walk(walk: &mut Walk) {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    by_hand(walk, &c, &mut maya).await;
    deployments(walk, &c, &mut maya).await;
    settings_file(walk, &c, &mut maya).await;
}

async fn by_hand(walk: &mut Walk, c: &Contoso, maya: &mut Browser) {
    let (app, at) = (&c.app, c.development.id.to_string());
    let form = [
        ("display_name", "Draft"),
        ("unique_name", "draft"),
        ("publisher", "+"),
        ("publisher_display_name", "Contoso"),
        ("publisher_name", "contoso"),
        ("prefix", "con"),
        ("version", "1.0.0.0"),
    ];
    let told = "Maya import draft; Environment:  → Contoso Development; Version:  → 1.0.0.0";
    walk.step(app, maya, ("/environments/{environment}/solutions", &[&at]), &form, told).await;
    app.run_worker().await;
    let route = "/environments/{environment}/solutions/{solution}/version";
    let told = "Maya set version draft; Environment:  → Contoso Development; Version: 1.0.0.0 → 1.0.0.1";
    walk.step(app, maya, (route, &[&at, "draft"]), &[("version", "1.0.0.1")], told).await;
    app.run_worker().await;
    let route = "/environments/{environment}/solutions/{solution}/exports";
    let told = "Maya export draft; Environment:  → Contoso Development; Version:  → 1.0.0.1";
    walk.step(app, maya, (route, &[&at, "draft"]), &[], told).await;
    app.run_worker().await;
    let route = "/environments/{environment}/solutions/{solution}/removal";
    let told = "Maya uninstall draft; Environment:  → Contoso Development; Version: 1.0.0.1 → ; Package: unmanaged → ";
    walk.step(app, maya, (route, &[&at, "draft"]), &[], told).await;
    app.run_worker().await;
    let package = tables("1.0.0.2").to_bytes().unwrap();
    let page = maya.upload(&format!("/environments/{at}/imports"), &[], ("package", "core.zip", &package)).await;
    app.run_worker().await;
    let operation = page.location().unwrap().rsplit('/').next().unwrap().to_owned();
    let route = "/environments/{environment}/imports/{operation}";
    let told =
        "Maya import contoso_core; Environment:  → Contoso Development; Version:  → 1.0.0.2; Package:  → unmanaged";
    walk.step(app, maya, (route, &[&at, &operation]), &[], told).await;
    app.run_worker().await;
    let form = [("name", "Mail"), ("connector", "shared_office365"), ("credential", "MARKER")];
    let told = "Maya add Mail; Connector:  → ";
    walk.step(app, maya, ("/environments/{environment}/connections", &[&at]), &form, told).await;
    let page = maya.get(&format!("/environments/{at}/connections")).await;
    let removal = page.link("Remove Mail");
    let connection = removal.split('/').nth(4).unwrap().to_owned();
    let form = [("name", "Post"), ("change", "replace"), ("credential", "MARKER")];
    let told = "Maya change Mail; Name: Mail → Post; Credential:  → replaced";
    walk.step(app, maya, ("/environments/{environment}/connections/{connection}", &[&at, &connection]), &form, told)
        .await;
    let route = "/environments/{environment}/connections/{connection}/removal";
    walk.step(app, maya, (route, &[&at, &connection]), &[], "Maya remove Post; Connector: ").await;
}

async fn deployments(walk: &mut Walk, c: &Contoso, maya: &mut Browser) {
    let app = &c.app;
    let (pipeline, test, source) = (c.pipeline.id.to_string(), c.test.id.to_string(), c.development.id.to_string());
    let next = ("/pipelines/{pipeline}/stages/{stage}/runs", &[pipeline.as_str(), test.as_str()][..]);
    let form = [("solution", "contoso_core"), ("source", source.as_str())];
    let told = "Maya start Contoso Core 1.0.0.2 to Test; Pipeline:  → Contoso Standard; Source:  → Contoso Development; \
                Target:  → Contoso QA; Version:  → 1.0.0.2; State:  → Validating";
    let first = c.run_of(&walk.step(app, maya, next, &form, told).await).id.to_string();
    app.run_worker().await;
    let log = app.audit();
    let said = "Sluice validate Contoso Core 1.0.0.2 to Test; State: Validating → Validation succeeded";
    assert!(log.iter().any(|line| line == said), "{log:#?}");

    // A newer one ends it.
    let second = c.run_of(&maya.post(&c.runs_of(&c.test), &form).await).id.to_string();
    app.run_worker().await;
    let said = "Sluice replace Contoso Core 1.0.0.2 to Test; State: Validation succeeded → Canceled; Maya started a newer run.";
    assert!(app.audit().iter().any(|line| line == said), "{:#?}", app.audit());
    assert_eq!(c.run(first.parse().unwrap()).state, State::Canceled);
    let told = "Maya cancel Contoso Core 1.0.0.2 to Test; State: Validation succeeded → Canceled";
    walk.step(app, maya, ("/runs/{run}/cancellation", &[&second]), &[], told).await;
    let page =
        walk.step(app, maya, ("/runs/{run}/retry", &[&second]), &[], "Maya retry Contoso Core 1.0.0.2 to Test").await;
    app.run_worker().await;
    let third = c.run_of(&page).id.to_string();
    let told =
        "Maya deploy Contoso Core 1.0.0.2 to Test; State: Validation succeeded → Queued; Deployment notes:  → Go";
    walk.step(app, maya, ("/runs/{run}/deployment", &[&third]), &[("notes", "Go")], told).await;
    app.run_worker().await;
    let log = app.audit();
    for said in [
        "begin Contoso Core 1.0.0.2 to Test; State: Queued → Deploying",
        "succeed Contoso Core 1.0.0.2 to Test; State: Deploying → Succeeded",
    ] {
        assert!(log.contains(&format!("Sluice {said}")), "{log:#?}");
    }
    let live = c.live.id.to_string();
    let told = "Maya promote Contoso Core 1.0.0.2 to Production";
    walk.step(app, maya, ("/runs/{run}/promotion", &[&third]), &[("stage", &live)], told).await;
    app.run_worker().await;
    later(walk, c, maya).await;
    redeploy(walk, c, maya, &third).await;
}

// The time is told as it was chosen, in the zone of who chose it.
async fn later(walk: &mut Walk, c: &Contoso, maya: &mut Browser) {
    let app = &c.app;
    let run = c.validated(maya, &c.live, "contoso_core").await.id.to_string();
    let (day, next) =
        (tomorrow(), (sluice::db::now() + chrono::TimeDelta::days(2)).format("%Y-%m-%dT%H:%M").to_string());
    let told = |at: &str| format!("{} +00:00 (UTC)", at.replace('T', " "));
    let form = [("when", "later"), ("at", day.as_str()), ("notes", "")];
    let entry = format!(
        "Maya deploy Contoso Core 1.0.0.2 to Production; State: Validation succeeded → Scheduled; Scheduled for:  → {}",
        told(&day)
    );
    walk.step(app, maya, ("/runs/{run}/deployment", &[&run]), &form, &entry).await;
    let entry =
        format!("Maya change Contoso Core 1.0.0.2 to Production; Scheduled for: {} → {}", told(&day), told(&next));
    walk.step(app, maya, ("/runs/{run}/schedule", &[&run]), &[("when", "later"), ("at", &next)], &entry).await;
    assert_eq!(maya.post(&format!("/runs/{run}/schedule"), &[("when", "now")]).await.status, 303);
    app.run_worker().await;
    let said = "Sluice begin Contoso Core 1.0.0.2 to Production; State: Scheduled → Queued";
    assert!(app.audit().iter().any(|line| line == said), "{:#?}", app.audit());
}

async fn redeploy(walk: &mut Walk, c: &Contoso, maya: &mut Browser, run: &str) {
    let permit = c.app.permit::<ManagePipeline>(&c.ada, &[id("pipeline", c.pipeline.id)]);
    let allowed = PipelineInput { name: c.pipeline.name.clone(), description: String::new(), allow_redeploy: true };
    c.app.write(|db| Pipeline::edit(db, &permit, &allowed)).expect("a pipeline that can be changed");
    let told = "Maya redeploy Contoso Core 1.0.0.2 to Test";
    walk.step(&c.app, maya, ("/runs/{run}/redeployment", &[run]), &[], told).await;
    c.app.run_worker().await;
}

// The names of settings are told, their values are not: the run keeps them.
async fn settings_file(walk: &mut Walk, c: &Contoso, maya: &mut Browser) {
    c.import(&c.development, &expenses("1.0.0.4")).await;
    let run = c.validated(maya, &c.test, "contoso_expenses").await.id;
    let file = br#"{"EnvironmentVariables":[{"SchemaName":"con_sender","Value":"MARKER"}],"ConnectionReferences":[]}"#;
    let before = c.app.audit().len();
    let page = maya.upload(&format!("/runs/{run}/settings-file"), &[], ("file", "settings.json", file)).await;
    let told = "Maya fill in Contoso Expenses 1.0.0.4 to Test; Setting con_sender:  → replaced";
    walk.check(&c.app, "/runs/{run}/settings-file", before, &page, told);
    assert!(!c.app.audit().iter().any(|line| line.contains("MARKER")));
}
