//! What a maker does, and what everybody reads afterwards.

use sluice::rules::state::State;

use crate::support::{Contoso, contoso};

#[actix_web::test]
async fn a_solution_goes_from_development_through_qa_to_production() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;

    let there = format!("/environments/{}/solutions/contoso_core/pipelines", c.development.id);
    let page = maya.get(&there).await;
    page.assert_has("article.stage", "Contoso QA");
    page.assert_has("article.stage .why", "1.0.0.4 has not succeeded in Test yet");
    let next = maya.get(&page.link("Deploy to Test")).await;
    next.assert_has(".sentence", "Contoso Core 1.0.0.4 will be installed in Contoso QA for the first time.");

    let run = c.deploy(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(run.state, State::Succeeded, "{:?}", run.error_message);
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    page.assert_has(".badge", "Succeeded");
    page.assert_has("button", "Promote to Production");
    assert_eq!(page.all(".steps .detail").len(), 4, "export, check, final check, import");

    let run = c.deploy(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(run.state, State::Succeeded, "{:?}", run.error_message);
    let page = maya.get(&there).await;
    assert_eq!(page.all("article.stage .version"), ["1.0.0.4", "1.0.0.4", "1.0.0.4"]);
}

#[actix_web::test]
async fn a_higher_version_replaces_the_one_before_and_the_run_says_so() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    for version in ["1.0.0.2", "1.0.0.4"] {
        c.import(&c.development, &contoso::tables(version)).await;
        c.deploy(&mut maya, &c.test, "contoso_core").await;
    }
    let run = c.validated(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(run.version, "1.0.0.4", "the newest success of the stage before is what travels");
    let page = maya.get(&format!("/environments/{}/solutions/contoso_core/pipelines", c.development.id)).await;
    page.assert_has("td", "1.0.0.2");
}

#[actix_web::test]
async fn promote_takes_the_artifact_of_that_run_and_not_the_newest() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    c.import(&c.development, &contoso::tables("1.0.0.2")).await;
    let old = c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let stage = c.live.id.to_string();
    let page = maya.post(&format!("/runs/{}/promotion", old.id), &[("stage", &stage)]).await;
    c.app.run_worker().await;
    let run = c.run_of(&page);
    assert_eq!((run.version.as_str(), run.managed_hash), ("1.0.0.2", old.managed_hash));
}

#[actix_web::test]
async fn what_the_target_lacks_is_said_before_anything_is_changed_there() {
    let c = Contoso::new();
    let needy = contoso::tables("1.0.0.1").requires("contoso_base", "2.1.0.0", "1", "con_base", "Base table");
    c.import(&c.development, &contoso::tables("1.0.0.0")).await;
    let base = sluice::package::Builder::new("contoso_base").version("2.1.0.0").publisher("contoso", "Contoso", "con");
    c.import(&c.development, &base.table("con_base", "Base table")).await;
    c.import(&c.development, &needy).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(run.state, State::Failed);
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    page.assert_has(".sentence", "contoso_base");
    page.assert_has("button", "Retry");
    let reached = page.all(".steps .detail");
    assert_eq!(reached[reached.len() - 2..], ["Not reached", "Not reached"], "final check and import");
    let there = page.link("Open contoso_base");
    maya.get(&there).await.assert_has("h1", "contoso_base");
    let mut vic = c.app.sign_in(&c.vic).await;
    let page = vic.get(&format!("/runs/{}", run.id)).await;
    assert!(!page.has("a", "Open contoso_base"), "who has no role in the development environment cannot open it");
}

#[actix_web::test]
async fn a_fragment_of_the_page_follows_the_run_and_then_asks_for_the_whole_page() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let page = c.next(&mut maya, &c.test, "contoso_core").await;
    let path = page.location().unwrap().to_owned();
    let fragment = maya.get_partial(&path).await;
    assert_eq!(fragment.attribute("#live", "hx-trigger").as_deref(), Some("every 1s"));
    assert!(!fragment.html().contains("<html"), "only what moves");
    c.app.run_worker().await;
    let fragment = maya.get_partial(&path).await;
    assert_eq!(fragment.attribute("#live", "hx-trigger"), None, "it stops by itself");
    assert_eq!(fragment.header("hx-refresh"), "true");
}
