//! A host's records of environments: registering, validating, Force Link, retiring.

use std::sync::Barrier;

use sluice::{
    error::Error,
    models::{
        deployment_environment::{DeploymentEnvironment, ForceLink, ManageDeploymentEnvironment, known},
        environment::Environment,
        host::{Host, ManageHost},
        host_settings::HostSettings,
    },
    rules::{
        rights::EnvironmentRole,
        stages::ValidationStatus::{Failed, Pending, Success},
        validation::RecordKind::{Development, Target},
    },
};

use crate::support::{TestApp, id};

fn path(record: &DeploymentEnvironment) -> String {
    format!("/hosts/{}/environments/{}", record.host_id, record.id)
}

fn bound(app: &TestApp, environment: &Environment) -> Option<sluice::id::EnvironmentId> {
    app.read(|c| Environment::by_id(c, environment.id)).bound_host_id
}

fn force_link(app: &TestApp, by: &sluice::models::person::Person, record: &DeploymentEnvironment) -> Result<(), Error> {
    let ids = [id("host", record.host_id), id("record", record.id)];
    let permit = app.permit::<ForceLink>(by, &ids);
    app.app.db.write_now(|c| DeploymentEnvironment::force_link(c, &permit))
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
async fn while_it_is_pending_a_script_gets_only_the_part_that_changes() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let record = app.register(&host, &ada, &app.environment("Contoso QA"), Target);
    let mut browser = app.sign_in(&ada).await;
    let part = browser.get_partial(&path(&record)).await;
    part.assert_has("#validation .badge", "Pending");
    assert!(!part.html().contains("<nav"), "{}", part.html());
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
        ("QA", "both", free.as_str(), "kind", "Choose one"),
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
async fn every_outcome_of_a_validation() {
    let app = TestApp::new();
    let (ada, bo) = (app.person("Ada"), app.person("Bo"));
    let host = app.host("Contoso Host", &ada);
    let other = app.host("Fabrikam Host", &bo);
    let seen = |name: &str, region: &str, dataverse: bool| {
        let environment = app.environment_in(name, region, dataverse);
        app.give_environment_role(&environment, &ada, EnvironmentRole::BasicUser);
        environment
    };
    let taken = seen("Taken", "Europe", true);
    app.give_environment_role(&taken, &bo, EnvironmentRole::BasicUser);
    app.register(&other, &bo, &taken, Target);
    app.validate_pending();
    app.give_environment_role(&host.environment, &ada, EnvironmentRole::BasicUser);
    let nowhere = Environment { guid: uuid::Uuid::new_v4().to_string(), ..app.environment("Nowhere") };

    let rows = [
        (nowhere, Target, "No environment with this Environment ID was found"),
        (app.environment("Hidden"), Target, "No environment with this Environment ID was found"),
        (seen("Bare", "Europe", false), Target, "Bare has no Dataverse database"),
        (seen("Far", "Asia Pacific", true), Development, "Far lies in Asia Pacific, but Contoso Host lies in Europe"),
        (host.environment.clone(), Development, "Contoso Host is the host itself"),
        (taken.clone(), Development, "Taken is already associated with another pipelines host"),
    ];
    let mut browser = app.sign_in(&ada).await;
    for (environment, kind, sentence) in &rows {
        let record = app.register(&host, &ada, environment, *kind);
        app.validate_pending();
        let page = browser.get(&path(&record)).await;
        page.assert_has(".badge", "Failed");
        page.assert_has(".facts", sentence);
        assert_ne!(bound(&app, &taken), Some(host.id));
    }
    // The sentence for what is not there and for what may not be seen is the same, word by word.
    let records = app.read(|c| DeploymentEnvironment::of_host(c, &host));
    let message = |name: &str| records.iter().find(|record| record.name == name).unwrap().message.clone();
    assert_eq!(message("Nowhere"), message("Hidden"));
    assert!(records.iter().all(|record| !record.message.contains("Fabrikam")), "the other host is not named");
}

#[actix_web::test]
async fn refresh_asks_again_after_the_cause_was_mended() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let far = app.environment_in("Far", "Asia Pacific", true);
    let record = app.register(&host, &ada, &far, Target);
    app.validate_pending();
    assert_eq!(app.record(&record).status, Failed);
    let permit = app.permit::<ManageHost>(&ada, &[id("host", host.id)]);
    let settings = HostSettings { allow_cross_region: true, require_managed: false };
    app.write(|c| Host::change_settings(c, &permit, settings));
    let mut browser = app.sign_in(&ada).await;
    let page = browser.submit(&format!("{}/validation", path(&record)), &[]).await;
    page.assert_has(".badge", "Pending");
    assert!(!page.text().contains("Asia Pacific"), "the old message is gone");
    app.validate_pending();
    assert_eq!(app.record(&record).status, Success);
}

