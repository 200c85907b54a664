//! Roles on a host, and that somebody always administers it.

use sluice::{
    id::EnvironmentId,
    models::{principal::Principal, role_holder::RoleHolder},
    rules::rights::HostRole,
};

use crate::support::TestApp;

fn path(host: EnvironmentId) -> String {
    format!("/hosts/{host}/security")
}

#[actix_web::test]
async fn a_role_is_given_and_removed() {
    let app = TestApp::new();
    let (ada, cy) = (app.person("Ada"), app.person("Cy"));
    let host = app.host("Contoso Host", &ada);
    let mut browser = app.sign_in(&ada).await;
    let cys = format!("person:{}", cy.id);
    let page = browser.submit(&path(host.id), &[("principal", &cys), ("role", "user")]).await;
    page.assert_has(".flash", "Cy is now Deployment Pipeline User of Contoso Host");
    page.assert_has("td", "cy@example.com");
    browser.submit(&path(host.id), &[("principal", &cys), ("role", "administrator")]).await;
    let holders = app.read(|c| RoleHolder::of(c, host.id));
    assert_eq!(holders.len(), 3, "both roles at once");
    let user = holders.iter().find(|holder| holder.role == HostRole::User).unwrap();
    let removal = format!("{}/{}/removal", path(host.id), user.id);
    let page = browser.get(&removal).await;
    page.assert_has("h1", "Remove this role?");
    page.assert_has("p", "Cy is no longer Deployment Pipeline User of Contoso Host and can no longer");
    browser.submit(&removal, &[]).await.assert_has(".flash", "Cy is no longer Deployment Pipeline User");
    assert_eq!(browser.post(&removal, &[]).await.status, 404);
    assert_eq!(app.log_of(host.id), ["give role", "give role", "remove role"]);
}

#[actix_web::test]
async fn what_cannot_be_given_is_said_beside_the_field() {
    let app = TestApp::new();
    let ada = app.person("Ada");
    let host = app.host("Contoso Host", &ada);
    let mut browser = app.sign_in(&ada).await;
    let adas = format!("person:{}", ada.id);
    let gone = format!("group:{}", sluice::id::GroupId::new());
    let rows = [
        ("", "user", "principal", "Choose a person"),
        (gone.as_str(), "user", "principal", "no longer there"),
        (adas.as_str(), "administrator", "principal", "Ada is Deployment Pipeline Administrator here already"),
        (adas.as_str(), "owner", "role", "Choose a role."),
    ];
    for (principal, role, field, sentence) in rows {
        let page = browser.post(&path(host.id), &[("principal", principal), ("role", role)]).await;
        assert_eq!(page.status, 422, "{sentence}");
        page.assert_has(&format!("#{field}-error"), sentence);
    }
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new();
    let (root, ada, bo) = (app.administrator("Root"), app.person("Ada"), app.person("Bo"));
    let host = app.host("Contoso Host", &ada);
    let empty = app.group("Nobody", &[]);
    app.give_host_role(host.id, empty, HostRole::Administrator);
    app.give_host_role(host.id, Principal::Person(bo.id), HostRole::User);
    let holders = app.read(|c| RoleHolder::of(c, host.id));
    let adas = holders.iter().find(|holder| holder.named.name == "Ada").unwrap();
    let nobodys = holders.iter().find(|holder| holder.named.name == "Nobody").unwrap();
    let removal = format!("{}/{}/removal", path(host.id), adas.id);
    for person in [&ada, &root] {
        let page = app.sign_in(person).await.post(&removal, &[]).await;
        assert_eq!(page.status, 422, "{}", person.name);
        page.assert_has("[role=alert]", "Without Ada nobody would be left to administer Contoso Host");
    }
    let mut browser = app.sign_in(&ada).await;
    browser.get(&removal).await.assert_has(".note", "This is your own role");
    assert_eq!(browser.post(&format!("{}/{}/removal", path(host.id), nobodys.id), &[]).await.status, 303);

    app.give_host_role(host.id, app.group("Administrators", &[&bo]), HostRole::Administrator);
    assert_eq!(browser.post(&removal, &[]).await.location(), Some("/"), "where Ada may still go");
    assert_eq!(browser.get(&path(host.id)).await.status, 404);
    assert_eq!(app.sign_in(&bo).await.get(&path(host.id)).await.status, 200);
}

#[actix_web::test]
async fn the_roles_of_a_host_are_its_administrators_matter() {
    let app = TestApp::new();
    let (ada, bo, cy) = (app.person("Ada"), app.person("Bo"), app.person("<script>alert(1)</script>"));
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &bo));
    let role = app.give_host_role(host.id, Principal::Person(cy.id), HostRole::User);
    let form = [("principal", format!("person:{}", cy.id)), ("role", "administrator".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for person in [&bo, &cy] {
        let mut browser = app.sign_in(person).await;
        assert_eq!(browser.get(&path(host.id)).await.status, 404);
        assert_eq!(browser.post(&path(host.id), &form).await.status, 404);
        assert_eq!(browser.post(&format!("{}/{role}/removal", path(host.id)), &[]).await.status, 404);
    }
    let crossed = format!("{}/{role}/removal", path(other.id));
    assert_eq!(app.sign_in(&bo).await.post(&crossed, &[]).await.status, 404, "a role of another host");
    let mut browser = app.sign_in(&ada).await;
    for there in [path(host.id), format!("{}/{role}/removal", path(host.id))] {
        assert!(!browser.get(&there).await.html().contains("<script>alert"), "{there}");
    }
}
