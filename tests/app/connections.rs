//! The connections of an environment.

use diesel::prelude::*;
use sluice::{
    id::RowId,
    package::Builder,
    schema::{embedded_connections, embedded_references},
};

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
    page.assert_has("td", "Office 365 Outlook shared_office365");
    let removal = page.link("Remove Mail of <Maya>");
    maya.get(&removal).await.assert_has("h1", "Remove Mail of <Maya>?");
    maya.submit(&removal, &[]).await.assert_has("h3", "No connections yet");
    let named = [("name", "Posts"), ("connector", "microsoft teams")];
    maya.submit(&makers.at("connections"), &named).await.assert_has("td", "Microsoft Teams shared_teams");
    assert_eq!(maya.post(&removal, &[]).await.status, 404);
    let log = makers.audit();
    let told = |verb: &str| log.iter().any(|entry| entry.starts_with(&format!("Maya {verb} Mail of <Maya>")));
    assert!(told("add") && told("remove"), "{log:?}");
}

#[actix_web::test]
async fn one_that_is_in_use_says_by_what() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let package = Builder::new("Expenses").connection_reference("cts_mail", "Mail", "shared_office365");
    makers.import(&mut maya, &package).await;
    let form = [("name", "Office"), ("connector", "shared_office365")];
    let removal = maya.submit(&makers.at("connections"), &form).await.link("Remove Office");
    makers.app.write(|c| {
        let id: RowId = embedded_connections::table.select(embedded_connections::id).first(c)?;
        let bound = embedded_references::connection_id.eq(Some(id));
        diesel::update(embedded_references::table).set(bound).execute(c)?;
        Ok(())
    });
    let asked = maya.get(&removal).await;
    let refused = maya.post(&removal, &[]).await;
    assert_eq!((asked.status, refused.status), (200, 422));
    for page in [asked, refused] {
        page.assert_has("h1", "Office is still in use");
        assert_eq!(page.all(".confirm li"), ["Mail"]);
        assert!(!page.has("button", "Remove"));
        assert_eq!(page.link("Back"), makers.at("connections"));
    }
}

#[actix_web::test]
async fn bad_input_stands_beside_its_field() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let path = makers.at("connections");
    maya.post(&path, &[("connector", "shared_office365")]).await.assert_has("#name-error", "Enter a name.");
    maya.post(&path, &[("name", "Mail")]).await.assert_has("#connector-error", "Enter a connector.");
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

#[actix_web::test]
async fn a_credential_is_kept_replaced_and_removed() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let list = makers.at("connections");
    let page = maya.submit(&list, &[("name", "Mail"), ("connector", "shared_office365")]).await;
    page.assert_has("td[data-label=Credential]", "None");
    let edit = page.link("Edit Mail");
    let page = maya.get(&edit).await;
    assert!(!page.has("legend", "Credential"), "there is nothing to keep");
    page.assert_has("#credential-hint", "never shown again");
    let save = edit.trim_end_matches("/edit").to_owned();
    let set = |page: &crate::support::Page| page.has("td[data-label=Credential]", "Credential set");
    assert!(set(&maya.submit(&save, &[("name", "Mail"), ("credential", "k1")]).await));
    let page = maya.get(&edit).await;
    assert_eq!(page.attribute("input[name=change][checked]", "value").as_deref(), Some("keep"));
    assert_eq!(page.attribute("#credential", "value"), None);
    assert!(set(&maya.submit(&save, &[("name", "Post"), ("change", "keep")]).await));
    assert!(set(&maya.submit(&save, &[("name", "Post"), ("change", "replace"), ("credential", " k 2 ")]).await));
    let page = maya.post(&save, &[("name", "Post"), ("change", "replace"), ("credential", "")]).await;
    page.assert_has("#credential-error", "Enter the new credential, or choose Keep.");
    let page = maya.post(&save, &[("name", "Post"), ("change", "remove"), ("credential", "k3")]).await;
    page.assert_has("#change-error", "Choose Replace to keep what you entered.");
    maya.post(&save, &[("name", "Post")]).await.assert_has("#change-error", "Choose one from the list.");
    for unfit in ["a\u{0}b", "a\nb", "a\u{202e}b"] {
        let page = maya.post(&save, &[("name", "Post"), ("change", "replace"), ("credential", unfit)]).await;
        page.assert_has("#credential-error", "Use plain text");
    }
    let long = "k".repeat(2001);
    let page = maya.post(&save, &[("name", "Post"), ("change", "replace"), ("credential", &long)]).await;
    page.assert_has("#credential-error", "Use at most 2000 characters.");
    let page = maya.submit(&save, &[("name", "Post"), ("change", "remove")]).await;
    page.assert_has("[role=status]", "Saved.");
    page.assert_has("td[data-label=Credential]", "None");
    let log: Vec<String> = makers.app.read(|c| {
        use sluice::schema::audit;
        Ok(audit::table.order(audit::id).select(audit::changes).load(c)?)
    });
    let told: Vec<&String> = log.iter().filter(|changes| changes.contains("Credential")).collect();
    assert_eq!(told.len(), 3, "set, replaced and removed, but not kept: {log:?}");
    assert!(log.iter().all(|changes| !changes.contains("k 2") && !changes.contains("k1")), "{log:?}");
}

#[actix_web::test]
async fn a_connection_is_edited_only_by_who_may_and_where_it_is() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let form = [("name", "Mail"), ("connector", "shared_office365")];
    let edit = maya.submit(&makers.at("connections"), &form).await.link("Edit Mail");
    let save = edit.trim_end_matches("/edit").to_owned();
    let mut bo = makers.app.sign_in(&makers.bo).await;
    assert_eq!(bo.get(&edit).await.status, 403);
    assert_eq!(bo.post(&save, &[("name", "Other")]).await.status, 403);
    let elsewhere = crate::support::add_environment(&makers.app, "Elsewhere").to_string();
    let mut root = makers.app.sign_in(&makers.app.administrator("Root")).await;
    assert_eq!(root.get(&edit).await.status, 200);
    for path in [&edit, &save] {
        let there = path.replace(&makers.environment.to_string(), &elsewhere);
        assert_eq!(root.get(&there).await.status, 404);
        assert_eq!(root.post(&there, &[("name", "Other")]).await.status, 404);
    }
}