#[actix_web::test]
async fn whoever_registered_must_still_see_the_environment_or_somebody_else_refreshes() {
    let app = TestApp::new();
    let (ada, bo) = (app.person("Ada"), app.person("Bo"));
    let host = app.host("Contoso Host", &ada);
    app.give_host_role(
        host.id,
        sluice::models::principal::Principal::Person(bo.id),
        sluice::rules::rights::HostRole::Administrator,
    );
    let qa = app.environment("Contoso QA");
    app.give_environment_role(&qa, &bo, EnvironmentRole::BasicUser);
    let record = app.register(&host, &ada, &qa, Target);
    app.validate_pending();
    assert_eq!(app.record(&record).status, Failed);
    let mut browser = app.sign_in(&bo).await;
    browser.submit(&format!("{}/validation", path(&record)), &[]).await.assert_has(".facts", "Bo");
    app.validate_pending();
    assert_eq!(app.record(&record).status, Success);
}

#[actix_web::test]
async fn an_answer_to_an_older_question_is_not_taken() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let qa = app.environment("Contoso QA");
    let record = app.register(&host, &ada, &qa, Target);
    let validate = |revision| app.write(|c| DeploymentEnvironment::validate(c, record.id, revision, Some(known(&qa))));
    let ids = [id("host", host.id), id("record", record.id)];
    let permit = app.permit::<ManageDeploymentEnvironment>(&ada, &ids);
    app.write(|c| DeploymentEnvironment::refresh(c, &permit));
    assert_eq!(validate(1), None);
    assert_eq!((app.record(&record).status, bound(&app, &qa)), (Pending, None));
    assert_eq!(validate(2), Some(Success));
    assert_eq!(validate(2), None, "answered already");
}

#[actix_web::test]
async fn an_environment_that_does_not_answer_to_its_id_is_not_found() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let record = app.register(&host, &ada, &app.environment("Contoso QA"), Target);
    app.write(|c| DeploymentEnvironment::validate(c, record.id, 1, None));
    assert!(app.record(&record).message.starts_with("No environment with this Environment ID"));
}

#[actix_web::test]
async fn two_hosts_that_race_for_an_environment_bind_it_once() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let hosts = [app.host("Contoso Host", &ada), app.host("Fabrikam Host", &ada)];
    for round in 0..5 {
        let qa = app.environment(&format!("QA {round}"));
        let records = hosts.each_ref().map(|host| app.register(host, &ada, &qa, Target));
        let start = Barrier::new(2);
        std::thread::scope(|scope| {
            for record in &records {
                scope.spawn(|| {
                    start.wait();
                    let validate = |c: &mut _| DeploymentEnvironment::validate(c, record.id, 1, Some(known(&qa)));
                    app.app.db.write_now(validate).unwrap()
                });
            }
        });
        let mut statuses = records.each_ref().map(|record| app.record(record).status);
        statuses.sort_by_key(|status| status.as_str());
        assert_eq!(statuses, [Failed, Success]);
        let winner = records.iter().find(|record| app.record(record).status == Success).unwrap();
        assert_eq!(bound(&app, &qa), Some(winner.host_id));
    }
}

