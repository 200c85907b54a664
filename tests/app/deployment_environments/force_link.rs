//! Force Link: one commit that both hosts see.

use diesel::prelude::*;
use sluice::{
    error::Error,
    models::{
        deployment_environment::{DeploymentEnvironment, ForceLink},
        person::Person,
    },
    rules::{
        rights::EnvironmentRole,
        stages::ValidationStatus::{Failed, Success},
        validation::RecordKind::{Development, Target},
    },
    schema::environments,
};

use super::{bound, path};
use crate::support::{TestApp, id};

fn force_link(app: &TestApp, by: &Person, record: &DeploymentEnvironment) -> Result<(), Error> {
    let ids = [id("host", record.host_id), id("record", record.id)];
    let permit = app.permit::<ForceLink>(by, &ids);
    app.app.db.write_now(|c| DeploymentEnvironment::force_link(c, &permit))
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
    page.assert_has(".note.bad strong", "QA belongs to another host.");
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
    app.write(|c| {
        diesel::update(environments::table.find(far.id)).set(environments::region.eq("Japan")).execute(c)?;
        Ok(())
    });
    let refusal = force_link(&app, &root, &record).unwrap_err().to_string();
    assert!(refusal.contains("is in Japan"), "{refusal}");
    assert_eq!(bound(&app, &far), Some(other.id), "nobody loses it for nothing");
}
