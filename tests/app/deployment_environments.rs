//! A host's records of environments: registering, editing, retiring, and who knows of them.

mod force_link;
mod validation;

use sluice::{
    id::EnvironmentId,
    models::{deployment_environment::DeploymentEnvironment, environment::Environment},
    rules::{
        rights::EnvironmentRole,
        stages::ValidationStatus::Success,
        validation::RecordKind::{Development, Target},
    },
};

use crate::support::TestApp;

fn path(record: &DeploymentEnvironment) -> String {
    format!("/hosts/{}/environments/{}", record.host_id, record.id)
}

fn bound(app: &TestApp, environment: &Environment) -> Option<EnvironmentId> {
    app.read(|c| Environment::by_id(c, environment.id)).bound_host_id
}

#[actix_web::test]
async fn an_environment_is_registered_pending_and_validated_in_the_background() {
    let app = TestApp::new();
    let ada = app.person("Ada");
    let host = app.host("Contoso Host", &ada);
    let qa = app.environment("Contoso QA");
    app.give_environment_role(&qa, &ada, EnvironmentRole::BasicUser);
    let mut browser = app.sign_in(&ada).await;
    let list = format!("/hosts/{}/environments", host.id);
    browser.get(&list).await.assert_has(".empty", "No environments yet");

    let guid = format!("{{{}}}", qa.guid.to_uppercase());
    let form = [("name", "QA"), ("kind", "target"), ("guid", &guid), ("description", "For testers")];
    let page = browser.submit(&list, &form).await;
    page.assert_has("h1", "QA");
    page.assert_has(".badge", "Pending");
    page.assert_has(".mono", &qa.guid);
    assert!(page.attribute("#validation", "hx-get").is_some(), "it looks again by itself");

    app.validate_pending();
    let page = browser.get(&list).await;
    page.assert_has("td .badge", "Success");
    let page = browser.get(&page.link("QA")).await;
    page.assert_has(".facts", "For testers");
    assert!(page.attribute("#validation", "hx-get").is_none());
    assert_eq!(bound(&app, &qa), Some(host.id));
    let record = app.read(|c| DeploymentEnvironment::of_host(c, &host)).remove(0);
    assert_eq!(record.environment_id, Some(qa.id));
    assert_eq!(app.log_of(record.id), ["register", "validate"]);
}

#[actix_web::test]
async fn an_environment_of_this_server_is_chosen_instead_of_typed() {
    let app = TestApp::new();
    let ada = app.person("Ada");
    let host = app.host("Contoso Host", &ada);
    let (qa, hidden) = (app.environment("Contoso QA"), app.environment("Secret"));
    app.give_environment_role(&qa, &ada, EnvironmentRole::SystemAdministrator);
    let mut browser = app.sign_in(&ada).await;
    let page = browser.get(&format!("/admin/environments/{}", qa.id)).await;
    let new = page.link("Register in Contoso Host");
    let page = browser.get(&new).await;
    assert_eq!(page.all("#environment option"), ["Not on this server", "Contoso QA"]);
    let value = |name: &str| page.attribute(&format!("[name={name}]"), "value").unwrap_or_default();
    assert_eq!((value("name"), value("guid")), ("Contoso QA".to_owned(), qa.guid.clone()));
    assert_eq!(page.attribute("[name=kind][checked]", "value"), None, "what a sandbox is for, only people know");

    let unseen = browser.get(&new.replace(&qa.id.to_string(), &hidden.id.to_string())).await;
    assert!(!unseen.text().contains("Secret"), "nothing is told of an environment without a role");
    assert_eq!(unseen.attribute("[name=guid]", "value").as_deref(), Some(""));
    assert_eq!(browser.get(&new.replace(&qa.id.to_string(), "nonsense")).await.status, 200);

    app.register(&host, &ada, &qa, Target);
    let page = browser.get(&format!("/admin/environments/{}", qa.id)).await;
    assert!(!page.has("a", "Register in Contoso Host"), "it is registered already");
    let page = browser.get(&format!("/hosts/{}/environments/new", host.id)).await;
    assert!(!page.has("#environment option", "Contoso QA"));
}

#[actix_web::test]
async fn what_cannot_be_registered_is_said_beside_the_field() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let there = app.register(&host, &ada, &app.environment("Contoso QA"), Target);
    let mut browser = app.sign_in(&ada).await;
    let list = format!("/hosts/{}/environments", host.id);
    let free = app.environment("Free").guid;

    let page = browser.post(&list, &[]).await;
    assert_eq!(page.status, 422);
    for field in ["name", "kind", "guid"] {
        assert!(!page.all(&format!("#{field}-error")).is_empty(), "{field}: {}", page.text());
    }
    let long = "x".repeat(101);
    let rows = [
        ("QA", "target", "not a guid", "guid", "no Environment ID"),
        ("QA", "target", "https://contoso.crm4.dynamics.com", "guid", "no Environment ID"),
        ("QA", "both", free.as_str(), "kind", "Choose an Environment Type."),
        (&long, "target", free.as_str(), "name", "at most 100"),
        ("contoso  qa", "target", free.as_str(), "name", "with this name already"),
        ("QA", "development", there.environment_guid.as_str(), "guid", "a record of this environment already"),
    ];
    for (name, kind, guid, field, sentence) in rows {
        let page = browser.post(&list, &[("name", name), ("kind", kind), ("guid", guid)]).await;
        assert_eq!(page.status, 422, "{name} {kind} {guid}");
        page.assert_has(&format!("#{field}-error"), sentence);
        assert_eq!(page.attribute("#guid", "value").as_deref(), Some(guid), "what was typed is kept");
    }
    assert_eq!(app.read(|c| DeploymentEnvironment::of_host(c, &host)).len(), 1);
}

