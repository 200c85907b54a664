//! The same-bytes rule: what was tested is what goes to production, to the byte.

use std::{fs, path::PathBuf};

use sluice::{models::run::Run, rules::state::State};

use crate::support::{Contoso, contoso};

#[actix_web::test]
async fn production_gets_the_bytes_that_were_tested_even_if_the_solution_changed_since() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let tested = c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.import(&c.development, &contoso::tables("1.0.0.4").table("con_sneaked_in", "Sneaked in")).await;
    let live = c.deploy(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(live.state, State::Succeeded);
    assert_eq!(live.managed_hash, tested.managed_hash);
    let there = c.app.app.platforms.embedded().solution(c.production.id, "contoso_core").await.unwrap().unwrap();
    assert!(there.components.iter().all(|component| component.name != "con_sneaked_in"));
}

#[actix_web::test]
async fn once_bound_a_version_is_not_exported_again_and_next_warns_of_the_changes() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let first = c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.act(&c.qa, sluice::platform::Act::Uninstall { solution: "contoso_core".into() }).await.unwrap();
    c.import(&c.development, &contoso::tables("1.0.0.4").table("con_more", "More")).await;
    let link = format!("{}/new?solution=contoso_core&source={}", c.runs_of(&c.test), c.development.id);
    let page = maya.get(&link).await;
    page.assert_has(".note.warn", "1.0.0.4");
    page.assert_has("p", "takes the package that was exported");
    let again = c.validated(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(again.artifact_id, first.artifact_id);
}

#[actix_web::test]
async fn until_a_run_succeeds_every_next_exports_anew() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let first = c.validated(&mut maya, &c.test, "contoso_core").await;
    c.import(&c.development, &contoso::tables("1.0.0.4").table("con_more", "More")).await;
    let second = c.validated(&mut maya, &c.test, "contoso_core").await;
    assert_ne!(first.managed_hash, second.managed_hash);
    assert_eq!(c.run(first.id).state, State::Canceled, "a newer Next replaces the one that waited");
}

#[actix_web::test]
async fn a_run_that_holds_another_package_of_a_bound_version_fails() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let other = c.app.validated(&c.host, &c.ada, "Other QA", sluice::rules::validation::RecordKind::Target);
    let pipeline = c.app.pipeline(&c.host, &c.ada, "Second");
    c.app.link(&pipeline, &c.ada, &c.source);
    let stage = c.app.stage(&pipeline, &c.ada, "Test", None, &other);
    let mut ada = c.app.sign_in(&c.ada).await;
    let waiting = c.validated(&mut ada, &stage, "contoso_core").await;
    c.import(&c.development, &contoso::tables("1.0.0.4").table("con_more", "More")).await;
    c.deploy(&mut ada, &c.test, "contoso_core").await;
    let page = ada.post(&format!("/runs/{}/deployment", waiting.id), &[("notes", "")]).await;
    assert_eq!(page.status, 422, "{}", page.text());
    assert_eq!(c.run(waiting.id).state, State::ValidationSucceeded);
}

#[actix_web::test]
async fn a_package_that_is_no_longer_what_was_tested_is_not_imported() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    let whole = damage(&c, &run);
    c.app.run_worker().await;
    let failed = c.run(run.id);
    assert_eq!(failed.state, State::Failed);
    assert_eq!(failed.error_message.as_deref(), Some("The stored package is damaged: its SHA-256 is not what it was."));
    assert_eq!(
        failed.error_advice.as_deref(),
        Some("An operator can restore the package store from a backup. Then Retry.")
    );
    let there = c.app.app.platforms.embedded().solution(c.qa.id, "contoso_core").await.unwrap();
    assert!(there.is_none(), "nothing was changed in the target");
    fs::write(package(&c, &run), whole).unwrap();
    assert_eq!(c.deploy(&mut maya, &c.test, "contoso_core").await.state, State::Succeeded, "the lane is free again");
}

#[actix_web::test]
async fn a_package_that_was_damaged_before_its_validation_fails_it() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let tested = c.deploy(&mut maya, &c.test, "contoso_core").await;
    damage(&c, &tested);
    let run = c.validated(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(run.state, State::Failed);
    assert_eq!(run.error_message.as_deref(), Some("The stored package is damaged: its SHA-256 is not what it was."));
}

fn package(c: &Contoso, run: &Run) -> PathBuf {
    let hash = run.managed_hash.clone().unwrap();
    c.app.folder().join("artifacts").join(&hash[..2]).join(&hash)
}

/// Changes one bit of the managed package; what it was before.
fn damage(c: &Contoso, run: &Run) -> Vec<u8> {
    let whole = fs::read(package(c, run)).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(package(c, run), damaged).unwrap();
    whole
}

#[actix_web::test]
async fn downloads_are_the_very_bytes_for_who_may_have_them() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.deploy(&mut maya, &c.test, "contoso_core").await;
    let page = maya.get(&format!("/runs/{}/packages/managed", run.id)).await;
    assert_eq!(page.header("content-disposition"), "attachment; filename=\"contoso_core_1_0_0_4_managed.zip\"");
    assert_eq!(page.body.len() as i64, run.managed_size.unwrap());
    let package = sluice::package::Package::read(std::io::Cursor::new(page.body), &Default::default()).unwrap();
    assert!(package.manifest.managed);
    let mut vic = c.app.sign_in(&c.vic).await;
    for kind in ["managed", "unmanaged"] {
        assert_eq!(vic.get(&format!("/runs/{}/packages/{kind}", run.id)).await.status, 403);
    }
    assert_eq!(maya.get(&format!("/runs/{}/packages/other", run.id)).await.status, 404);
}
