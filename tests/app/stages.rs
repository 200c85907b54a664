//! Stages of a pipeline: one tree over distinct targets, told beside the fields.

use std::sync::Barrier;

use sluice::{
    models::{
        deployment_environment::DeploymentEnvironment,
        host::Host,
        person::Person,
        pipeline::Pipeline,
        seen_pipeline::ManagePipeline,
        stage::{Stage, StageInput},
    },
    rules::validation::RecordKind::{Development, Target},
};

use crate::support::{TestApp, id};

struct Contoso {
    app: TestApp,
    ada: Person,
    host: Host,
    main: Pipeline,
    dev: DeploymentEnvironment,
    qa: DeploymentEnvironment,
    uat: DeploymentEnvironment,
    production: DeploymentEnvironment,
}

fn contoso() -> Contoso {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let [qa, uat, production] = ["QA", "UAT", "Production"].map(|name| app.validated(&host, &ada, name, Target));
    let dev = app.validated(&host, &ada, "Dev", Development);
    let main = app.pipeline(&host, &ada, "Main");
    Contoso { app, ada, host, main, dev, qa, uat, production }
}

impl Contoso {
    fn path(&self) -> String {
        format!("/hosts/{}/pipelines/{}/stages", self.host.id, self.main.id)
    }

    fn stage(&self, name: &str, previous: Option<&Stage>, target: &DeploymentEnvironment) -> Stage {
        self.app.stage(&self.main, &self.ada, name, previous, target)
    }
}

fn key(id: impl ToString) -> String {
    id.to_string()
}

#[actix_web::test]
async fn stages_are_added_and_shown_in_order() {
    let it = contoso();
    let mut browser = it.app.sign_in(&it.ada).await;
    let page = browser.get(&format!("{}/new", it.path())).await;
    page.assert_has("#previous option[selected]", "None: this is the first stage");
    assert!(!page.has("#target option", "Dev"), "only target environments are offered");
    let form = [("name", "Test"), ("description", "By testers"), ("previous", ""), ("target", &key(it.qa.id))];
    browser.submit(&it.path(), &form).await.assert_has(".flash", "Test is added");
    let page = browser.get(&format!("{}/new", it.path())).await;
    page.assert_has("#previous option[selected]", "Test");
    let test = it.app.read(|c| Stage::of_pipeline(c, it.main.id)).remove(0);
    let production = it.stage("Production", Some(&test), &it.production);
    it.stage("UAT", Some(&test), &it.uat);
    let page = browser.get(&format!("/hosts/{}/pipelines/{}", it.host.id, it.main.id)).await;
    let rows = page.all("#stages tbody tr");
    assert!(rows[0].starts_with("Test By testers First stage QA"), "{rows:?}");
    assert!(rows[1].starts_with("Production Test Production"), "{rows:?}");
    assert!(rows[2].starts_with("UAT Test UAT"), "{rows:?}");

    // UAT is put between the two.
    let uat = it.app.read(|c| Stage::of_pipeline(c, it.main.id)).into_iter().find(|s| s.name == "UAT").unwrap();
    let there = format!("{}/{}", it.path(), production.id);
    let page = browser.get(&format!("{there}/edit")).await;
    assert_eq!(page.all("#previous option").len(), 3, "not itself: {:?}", page.all("#previous option"));
    let form = [("name", "Production"), ("previous", &key(uat.id)), ("target", &key(it.production.id))];
    browser.submit(&there, &form).await.assert_has(".flash", "Production is saved");
    let order = it.app.read(|c| Ok(Stage::in_order(Stage::of_pipeline(c, it.main.id)?)));
    let order: Vec<_> = order.iter().map(|(depth, stage)| (*depth, stage.name.as_str())).collect();
    assert_eq!(order, [(0, "Test"), (1, "UAT"), (2, "Production")]);
}

#[actix_web::test]
async fn what_breaks_the_tree_is_said_beside_its_field() {
    let it = contoso();
    let test = it.stage("Test", None, &it.qa);
    let uat = it.stage("UAT", Some(&test), &it.uat);
    let elsewhere = it.app.pipeline(&it.host, &it.ada, "Elsewhere");
    let foreign = it.app.stage(&elsewhere, &it.ada, "Foreign", None, &it.qa);
    let other = it.app.host("Fabrikam Host", &it.ada);
    let theirs = it.app.validated(&other, &it.ada, "Theirs", Target);
    let mut browser = it.app.sign_in(&it.ada).await;
    let (test_path, new) = (format!("{}/{}", it.path(), test.id), it.path());
    let (qa, uat_target, production) = (key(it.qa.id), key(it.uat.id), key(it.production.id));
    let rows = [
        (&new, "P", String::new(), &production, "previous", "Test is the first stage already"),
        (&new, "P", key(foreign.id), &production, "previous", "is not in this pipeline"),
        (&new, "P", "nonsense".into(), &production, "previous", "Choose one from the list"),
        (&new, "P", key(uat.id), &qa, "target", "Test already deploys to QA"),
        (&new, "P", key(uat.id), &key(it.dev.id), "target", "Choose a target environment"),
        (&new, "P", key(uat.id), &key(theirs.id), "target", "Choose a target environment"),
        (&new, "P", key(uat.id), &String::new(), "target", "Choose a target environment."),
        (&new, "TEST", key(uat.id), &production, "name", "a stage with this name already"),
        (&new, "", key(uat.id), &production, "name", "Enter a name."),
        (&test_path, "Test", key(uat.id), &qa, "previous", "would come after itself"),
        (&test_path, "Test", key(test.id), &qa, "previous", "would come after itself"),
        (&test_path, "Test", String::new(), &uat_target, "target", "UAT already deploys to UAT"),
    ];
    for (there, name, previous, target, field, sentence) in rows {
        let form = [("name", name), ("description", "kept"), ("previous", &previous), ("target", target)];
        let page = browser.post(there, &form).await;
        assert_eq!(page.status, 422, "{sentence}");
        page.assert_has(&format!("#{field}-error"), sentence);
        page.assert_has("textarea", "kept");
    }
    assert_eq!(it.app.read(|c| Stage::of_pipeline(c, it.main.id)).len(), 2);
}