#[actix_web::test]
async fn force_link_moves_the_binding_and_tells_both_records_at_once() {
    let app = TestApp::new();
    let (ada, bo) = (app.person("Ada"), app.person("Bo"));
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &bo));
    let qa = app.environment("QA");
    app.give_environment_role(&qa, &ada, EnvironmentRole::SystemAdministrator);
    app.give_environment_role(&qa, &bo, EnvironmentRole::BasicUser);
    let lost = app.register(&other, &bo, &qa, Target);
    app.validate_pending();
    let won = app.register(&host, &ada, &qa, Development);
    app.validate_pending();
    assert_eq!((app.record(&won).status, app.record(&lost).status), (Failed, Success));

    let mut browser = app.sign_in(&ada).await;
    let page = browser.get(&path(&won)).await;
    page.assert_has(".facts", "another host");
    assert!(!page.text().contains("Fabrikam"), "Ada may not see that host");
    let page = browser.get(&page.link("Force Link")).await;
    page.assert_has("h1", "Force Link QA to Contoso Host?");
    assert!(!page.text().contains("Fabrikam"));
    let page = browser.submit(&format!("{}/force-link", path(&won)), &[]).await;
    page.assert_has(".badge", "Pending");
    assert_eq!(bound(&app, &qa), Some(host.id));
    let told = app.record(&lost);
    assert_eq!(told.status, Failed);
    assert!(told.message.contains("taken over by another pipelines host"), "{}", told.message);
    app.validate_pending();
    assert_eq!((app.record(&won).status, app.record(&lost).status), (Success, Failed));
    assert_eq!(app.log_of(lost.id).last().unwrap(), "lose");
    assert!(app.log_of(won.id).contains(&"force link".to_owned()));

    // A second one changes nothing, and says so.
    let page = browser.post(&format!("{}/force-link", path(&won)), &[]).await;
    assert_eq!(page.status, 422);
    page.assert_has("[role=alert]", "not bound to another host");
}

#[actix_web::test]
async fn the_other_host_is_named_to_who_may_see_it() {
    let app = TestApp::new();
    let root = app.administrator("Root");
    let (host, other) = (app.host("Contoso Host", &root), app.host("Fabrikam Host", &root));
    let qa = app.environment("QA");
    app.register(&other, &root, &qa, Target);
    app.validate_pending();
    let record = app.register(&host, &root, &qa, Target);
    app.validate_pending();
    app.sign_in(&root).await.get(&path(&record)).await.assert_has(".facts", "Fabrikam Host");
}

#[actix_web::test]
async fn force_link_needs_system_administrator_of_the_environment_and_nothing_else_against_it() {
    let app = TestApp::new();
    let (ada, root) = (app.person("Ada"), app.administrator("Root"));
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &root));
    let far = app.environment("Far");
    app.give_environment_role(&far, &ada, EnvironmentRole::SystemCustomizer);
    app.register(&other, &root, &far, Target);
    app.validate_pending();
    let record = app.register(&host, &ada, &far, Target);
    let hidden = app.register(&host, &ada, &app.environment("Hidden"), Target);
    let mut browser = app.sign_in(&ada).await;
    for record in [&record, &hidden] {
        let there = format!("{}/force-link", path(record));
        for page in [browser.get(&there).await, browser.post(&there, &[]).await] {
            assert_eq!(page.status, 403);
            page.assert_has("main", "Force Link needs System Administrator");
        }
    }
    assert_eq!(bound(&app, &far), Some(other.id));
    use diesel::prelude::*;
    use sluice::schema::environments;
    app.write(|c| {
        diesel::update(environments::table.find(far.id)).set(environments::region.eq("Japan")).execute(c)?;
        Ok(())
    });
    let refusal = force_link(&app, &root, &record).unwrap_err().to_string();
    assert!(refusal.contains("lies in Japan"), "{refusal}");
    assert_eq!(bound(&app, &far), Some(other.id), "nobody loses it for nothing");
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