#[actix_web::test]
async fn name_and_description_change_the_rest_stays() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let record = app.validated(&host, &ada, "QA", Target);
    app.validated(&host, &ada, "Production", Target);
    let mut browser = app.sign_in(&ada).await;
    let page = browser.get(&format!("{}/edit", path(&record))).await;
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("QA"));
    let page = browser.post(&path(&record), &[("name", "PRODUCTION"), ("description", "")]).await;
    assert_eq!(page.status, 422);
    page.assert_has("#name-error", "with this name already");
    let form = [("name", "Quality"), ("description", "one\ntwo"), ("kind", "development"), ("guid", "x")];
    browser.submit(&path(&record), &form).await.assert_has("h1", "Quality");
    let now = app.record(&record);
    assert_eq!((now.kind, now.environment_guid, now.status), (Target, record.environment_guid, Success));
}

#[actix_web::test]
async fn retiring_waits_for_its_uses_and_frees_the_environment() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let (dev, qa) = (app.validated(&host, &ada, "Dev", Development), app.validated(&host, &ada, "QA", Target));
    let pipeline = app.pipeline(&host, &ada, "Main");
    app.link(&pipeline, &ada, &dev);
    let stage = app.stage(&pipeline, &ada, "Test", None, &qa);
    app.unfinished_run(&stage, &dev, &ada);
    let mut browser = app.sign_in(&ada).await;
    for (record, uses) in [(&dev, "the pipeline Main (linked)"), (&qa, "the stage Test of Main")] {
        let there = format!("{}/retirement", path(record));
        let page = browser.get(&there).await;
        page.assert_has("li", uses);
        page.assert_has("li", "a deployment that is not finished");
        assert!(page.all("button.danger").is_empty());
        let page = browser.post(&there, &[]).await;
        assert_eq!(page.status, 409);
        page.assert_has("main", uses);
    }
    app.finish_runs();
    let pipelines = format!("/hosts/{}/pipelines/{}", host.id, pipeline.id);
    browser.submit(&format!("{pipelines}/retirement"), &[]).await;
    let environment = app.read(|c| qa.environment(c)).unwrap();
    let page = browser.submit(&format!("{}/retirement", path(&qa)), &[]).await;
    page.assert_has(".flash", "QA is retired");
    assert!(!page.has("td", "QA"));
    assert_eq!(bound(&app, &environment), None);
    browser.get(&path(&qa)).await.assert_has(".badge", "Retired");
    for act in ["validation", "retirement"] {
        assert_eq!(browser.post(&format!("{}/{act}", path(&qa)), &[]).await.status, 409, "{act}");
    }
    app.register(&host, &ada, &environment, Development);
    app.validate_pending();
    assert_eq!(bound(&app, &environment), Some(host.id), "the other type, after retiring");
}

#[actix_web::test]
async fn a_record_that_never_held_the_binding_frees_nothing() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &ada));
    let qa = app.environment("QA");
    app.register(&host, &ada, &qa, Target);
    app.validate_pending();
    let second = app.register(&other, &ada, &qa, Target);
    app.validate_pending();
    app.sign_in(&ada).await.submit(&format!("{}/retirement", path(&second)), &[]).await;
    assert_eq!(bound(&app, &qa), Some(host.id));
}

#[actix_web::test]
async fn only_who_manages_the_host_knows_of_its_records() {
    let app = TestApp::new();
    let (ada, bo, zed) = (app.person("Ada"), app.person("Bo"), app.person("Zed"));
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &bo));
    let record = app.register(&host, &ada, &app.environment("QA"), Target);
    let here = format!("/hosts/{}/environments", host.id);
    let foreign = format!("/hosts/{}/environments/{}", other.id, record.id);
    let own = path(&record);
    for person in [&bo, &zed] {
        let mut browser = app.sign_in(person).await;
        for there in
            [&here, &format!("{here}/new"), &own, &format!("{own}/edit"), &format!("{own}/retirement"), &foreign]
        {
            assert_eq!(browser.get(there).await.status, 404, "{} at {there}", person.name);
        }
        for there in
            [&here, &own, &format!("{own}/validation"), &format!("{own}/force-link"), &format!("{own}/retirement")]
        {
            assert_eq!(browser.post(there, &[]).await.status, 404, "{} at {there}", person.name);
        }
    }
    app.browser().await.get(&own).await.assert_has("h1", "Sign in");
    assert_eq!(app.sign_in(&ada).await.get(&format!("{here}/nonsense")).await.status, 404);
}

#[actix_web::test]
async fn names_are_text_not_html() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("<b>Host</b>", &ada);
    let record = app.register(&host, &ada, &app.environment("<script>alert(1)</script>"), Target);
    let mut browser = app.sign_in(&ada).await;
    let own = path(&record);
    for there in [format!("/hosts/{}/environments", host.id), format!("{own}/edit"), format!("{own}/retirement"), own] {
        let html = browser.get(&there).await.html();
        assert!(!html.contains("<script>alert") && !html.contains("<b>Host"), "{there}");
    }
}
