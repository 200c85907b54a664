//! Sharing a pipeline: with whom, what they may do in fact, and what is still missing.

use sluice::{
    models::{pipeline::Pipeline, principal::Principal, share::Share},
    rules::rights::{Access, HostRole, Right},
};

use crate::support::TestApp;

fn path(pipeline: &Pipeline) -> String {
    format!("/hosts/{}/pipelines/{}/shares", pipeline.host_id, pipeline.id)
}

#[actix_web::test]
async fn a_share_is_added_changed_and_removed() {
    let app = TestApp::new();
    let (ada, cy) = (app.administrator("Ada"), app.person("Cy"));
    let host = app.host("Contoso Host", &ada);
    let main = app.pipeline(&host, &ada, "Main");
    let mut browser = app.sign_in(&ada).await;
    browser.get(&path(&main)).await.assert_has(".empty", "Not shared yet");
    let cys = format!("person:{}", cy.id);
    let page = browser.submit(&path(&main), &[("principal", &cys), ("access", "run")]).await;
    page.assert_has("tr", "To run, also needs Deployment Pipeline User on this host: give it under Security");
    assert_eq!(page.link("Security"), format!("/hosts/{}/security", host.id));
    let share = app.read(|c| Share::of(c, &main)).remove(0);
    assert_eq!((share.access, share.right(), share.lacks_role()), (Access::Run, Right::View, true));

    app.give_host_role(host.id, Principal::Person(cy.id), HostRole::User);
    let page = browser.get(&path(&main)).await;
    assert!(!page.text().contains("also needs"), "{}", page.text());
    let own = format!("{}/{}", path(&main), share.id);
    browser.submit(&own, &[("access", "view")]).await.assert_has(".flash", "The share of Cy is now View");
    assert_eq!(browser.post(&own, &[("access", "manage")]).await.status, 422);
    browser.get(&format!("{own}/removal")).await.assert_has("h1", "Remove the share of Cy?");
    browser.submit(&format!("{own}/removal"), &[]).await.assert_has(".empty", "Not shared yet");
    for gone in [own.clone(), format!("{own}/removal")] {
        assert_eq!(browser.post(&gone, &[("access", "view")]).await.status, 404);
    }
    assert_eq!(app.log_of(main.id), ["create", "share", "change share", "remove share"]);
}

#[actix_web::test]
async fn a_group_shares_with_its_members_and_shows_what_they_lack() {
    let app = TestApp::new();
    let (ada, cy) = (app.administrator("Ada"), app.person("Cy"));
    let host = app.host("Contoso Host", &ada);
    let main = app.pipeline(&host, &ada, "Main");
    let makers = app.group("Makers", &[&cy]);
    let mut browser = app.sign_in(&ada).await;
    let form = [("principal", makers.to_string()), ("access", "run".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(&path(&main), &form).await.assert_has("tr", "Members also need Deployment Pipeline User");
    app.give_host_role(host.id, makers, HostRole::User);
    assert!(!browser.get(&path(&main)).await.has("tr", "also need"));
    assert_eq!(app.read(|c| main.right(c, &cy)), Right::Run);
}

#[actix_web::test]
async fn effective_access_counts_everything_a_person_was_given() {
    let app = TestApp::new();
    let (ada, bo, cy) = (app.administrator("Ada"), app.person("Bo"), app.person("Cy"));
    let host = app.host("Contoso Host", &ada);
    app.give_host_role(host.id, Principal::Person(bo.id), HostRole::Administrator);
    let main = app.pipeline(&host, &ada, "Main");
    let makers = app.group("Makers", &[&cy]);
    app.give_host_role(host.id, makers, HostRole::User);
    let mut browser = app.sign_in(&ada).await;
    for (principal, access) in [(makers, "run"), (Principal::Person(bo.id), "view"), (Principal::Person(cy.id), "view")]
    {
        let principal = principal.to_string();
        assert_eq!(browser.post(&path(&main), &[("principal", &principal), ("access", access)]).await.status, 303);
    }
    let shares = app.read(|c| Share::of(c, &main));
    let rights: Vec<_> = shares.iter().map(|share| (share.named.name.as_str(), share.right())).collect();
    assert_eq!(rights, [("Makers", Right::Run), ("Bo", Right::Manage), ("Cy", Right::Run)]);
}

#[actix_web::test]
async fn what_cannot_be_shared_is_said_beside_the_field() {
    let app = TestApp::new();
    let (ada, cy) = (app.administrator("Ada"), app.person("Cy"));
    let host = app.host("Contoso Host", &ada);
    let main = app.pipeline(&host, &ada, "Main");
    let mut browser = app.sign_in(&ada).await;
    let cys = format!("person:{}", cy.id);
    assert_eq!(browser.post(&path(&main), &[("principal", &cys), ("access", "view")]).await.status, 303);
    let nobody = format!("person:{}", sluice::id::PersonId::new());
    let rows = [
        ("", "view", "principal", "Choose a person"),
        ("somebody", "view", "principal", "Nobody here is called “somebody”"),
        (nobody.as_str(), "view", "principal", "no longer there"),
        (cys.as_str(), "run", "principal", "has a share of this pipeline already"),
        (cys.as_str(), "manage", "access", "Choose View or Run."),
    ];
    for (principal, access, field, sentence) in rows {
        let page = browser.post(&path(&main), &[("principal", principal), ("access", access)]).await;
        assert_eq!(page.status, 422, "{sentence}");
        page.assert_has(&format!("#{field}-error"), sentence);
    }
    assert_eq!(app.read(|c| Share::of(c, &main)).len(), 1);
}

#[actix_web::test]
async fn a_share_belongs_to_its_own_pipeline() {
    let app = TestApp::new();
    let (ada, cy) = (app.administrator("Ada"), app.person("<script>alert(1)</script>"));
    let host = app.host("Contoso Host", &ada);
    let (main, other) = (app.pipeline(&host, &ada, "Main"), app.pipeline(&host, &ada, "Other"));
    let mut browser = app.sign_in(&ada).await;
    browser.post(&path(&main), &[("principal", &format!("person:{}", cy.id)), ("access", "view")]).await;
    let share = app.read(|c| Share::of(c, &main)).remove(0);
    assert_eq!(browser.get(&format!("{}/{}/removal", path(&other), share.id)).await.status, 404);
    assert_eq!(browser.post(&format!("{}/{}", path(&other), share.id), &[("access", "run")]).await.status, 404);
    assert_eq!(browser.post(&format!("{}/{}/removal", path(&other), share.id), &[]).await.status, 404);
    for there in [path(&main), format!("{}/{}/removal", path(&main), share.id)] {
        assert!(!browser.get(&there).await.html().contains("<script>alert"), "{there}");
    }
}