#[actix_web::test]
async fn two_people_adding_at_once_cannot_break_the_tree() {
    let it = contoso();
    let permits = [(); 2].map(|()| it.app.permit::<ManagePipeline>(&it.ada, &[id("pipeline", it.main.id)]));
    let start = Barrier::new(2);
    let targets = [it.qa.id, it.uat.id];
    let done: Vec<bool> = std::thread::scope(|scope| {
        let adding = |(permit, target)| {
            let (app, start) = (&it.app, &start);
            scope.spawn(move || {
                let name = format!("First to {target}");
                let new = StageInput { name, description: String::new(), previous: None, target };
                start.wait();
                app.app.db.write_now(|c| Stage::add(c, &permit, &new)).unwrap().is_ok()
            })
        };
        let threads: Vec<_> = permits.into_iter().zip(targets).map(adding).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|ok| **ok).count(), 1);
    assert_eq!(it.app.read(|c| Stage::of_pipeline(c, it.main.id)).len(), 1);
}

#[actix_web::test]
async fn an_unfinished_run_holds_place_and_target_but_not_the_name() {
    let it = contoso();
    let test = it.stage("Test", None, &it.qa);
    it.app.unfinished_run(&test, &it.dev, &it.ada);
    let mut browser = it.app.sign_in(&it.ada).await;
    let there = format!("{}/{}", it.path(), test.id);
    let page = browser.post(&there, &[("name", "Test"), ("previous", ""), ("target", &key(it.uat.id))]).await;
    assert_eq!(page.status, 422);
    page.assert_has("#target-error", "a deployment that is not finished");
    assert!(page.all("#previous-error").is_empty());
    let form = [("name", "Testing"), ("previous", ""), ("target", &key(it.qa.id))];
    browser.submit(&there, &form).await.assert_has("td", "Testing");
    let page = browser.post(&format!("{there}/retirement"), &[]).await;
    assert_eq!(page.status, 422);
    page.assert_has("[role=alert]", "a deployment that is not finished");
    it.app.finish_runs();
    let form = [("name", "Testing"), ("previous", ""), ("target", &key(it.uat.id))];
    browser.submit(&there, &form).await.assert_has("td", "UAT");
}

#[actix_web::test]
async fn a_stage_is_retired_from_the_end() {
    let it = contoso();
    let test = it.stage("Test", None, &it.qa);
    let uat = it.stage("UAT", Some(&test), &it.uat);
    let mut browser = it.app.sign_in(&it.ada).await;
    let retirement = |stage: &Stage| format!("{}/{}/retirement", it.path(), stage.id);
    browser.get(&retirement(&uat)).await.assert_has("h1", "Retire the stage UAT?");
    let page = browser.get(&retirement(&test)).await;
    page.assert_has("p", "UAT follows Test. Retire UAT first");
    assert!(!page.has("button", "Retire"), "what cannot be done is not offered");
    let page = browser.post(&retirement(&test), &[]).await;
    assert_eq!(page.status, 422);
    page.assert_has("[role=alert]", "UAT follows Test. Retire UAT first");
    browser.submit(&retirement(&uat), &[]).await.assert_has(".flash", "UAT is retired");
    assert_eq!(browser.post(&retirement(&uat), &[]).await.status, 404);
    browser.submit(&retirement(&test), &[]).await.assert_has("#stages", "No stages yet");
    it.stage("Test", None, &it.qa);
}

#[actix_web::test]
async fn a_stage_belongs_to_its_own_pipeline() {
    let it = contoso();
    let elsewhere = it.app.pipeline(&it.host, &it.ada, "Elsewhere");
    let foreign = it.app.stage(&elsewhere, &it.ada, "Foreign", None, &it.qa);
    let mut browser = it.app.sign_in(&it.ada).await;
    let there = format!("{}/{}", it.path(), foreign.id);
    for page in ["edit", "retirement"] {
        assert_eq!(browser.get(&format!("{there}/{page}")).await.status, 404, "{page}");
    }
    let form = [("name", "X"), ("previous", ""), ("target", &key(it.uat.id))];
    assert_eq!(browser.post(&there, &form).await.status, 404);
    assert_eq!(browser.post(&format!("{there}/retirement"), &[]).await.status, 404);
    assert_eq!(browser.get(&format!("{}/nonsense/edit", it.path())).await.status, 404);
}

#[actix_web::test]
async fn names_are_text_not_html() {
    let it = contoso();
    let stage = it.stage("<script>alert(1)</script>", None, &it.qa);
    let mut browser = it.app.sign_in(&it.ada).await;
    let own = format!("{}/{}", it.path(), stage.id);
    let pages = [format!("{own}/edit"), format!("{own}/retirement"), format!("{}/new", it.path())];
    for there in pages.into_iter().chain([it.path().trim_end_matches("/stages").to_owned()]) {
        assert!(!browser.get(&there).await.html().contains("<script>alert"), "{there}");
    }
}
