//! Cancel, Retry, waiting in line, and what is asked again just before the target is touched.

use diesel::prelude::*;
use sluice::{
    models::operation::{NewOperation, OperationKind},
    platform::Act,
    rules::state::State,
    schema::people,
};

use crate::support::{Contoso, contoso};

#[actix_web::test]
async fn a_run_that_waits_can_be_canceled_by_its_starter_and_nobody_elses() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    let cancel = format!("/runs/{}/cancellation", run.id);
    assert_eq!(c.app.sign_in(&c.vic).await.post(&cancel, &[]).await.status, 403);
    assert_eq!(c.app.sign_in(&c.zed).await.post(&cancel, &[]).await.status, 404);
    assert_eq!(maya.post(&cancel, &[]).await.status, 303);
    let canceled = c.run(run.id);
    assert_eq!((canceled.state, canceled.canceled_by_name.as_deref()), (State::Canceled, Some("Maya")));
    assert_eq!(maya.post(&cancel, &[]).await.status, 409, "final is final");
}

#[actix_web::test]
async fn a_queued_run_is_taken_out_of_the_line() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    assert_eq!(c.run(run.id).state, State::Queued);
    assert_eq!(maya.post(&format!("/runs/{}/cancellation", run.id), &[]).await.status, 303);
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Canceled);
    let next = c.deploy(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(next.state, State::Succeeded, "the lane is free again");
}

#[actix_web::test]
async fn retry_is_a_new_run_with_the_same_artifact_and_what_was_filled_in() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::expenses("1.0.0.1")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let mail = c.connection(&c.qa, "Mail", "shared_office365");
    let form = [("connection:con_mail", mail.as_str()), ("variable:con_limit", "250"), ("notes", "Limits")];
    assert_eq!(maya.post(&format!("/runs/{}/deployment", run.id), &form).await.status, 303);
    maya.post(&format!("/runs/{}/cancellation", run.id), &[]).await;
    let page = maya.post(&format!("/runs/{}/retry", run.id), &[]).await;
    c.app.run_worker().await;
    let again = c.run_of(&page);
    assert_eq!((again.retry_of, again.artifact_id), (Some(run.id), run.artifact_id));
    let page = maya.get(&format!("/runs/{}", again.id)).await;
    assert_eq!(page.attribute("[name='variable:con_limit']", "value").as_deref(), Some("250"));
    page.assert_has("textarea[name=notes]", "Limits");
}

#[actix_web::test]
async fn retry_is_not_offered_once_the_target_has_a_higher_version() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/cancellation", run.id), &[]).await;
    let path = format!("/runs/{}", run.id);
    let page = maya.get(&path).await;
    page.assert_has("button", "Retry");
    assert!(!page.has("button.primary", "Retry"), "somebody did not want it");
    c.import(&c.development, &contoso::tables("1.0.0.5")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let page = maya.get(&path).await;
    assert!(!page.has("button", "Retry"));
    page.assert_has(".why", "Retry: Contoso QA has 1.0.0.5, which is higher than 1.0.0.4.");
}

#[actix_web::test]
async fn a_run_waits_behind_whoever_changes_its_target_and_says_so() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let package = c.store(&contoso::expenses("1.0.0.0").managed(true)).await;
    let input = serde_json::to_string(&Act::Import { package, settings: Default::default() }).unwrap();
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    c.app.write(|conn| {
        let (environment, kind) = (c.qa.id, OperationKind::Import);
        NewOperation { environment, run: None, kind, lane: true, input }.queue(conn, c.ada.id)
    });
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    page.assert_has(".sentence", "Waiting until Contoso QA is free, behind a change made by hand (import).");
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Succeeded, "and goes on when the lane is let go of");
}

#[actix_web::test]
async fn who_pressed_deploy_must_still_be_active_when_it_is_done() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    c.app
        .write(|conn| Ok(diesel::update(people::table.find(c.maya.id)).set(people::active.eq(false)).execute(conn)?));
    c.app.run_worker().await;
    let run = c.run(run.id);
    assert_eq!(run.state, State::Failed);
    assert!(run.error_message.unwrap().contains("Maya"));
}

#[actix_web::test]
async fn a_share_taken_back_stops_a_run_that_waits() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    c.unshare();
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Failed);
}

#[actix_web::test]
async fn what_changed_in_the_target_since_the_validation_is_seen_before_the_import() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    c.import(&c.qa, &contoso::tables("1.0.0.1")).await;
    c.app.run_worker().await;
    let run = c.run(run.id);
    assert_eq!((run.state, run.error_code.as_deref()), (State::Failed, Some("0x80048040")));
}

#[actix_web::test]
async fn deploy_pressed_twice_deploys_once() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    let deploy = format!("/runs/{}/deployment", run.id);
    assert_eq!(maya.post(&deploy, &[("notes", "")]).await.status, 303);
    assert_eq!(maya.post(&deploy, &[("notes", "")]).await.status, 409);
    c.app.run_worker().await;
    let imports = c.app.read(|conn| {
        use sluice::schema::operations;
        let imports = operations::table.filter(operations::kind.eq("import")).filter(operations::run_id.eq(run.id));
        Ok(imports.count().get_result::<i64>(conn)?)
    });
    assert_eq!(imports, 1);
}
