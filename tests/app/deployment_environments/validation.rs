//! What a validation finds, whose eyes it looks through, and who wins a race.

use std::sync::Barrier;

use sluice::{
    models::{
        deployment_environment::{DeploymentEnvironment, ManageDeploymentEnvironment, known},
        environment::Environment,
        host::{Host, ManageHost},
        host_settings::HostSettings,
        principal::Principal,
    },
    rules::{
        rights::{EnvironmentRole, HostRole},
        stages::ValidationStatus::{Failed, Pending, Success},
        validation::RecordKind::{Development, Target},
    },
};

use super::{bound, path};
use crate::support::{TestApp, id};

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
        (seen("Far", "Asia Pacific", true), Development, "Far is in Asia Pacific, but Contoso Host is in Europe"),
        (host.environment.clone(), Development, "Contoso Host is the host itself"),
        (taken.clone(), Development, "Taken is already associated with another pipelines host"),
    ];
    let mut browser = app.sign_in(&ada).await;
    for (environment, kind, sentence) in &rows {
        let record = app.register(&host, &ada, environment, *kind);
        app.validate_pending();
        let page = browser.get(&path(&record)).await;
        page.assert_has(".badge", "Failed");
        page.assert_has(".note.bad", sentence);
        assert_ne!(bound(&app, &taken), Some(host.id));
    }
    // The sentence for what is not there and for what may not be seen is the same, word by word.
    let records = app.read(|c| DeploymentEnvironment::of_host(c, &host));
    let message = |name: &str| records.iter().find(|record| record.name == name).unwrap().message.clone();
    assert_eq!(message("Nowhere"), message("Hidden"));
    assert!(records.iter().all(|record| !record.message.contains("Fabrikam")), "the other host is not named");
}

#[actix_web::test]
async fn a_failed_record_leads_to_what_helps() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &ada));
    let (taken, bare) = (app.environment("Taken"), app.environment_in("Bare", "Europe", false));
    app.register(&other, &ada, &taken, Target);
    app.validate_pending();
    let mut browser = app.sign_in(&ada).await;
    let ways = [
        (&bare, Target, "button", "Refresh"),
        (&taken, Target, "a", "Force Link"),
        (&host.environment, Development, "a", "Retire"),
    ];
    for (environment, kind, element, way_out) in ways {
        let record = app.register(&host, &ada, environment, kind);
        app.validate_pending();
        let page = browser.get(&path(&record)).await;
        assert_eq!(page.all(&format!(".note.bad {element}.primary")), [way_out]);
        assert_eq!(page.all(".primary").len(), 1, "nothing else is as useful");
    }
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
    app.give_host_role(host.id, Principal::Person(bo.id), HostRole::Administrator);
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
