//! The demo tenant tells the story that it is there to tell.

use diesel::prelude::*;
use sluice::{
    db,
    demo::{self, Progress},
    models::{environment::Environment, password, person::Person, run::Run, sighting::Sighting},
    schema::{environments, runs},
};

use crate::support::{Browser, PASSWORD, TestApp};

/// A tenant with the demo in it, whose people have the tests' password.
async fn demo() -> TestApp {
    let app = TestApp::new();
    demo::load(&app.app).await.unwrap();
    let hash = password::hash(PASSWORD).unwrap();
    let people = app.write(|c| demo::set_passwords(c, &hash));
    let emails: Vec<&str> = people.iter().map(|one| one.email.as_str()).collect();
    assert_eq!(emails, ["admin@example.com", "maker@example.com", "viewer@example.com"]);
    app
}

async fn browser(app: &TestApp, email: &str) -> Browser {
    let person = app.read(|c| Person::to_sign_in(c, email)).0.unwrap();
    app.sign_in(&person).await
}

fn environment(app: &TestApp, name: &str) -> Environment {
    app.read(|c| Ok(Environment::query().filter(environments::name.eq(name)).first(c)?))
}

fn runs(app: &TestApp) -> Vec<Run> {
    app.read(|c| Ok(Run::query().order(runs::id).load(c)?))
}

fn versions(app: &TestApp, name: &str) -> Vec<String> {
    let at = environment(app, name).id;
    let seen = app.read(|c| Sighting::all(c, at));
    seen.iter().filter(|one| !one.system).map(|one| format!("{} {}", one.unique_name, one.version)).collect()
}

#[actix_web::test]
async fn what_happened_so_far_is_a_story() {
    let app = demo().await;
    let told: Vec<String> = runs(&app)
        .iter()
        .map(|run| format!("{} {} {} {}", run.solution_name, run.version, run.stage_name, run.state.label()))
        .collect();
    assert_eq!(
        told,
        [
            "ContosoExpenses 1.0.0.1 Test Failed",
            "ContosoCore 1.0.0.0 Test Succeeded",
            "ContosoCore 1.0.0.0 Production Succeeded",
            "ContosoExpenses 1.0.0.2 Test Succeeded",
            "ContosoExpenses 1.0.0.2 Production Succeeded",
            "ContosoExpenses 1.0.0.3 Test Canceled",
            "ContosoExpenses 1.0.0.4 Test Succeeded",
        ]
    );
    let development = ["ContosoCore 1.0.0.0", "ContosoExpenses 1.0.0.5", "ContosoOnboarding 1.0.0.0"];
    assert_eq!(versions(&app, "Contoso Development"), development);
    assert_eq!(versions(&app, "Contoso QA"), ["ContosoCore 1.0.0.0", "ContosoExpenses 1.0.0.4"]);
    assert_eq!(versions(&app, "Contoso Production"), ["ContosoCore 1.0.0.0", "ContosoExpenses 1.0.0.2"]);
    assert!(versions(&app, "Contoso Host").is_empty());
}

#[actix_web::test]
async fn it_happened_in_the_past_and_in_order() {
    let app = demo().await;
    let yesterday = db::now() - chrono::TimeDelta::days(1);
    let times: Vec<_> =
        runs(&app).iter().flat_map(|run| [Some(run.started_at), run.deployed_at, run.ended_at]).collect();
    let times: Vec<_> = times.into_iter().flatten().collect();
    assert!(times.is_sorted(), "{times:?}");
    assert!(times.iter().all(|time| *time < yesterday), "{times:?}");
    // A package is bound by its first success; a solution that looks changed since would warn on every card.
    let mut maya = browser(&app, "maker@example.com").await;
    let development = environment(&app, "Contoso Development").id;
    let page = maya.get(&format!("/environments/{development}/solutions/ContosoExpenses/pipelines")).await;
    page.assert_has(".stage", "Test Contoso QA 1.0.0.4 1 version behind Succeeded");
    page.assert_has(".stage", "Production Contoso Production 1.0.0.2 2 versions behind Succeeded");
    assert_eq!(page.all(".stage footer a"), ["Deploy to Test", "Deploy to Production"]);
    assert_eq!(page.all(".stage a.primary"), ["Deploy to Test"], "the first that is possible");
    page.assert_has(".stage .why", "Deploys 1.0.0.5");
    // The same cards stand on the solution's own page.
    let page = maya.get(&format!("/environments/{development}/solutions/ContosoExpenses")).await;
    assert_eq!(page.all(".stage h2"), ["Development", "Test", "Production"]);
    assert_eq!(page.all("main a.primary"), ["Deploy to Test"]);
}

#[actix_web::test]
async fn the_maker_reads_why_not() {
    let app = demo().await;
    let mut maya = browser(&app, "maker@example.com").await;
    let development = environment(&app, "Contoso Development").id;
    let page = maya.get(&format!("/environments/{development}/solutions/ContosoCore/pipelines")).await;
    assert_eq!(page.all(".stage button[disabled]"), ["Deploy", "Deploy"]);
    page.assert_has(".stage .why", "Contoso QA is up to date with 1.0.0.0.");
    let page = maya.get(&format!("/environments/{development}/solutions/ContosoOnboarding/pipelines")).await;
    assert_eq!(page.all(".stage a.primary"), ["Deploy to Test"]);
    page.assert_has(".stage .why", "has not succeeded in Test yet");
    let failed = runs(&app).remove(0);
    let page = maya.get(&format!("/runs/{}", failed.id)).await;
    page.assert_has(".sentence", "Contoso QA lacks ContosoCore, which Contoso Expenses needs");
    assert!(!page.has("button", "Retry"));
    page.assert_has(".why", "Retry: Contoso QA has 1.0.0.4, which is higher than 1.0.0.1.");
}

#[actix_web::test]
async fn the_viewer_follows_without_deploying() {
    let app = demo().await;
    let mut vic = browser(&app, "viewer@example.com").await;
    let page = vic.get("/deployments").await;
    assert_eq!(page.all("tbody tr").len(), 7);
    for run in runs(&app) {
        let page = vic.get(&format!("/runs/{}", run.id)).await;
        page.assert_has("h1", &run.version);
        assert_eq!(page.all("main button:not(.copy), main a.primary"), Vec::<String>::new());
    }
    let pipeline = runs(&app)[0].pipeline_id;
    let development = environment(&app, "Contoso Development").id;
    for path in [
        format!("/pipelines/{pipeline}?solution=ContosoExpenses"),
        format!("/environments/{development}/solutions/ContosoExpenses/pipelines"),
    ] {
        let page = vic.get(&path).await;
        assert_eq!(page.all(".stage footer a, .stage button"), Vec::<String>::new());
        page.assert_has(".note", "You can view Contoso Standard but not deploy with it");
    }
}

#[actix_web::test]
async fn a_demo_that_was_interrupted_is_not_complete() {
    let app = TestApp::new();
    assert_eq!(app.read(Progress::of), Progress::Empty);
    app.person("Ada");
    assert_eq!(app.read(Progress::of), Progress::Unfinished);
    assert_eq!(demo().await.read(Progress::of), Progress::Complete);
}
