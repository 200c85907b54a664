//! Retiring an environment: what it means, and what stands against it.

use diesel::prelude::*;
use sluice::{
    db,
    id::{DeploymentEnvironmentId, EnvironmentId, OperationId, PersonId, PipelineId, RunId, StageId},
    models::{person::Person, run::Newest},
    schema::{deployment_environments, operations, pipelines, runs, stages},
};

use crate::support::{Browser, TestApp, admin::environment};

fn id(path: &str) -> EnvironmentId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

async fn host(browser: &mut Browser, name: &str) -> String {
    let path = environment(browser, name).await;
    browser.submit(&format!("{path}/host"), &[]).await.assert_has(".note", "is a host");
    path
}

fn pipeline(app: &TestApp, host: EnvironmentId, name: &str) -> PipelineId {
    let id = PipelineId::new();
    let row = (
        pipelines::id.eq(id),
        pipelines::host_id.eq(host),
        pipelines::name.eq(name),
        pipelines::name_key.eq(db::fold(name)),
        pipelines::description.eq(""),
        pipelines::allow_redeploy.eq(false),
        pipelines::created_at.eq(db::now()),
    );
    app.write(|c| Ok(diesel::insert_into(pipelines::table).values(row).execute(c)?));
    id
}

fn record(app: &TestApp, host: EnvironmentId, environment: EnvironmentId, by: PersonId) -> DeploymentEnvironmentId {
    let id = DeploymentEnvironmentId::new();
    let row = (
        deployment_environments::id.eq(id),
        deployment_environments::host_id.eq(host),
        deployment_environments::name.eq("Record of QA"),
        deployment_environments::name_key.eq("record of qa"),
        deployment_environments::kind.eq("target"),
        deployment_environments::environment_guid.eq(environment.to_string()),
        deployment_environments::environment_id.eq(environment),
        deployment_environments::description.eq(""),
        deployment_environments::status.eq("success"),
        deployment_environments::message.eq(""),
        deployment_environments::revision.eq(1),
        deployment_environments::registered_by.eq(by),
        deployment_environments::created_at.eq(db::now()),
    );
    app.write(|c| Ok(diesel::insert_into(deployment_environments::table).values(row).execute(c)?));
    id
}

fn operation(app: &TestApp, environment: EnvironmentId, by: PersonId) {
    let row = (
        operations::id.eq(OperationId::new()),
        operations::environment_id.eq(environment),
        operations::kind.eq("import"),
        operations::lane.eq(true),
        operations::input.eq("{}"),
        operations::state.eq("waiting"),
        operations::message.eq(""),
        operations::attempts.eq(0),
        operations::due_at.eq(db::now()),
        operations::fence.eq(0),
        operations::started_by.eq(by),
        operations::created_at.eq(db::now()),
    );
    app.write(|c| Ok(diesel::insert_into(operations::table).values(row).execute(c)?));
}

// A run that waits, of a pipeline that is itself no longer there.
fn run(app: &TestApp, host: EnvironmentId, source: EnvironmentId, target: EnvironmentId, by: PersonId) {
    let (pipeline, stage, record) = (pipeline(app, host, "Release"), StageId::new(), record(app, host, target, by));
    let run = RunId::new();
    let stage_row = (
        stages::id.eq(stage),
        stages::pipeline_id.eq(pipeline),
        stages::name.eq("Test"),
        stages::name_key.eq("test"),
        stages::description.eq(""),
        stages::target_id.eq(record),
        stages::created_at.eq(db::now()),
    );
    let keys = (
        runs::id.eq(run),
        runs::host_id.eq(host),
        runs::pipeline_id.eq(pipeline),
        runs::stage_id.eq(stage),
        runs::source_environment_id.eq(source),
        runs::target_environment_id.eq(target),
        runs::started_by.eq(by),
        runs::started_at.eq(db::now()),
    );
    let names = (
        runs::host_name.eq("Host"),
        runs::pipeline_name.eq("Release"),
        runs::stage_name.eq("Test"),
        runs::source_name.eq("Dev"),
        runs::source_guid.eq(""),
        runs::target_name.eq("QA"),
        runs::target_guid.eq(""),
        runs::started_by_name.eq("Ada"),
    );
    let solution = (
        runs::solution_name.eq("expenses"),
        runs::solution_key.eq("expenses"),
        runs::solution_display_name.eq("Expenses"),
        runs::publisher.eq("contoso"),
        runs::version.eq("1.0.0.0"),
        runs::state.eq("queued"),
        runs::redeploy.eq(false),
        runs::settings.eq("{}"),
        runs::notes.eq(""),
    );
    app.write(|c| {
        diesel::insert_into(stages::table).values(stage_row).execute(c)?;
        diesel::insert_into(runs::table).values((keys, names, solution)).execute(c)?;
        Newest::note(c, pipeline, stage, "expenses", run)?;
        diesel::update(deployment_environments::table)
            .set(deployment_environments::retired_at.eq(db::now()))
            .execute(c)?;
        Ok(diesel::update(pipelines::table).set(pipelines::retired_at.eq(db::now())).execute(c)?)
    });
}

// Both the page that asks and the act itself say why not, and nothing changes.
async fn assert_refused(browser: &mut Browser, path: &str, why: &str) {
    let path = format!("{path}/retirement");
    let page = browser.get(&path).await;
    page.assert_has("li", why);
    assert!(!page.has("button", "Retire"));
    let page = browser.post(&path, &[]).await;
    assert_eq!(page.status, 409);
    page.assert_has("p", why);
    assert_eq!(browser.get(&path).await.status, 200, "it is live still");
}

