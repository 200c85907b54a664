use sluice::package::Builder;

use crate::support::Makers;

fn expenses() -> Builder {
    Builder::new("Expenses").display_name("Contoso <Expenses>").version("1.0.0.4").table("contoso_claim", "Claim")
}

#[actix_web::test]
async fn a_package_is_shown_before_anything_changes() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let page = makers.upload(&mut maya, &expenses().to_bytes().unwrap()).await;
    let review = page.location().unwrap().to_owned();
    let page = maya.get(&review).await;
    page.assert_has("h1", "Import Contoso <Expenses>?");
    assert!(page.attribute("#review", "hx-get").is_some());
    assert!(!page.has("button[type=submit]", "Import"), "not before it is checked");
    assert_eq!(maya.post(&review, &[]).await.status, 422);
    makers.app.run_worker().await;
    let page = maya.get_partial(&review).await;
    assert!(page.attribute("#review", "hx-get").is_none());
    page.assert_has("dd", "1.0.0.4");
    page.assert_has("dd", "It is not installed yet");
    page.assert_has("button[type=submit]", "Import");
    assert!(!maya.get(&makers.at("solutions")).await.has("td", "Expenses"));
    maya.submit(&review, &[]).await.assert_has("[role=status]", "is being imported");
    makers.app.run_worker().await;
    maya.get(&makers.at("solutions/Expenses/contents")).await.assert_has("td", "contoso_claim");
    let log = makers.audit();
    let told = "Maya import Expenses; Environment:  → Contoso Development; Version:  → 1.0.0.4; Package:  → unmanaged";
    assert!(log.iter().any(|entry| entry.starts_with(told)), "{log:?}");
}

#[actix_web::test]
async fn what_it_replaces_is_said() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    let review = makers.checked(&mut maya, &expenses().version("1.0.0.5")).await;
    maya.get(&review).await.assert_has("dd", "It replaces version 1.0.0.4");
    let review = makers.checked(&mut maya, &expenses().version("1.0")).await;
    maya.get(&review).await.assert_has("dd", "It replaces the higher version 1.0.0.4");
}

#[actix_web::test]
async fn what_is_missing_forbids_the_import() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let travel = Builder::new("Travel").requires("Expenses", "1.0", 1, "contoso_claim", "Claim");
    let review = makers.checked(&mut maya, &travel).await;
    let page = maya.get(&review).await;
    page.assert_has(".note.bad", "Claim");
    page.assert_has(".note .code", "0x80048034");
    assert!(!page.has("button[type=submit]", "Import"));
    assert_eq!(maya.post(&review, &[]).await.status, 422);
    assert_eq!(makers.operations().len(), 1, "only the check");
}

#[actix_web::test]
async fn managed_over_unmanaged_is_refused_with_its_code() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    let review = makers.checked(&mut maya, &expenses().managed(true).version("2.0")).await;
    maya.get(&review).await.assert_has(".note .code", "0x80048040");
    assert_eq!(maya.post(&review, &[]).await.status, 422);
}

#[actix_web::test]
async fn an_import_that_fails_after_all_says_why_in_the_list() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let review = makers.checked(&mut maya, &expenses().managed(true)).await;
    makers.import(&mut maya, &expenses()).await;
    assert_eq!(maya.post(&review, &[]).await.status, 303);
    makers.app.run_worker().await;
    let page = maya.get(&makers.at("solutions")).await;
    page.assert_has("li.bad", "Failed");
    page.assert_has("li.bad .mono", "0x80048040");
}

#[actix_web::test]
async fn only_who_uploaded_a_package_reviews_it() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let review = makers.checked(&mut maya, &expenses()).await;
    let mut ada = makers.app.sign_in(&makers.ada).await;
    assert_eq!(ada.get(&review).await.status, 404);
    assert_eq!(ada.post(&review, &[]).await.status, 404);
    let elsewhere = crate::support::add_environment(&makers.app, "Elsewhere");
    let there = review.replace(&makers.environment.to_string(), &elsewhere.to_string());
    assert_eq!(maya.get(&there).await.status, 404);
    assert_eq!(maya.get(&makers.at("imports/nonsense")).await.status, 404);
}

#[actix_web::test]
async fn a_package_that_is_no_longer_kept_is_asked_for_again() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let review = makers.checked(&mut maya, &expenses()).await;
    makers.app.empty("artifacts");
    let page = maya.post(&review, &[]).await;
    assert_eq!(page.status, 422);
    page.assert_has("[role=alert]", "Upload it again");
}
