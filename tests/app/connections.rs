//! The connections of an environment.

use sluice::package::Builder;

use crate::support::Makers;

#[actix_web::test]
async fn a_connection_is_added_listed_and_removed() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers
        .import(&mut maya, &Builder::new("Expenses").connection_reference("cts_mail", "Mail", "shared_office365"))
        .await;
    maya.get(&makers.at("connections")).await.assert_has("h3", "No connections yet");
    let page = maya.get(&makers.at("connections/new")).await;
    assert_eq!(page.attribute("datalist option", "value").as_deref(), Some("shared_office365"));
    let form = [("name", "Mail of <Maya>"), ("connector", "shared_office365")];
    let page = maya.submit(&makers.at("connections"), &form).await;
    page.assert_has("[role=status]", "Mail of <Maya> is there now");
    page.assert_has("td", "Mail of <Maya>");
    page.assert_has("td", "shared_office365");
    let removal = page.link("Remove Mail of <Maya>");
    maya.get(&removal).await.assert_has("h1", "Remove Mail of <Maya>?");
    maya.submit(&removal, &[]).await.assert_has("h3", "No connections yet");
    assert_eq!(maya.post(&removal, &[]).await.status, 404);
    let log = makers.audit();
    let told = |verb: &str| log.iter().any(|entry| entry.starts_with(&format!("Maya {verb} Mail of <Maya>")));
    assert!(told("add") && told("remove"), "{log:?}");
}

#[actix_web::test]
async fn bad_input_stands_beside_its_field() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let path = makers.at("connections");
    maya.post(&path, &[("connector", "shared_office365")]).await.assert_has("#name-error", "Fill this in");
    maya.post(&path, &[("name", "Mail")]).await.assert_has("#connector-error", "Fill this in");
    for connector in ["office 365", "shared_", "shared_<b>", "/providers/Other/apis/shared_office365"] {
        let page = maya.post(&path, &[("name", "Mail"), ("connector", connector)]).await;
        assert_eq!(page.status, 422, "{connector}");
        page.assert_has("#connector-error", "such as shared_office365");
        assert_eq!(page.attribute("#connector", "value").as_deref(), Some(connector));
    }
}

#[actix_web::test]
async fn who_may_only_look_sees_connections_but_changes_none() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let form = [("name", "Mail"), ("connector", "shared_office365")];
    let removal = maya.submit(&makers.at("connections"), &form).await.link("Remove Mail");
    let mut bo = makers.app.sign_in(&makers.bo).await;
    let page = bo.get(&makers.at("connections")).await;
    page.assert_has("td", "Mail");
    assert!(!page.has("a", "New connection") && !page.has("a", "Remove"));
    assert_eq!(bo.post(&makers.at("connections"), &form).await.status, 403);
    assert_eq!(bo.get(&removal).await.status, 403);
    assert_eq!(bo.post(&removal, &[]).await.status, 403);
    let elsewhere = crate::support::add_environment(&makers.app, "Elsewhere");
    let there = removal.replace(&makers.environment.to_string(), &elsewhere.to_string());
    assert_eq!(maya.post(&there, &[]).await.status, 404);
}