#[actix_web::test]
async fn a_retired_environment_stays_in_its_own_list_and_frees_its_name() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "QA").await;
    let page = ada.get(&format!("{path}/retirement")).await;
    page.assert_has("h1", "Retire QA?");
    let page = ada.submit(&format!("{path}/retirement"), &[]).await;
    page.assert_has("[role=status]", "QA is retired.");
    page.assert_has(".empty", "No environments yet");
    let second = environment(&mut ada, "QA").await;
    ada.submit(&format!("{second}/retirement"), &[]).await;
    let page = ada.get("/admin/environments?state=retired").await;
    assert_eq!(page.all("tbody a"), ["QA", "QA"]);
    let ids = page.all("td .mono");
    assert!(ids.len() == 2 && ids[0] != ids[1], "namesakes are told apart by their ID");
    let page = ada.get(&path).await;
    page.assert_has(".badge", "Retired");
    assert!(!page.has("a", "Edit") && !page.has("button", "Add member"));
}

#[actix_web::test]
async fn nothing_about_a_retired_environment_changes() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "QA").await;
    ada.submit(&format!("{path}/retirement"), &[]).await;
    let bo = format!("person:{}", app.person("Bo").id);
    let form = [("name", "QA"), ("region", "Europe"), ("kind", "sandbox"), ("dataverse", "on")];
    let role = [("principal", bo.as_str()), ("role", "basic_user")];
    assert_eq!(ada.get(&format!("{path}/edit")).await.status, 409);
    assert_eq!(ada.post(&path, &form).await.status, 409);
    assert_eq!(ada.post(&format!("{path}/host"), &[]).await.status, 409);
    assert_eq!(ada.post(&format!("{path}/retirement"), &[]).await.status, 409);
    assert_eq!(ada.post(&format!("{path}/roles"), &role).await.status, 409);
    assert!(!ada.get(&path).await.has("#members", "Bo"));
}

#[actix_web::test]
async fn its_own_administrator_retires_it_and_sees_it_no_more() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "QA").await;
    let olga = app.person("Olga");
    let principal = format!("person:{}", olga.id);
    ada.submit(&format!("{path}/roles"), &[("principal", &principal), ("role", "system_administrator")]).await;
    let mut browser = app.sign_in(&olga).await;
    assert_eq!(browser.post(&format!("{path}/retirement"), &[]).await.location(), Some("/"));
    assert_eq!(browser.get(&path).await.status, 404);
    ada.get(&path).await.assert_has("#members", "Olga");
}

#[actix_web::test]
async fn a_host_with_live_pipelines_stays() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = host(&mut ada, "Host").await;
    let pipeline = pipeline(&app, id(&path), "Release <b>train</b>");
    assert_refused(&mut ada, &path, "It is the host of 1 live pipeline: Release <b>train</b>.").await;
    let retired = diesel::update(pipelines::table.find(pipeline)).set(pipelines::retired_at.eq(db::now()));
    app.write(|c| Ok(retired.execute(c)?));
    assert_eq!(ada.post(&format!("{path}/retirement"), &[]).await.status, 303);
}

#[actix_web::test]
async fn an_environment_that_a_host_has_registered_stays_and_so_does_the_host() {
    let app = TestApp::new();
    let administrator = app.administrator("Ada");
    let mut ada = app.sign_in(&administrator).await;
    let (host, qa) = (host(&mut ada, "Contoso Host").await, environment(&mut ada, "QA").await);
    record(&app, id(&host), id(&qa), administrator.id);
    assert_refused(&mut ada, &qa, "Contoso Host has a record of it, Record of QA. Retire that record first.").await;
    let way = ada.get(&format!("{qa}/retirement")).await.link("Open the record");
    ada.get(&way).await.assert_has("h1", "Record of QA");
    assert_refused(&mut ada, &host, "Its host has 1 live environment record: Record of QA.").await;

    let olga = app.person("Olga");
    let principal = format!("person:{}", olga.id);
    for path in [&qa, &host] {
        ada.submit(&format!("{path}/roles"), &[("principal", &principal), ("role", "system_administrator")]).await;
    }
    let mut browser = app.sign_in(&olga).await;
    assert_refused(&mut browser, &qa, "A host that you do not administer has a record of it.").await;
    let page = browser.get(&format!("{host}/retirement")).await;
    page.assert_has("li", "Its host has 1 live environment record.");
    assert!(!page.text().contains("Record of QA"), "what a host keeps is named to its administrators only");
}

#[actix_web::test]
async fn an_environment_with_an_unfinished_operation_stays() {
    let app = TestApp::new();
    let administrator: Person = app.administrator("Ada");
    let mut ada = app.sign_in(&administrator).await;
    let path = environment(&mut ada, "QA").await;
    operation(&app, id(&path), administrator.id);
    assert_refused(&mut ada, &path, "One operation in it is not finished.").await;
    app.write(|c| Ok(diesel::update(operations::table).set(operations::ended_at.eq(db::now())).execute(c)?));
    assert_eq!(ada.post(&format!("{path}/retirement"), &[]).await.status, 303);
}

#[actix_web::test]
async fn environments_that_an_unfinished_run_needs_stay() {
    let app = TestApp::new();
    let administrator = app.administrator("Ada");
    let mut ada = app.sign_in(&administrator).await;
    let host = host(&mut ada, "Host").await;
    let (dev, qa) = (environment(&mut ada, "Dev").await, environment(&mut ada, "QA").await);
    run(&app, id(&host), id(&dev), id(&qa), administrator.id);
    for path in [&host, &dev, &qa] {
        assert_refused(&mut ada, path, "One deployment that needs it is not finished.").await;
    }
    app.write(|c| Ok(diesel::update(runs::table).set(runs::ended_at.eq(db::now())).execute(c)?));
    for path in [&host, &dev, &qa] {
        assert_eq!(ada.post(&format!("{path}/retirement"), &[]).await.status, 303);
    }
}
