//! The order rule, tried through HTTP and not only the button.

use sluice::rules::state::State;

use crate::support::{Contoso, contoso};

#[actix_web::test]
async fn no_version_reaches_production_that_did_not_succeed_in_test() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let page = c.next(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(page.status, 409);
    page.assert_has(".note", "1.0.0.4 has not succeeded in Test yet");
    assert_eq!(c.runs(), 0);
    let link = format!("{}/new?solution=contoso_core&source={}", c.runs_of(&c.live), c.development.id);
    maya.get(&link).await.assert_has(".note", "1.0.0.4 has not succeeded in Test yet");
}

#[actix_web::test]
async fn a_failed_or_waiting_run_in_test_opens_nothing() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let waiting = c.validated(&mut maya, &c.test, "contoso_core").await;
    c.next(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(c.runs(), 1, "one that waits opens nothing");
    let stage = c.live.id.to_string();
    let page = maya.post(&format!("/runs/{}/promotion", waiting.id), &[("stage", &stage)]).await;
    assert_eq!(page.status, 409);
    maya.post(&format!("/runs/{}/cancellation", waiting.id), &[]).await;
    c.next(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(c.runs(), 1, "a canceled one opens nothing");
}

#[actix_web::test]
async fn success_counts_only_in_the_stages_present_target() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let other = c.app.validated(&c.host, &c.ada, "Other QA", sluice::rules::validation::RecordKind::Target);
    c.app.write(|conn| {
        use diesel::prelude::*;
        use sluice::schema::stages;
        Ok(diesel::update(stages::table.find(c.test.id)).set(stages::target_id.eq(other.id)).execute(conn)?)
    });
    let page = c.next(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(page.status, 409);
    assert_eq!(c.runs(), 1);
}

#[actix_web::test]
async fn a_run_cannot_be_promoted_to_a_stage_that_does_not_follow() {
    let c = Contoso::new();
    let far = c.app.validated(&c.host, &c.ada, "Far", sluice::rules::validation::RecordKind::Target);
    let last = c.app.stage(&c.pipeline, &c.ada, "Last", Some(&c.live), &far);
    let environment =
        c.app.read(|conn| sluice::models::environment::Environment::by_id(conn, far.environment_id.unwrap()));
    c.app.give_environment_role(&environment, &c.maya, sluice::rules::rights::EnvironmentRole::SystemCustomizer);
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.deploy(&mut maya, &c.test, "contoso_core").await;
    let page = maya.post(&format!("/runs/{}/promotion", run.id), &[("stage", &last.id.to_string())]).await;
    assert_eq!(page.status, 409, "{}", page.text());
    assert_eq!(c.runs(), 1);
}

#[actix_web::test]
async fn a_version_that_is_not_higher_is_refused_and_says_what_to_do() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.next(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(c.runs(), 1);
    let there = format!("/environments/{}/solutions/contoso_core/pipelines", c.development.id);
    let page = maya.get(&there).await;
    page.assert_has("article.stage .why", "Contoso QA is up to date with 1.0.0.4.");
    assert!(!page.has("article.stage a", "Raise version"), "nothing has changed");
    c.import(&c.development, &contoso::tables("1.0.0.4").table("con_more", "More")).await;
    let page = maya.get(&there).await;
    page.assert_has("article.stage .why", "Raise the version to deploy the changes.");
    page.assert_has("article.stage a", "Raise version");
}

#[actix_web::test]
async fn redeploy_needs_the_pipelines_permission_and_then_brings_the_old_version_back() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    c.import(&c.development, &contoso::tables("1.0.0.2")).await;
    let old = c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let new = c.deploy(&mut maya, &c.test, "contoso_core").await;
    let redeploy = format!("/runs/{}/redeployment", old.id);
    assert_eq!(maya.post(&redeploy, &[]).await.status, 409);
    maya.get(&redeploy).await.assert_has(".note.bad", "does not allow redeployments of older versions");
    c.app.write(|conn| {
        use diesel::prelude::*;
        use sluice::schema::pipelines;
        Ok(diesel::update(pipelines::table).set(pipelines::allow_redeploy.eq(true)).execute(conn)?)
    });
    let page = maya.get(&redeploy).await;
    page.assert_has(".note.warn", "1.0.0.2 replaces the newer 1.0.0.4 in Contoso QA. Components that only");
    page.assert_has(".note.warn", "cannot be undone");
    page.assert_has("button.danger", "Redeploy");
    let same = maya.get(&format!("/runs/{}/redeployment", new.id)).await;
    same.assert_has(".note", "Contoso QA has 1.0.0.4. Redeploy installs the same package again.");
    assert!(!same.has(".note.warn, button.danger", ""), "nothing is lost");
    let page = maya.post(&redeploy, &[]).await;
    c.app.run_worker().await;
    let run = c.run_of(&page);
    assert_eq!(run.state, State::ValidationSucceeded, "{:?}", run.error_message);
    maya.post(&format!("/runs/{}/deployment", run.id), &[]).await;
    c.app.run_worker().await;
    let run = c.run(run.id);
    assert_eq!((run.state, run.version_before.as_deref()), (State::Succeeded, Some("1.0.0.4")));
    assert_eq!(run.managed_hash, old.managed_hash);
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    page.assert_has(".sentence", "Contoso Core 1.0.0.2 replaced 1.0.0.4 in Contoso QA.");
    let page = maya.get(&format!("/runs/{}/redeployment", new.id)).await;
    page.assert_has("p", "1.0.0.4 will replace 1.0.0.2 in Contoso QA.");
}
