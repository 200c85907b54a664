//! Members of an environment: who has which role.

use crate::support::{
    Page, TestApp,
    admin::{environment, group},
};

// The row of a member, as its forms' address.
fn role_path(page: &Page, name: &str) -> String {
    let rows = page.all("#members tbody tr");
    let row = rows.iter().position(|row| row.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {rows:?}"));
    let form = format!("#members tbody tr:nth-child({}) form", row + 1);
    page.attribute(&form, "action").expect("a form in the row")
}

#[actix_web::test]
async fn a_role_is_given_changed_and_taken() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "Contoso QA").await;
    let bo = app.person("Bo");
    let principal = format!("person:{}", bo.id);
    let page = ada.submit(&format!("{path}/roles"), &[("principal", &principal), ("role", "basic_user")]).await;
    page.assert_has("[role=status]", "Bo is Basic User here now.");
    page.assert_has("#members tbody", "bo@example.com");
    let role = role_path(&page, "Bo");
    let page = ada.submit(&role, &[("role", "system_administrator")]).await;
    page.assert_has("[role=status]", "Bo is System Administrator here now.");
    assert_eq!(app.sign_in(&bo).await.get(&path).await.status, 200, "the role counts at once");
    let page = ada.submit(&format!("{role}/removal"), &[]).await;
    page.assert_has("#members", "No members yet");
    assert_eq!(app.sign_in(&bo).await.get(&path).await.status, 404);
    assert_eq!(ada.post(&format!("{role}/removal"), &[]).await.status, 404, "taken once");
}

#[actix_web::test]
async fn a_groups_role_is_that_of_its_members() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "Contoso QA").await;
    let group = group(&mut ada, "Owners").await;
    let bo = app.person("Bo");
    ada.submit(&format!("{group}/members"), &[("person", &bo.id.to_string())]).await;
    let principal = group.replace("/admin/groups/", "group:");
    let form = [("principal", principal.as_str()), ("role", "system_administrator")];
    ada.submit(&format!("{path}/roles"), &form).await.assert_has("#members tbody", "Owners");
    assert_eq!(app.sign_in(&bo).await.get(&path).await.status, 200);
    let page = ada.submit(&format!("{group}/members/{}/removal", bo.id), &[]).await;
    page.assert_has("[role=status]", "Bo no longer belongs to Owners.");
    assert_eq!(app.sign_in(&bo).await.get(&path).await.status, 404);
}

#[actix_web::test]
async fn what_is_wrong_with_a_member_stands_beside_the_field() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "Contoso QA").await;
    let roles = format!("{path}/roles");
    let bo = format!("person:{}", app.person("Bo").id);
    let page = ada.post(&roles, &[("principal", ""), ("role", "owner")]).await;
    assert_eq!(page.status, 422);
    page.assert_has("#principal-error", "Choose a person or group.");
    page.assert_has("#role-error", "Choose a role.");
    let gone = ["person:01a205dc-148e-75aa-99a9-717eb7aa0963", "group:01a205dc-148e-75aa-99a9-717eb7aa0963"];
    for nobody in gone {
        let page = ada.post(&roles, &[("principal", nobody), ("role", "basic_user")]).await;
        assert_eq!(page.status, 422);
        page.assert_has("#principal-error", "no longer there");
    }
    ada.submit(&roles, &[("principal", &bo), ("role", "basic_user")]).await;
    let page = ada.post(&roles, &[("principal", &bo), ("role", "system_customizer")]).await;
    assert_eq!(page.status, 422);
    page.assert_has("#principal-error", "Bo has a role in this environment already.");
    assert_eq!(page.attribute("[name=chosen][checked]", "value"), Some(bo), "the choice is kept");
    let role = role_path(&page, "Bo");
    let page = ada.post(&role, &[("role", "owner")]).await;
    assert_eq!(page.status, 422);
    page.assert_has("td .error", "Choose one from the list.");
}

#[actix_web::test]
async fn a_role_belongs_to_one_environment_only() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let (qa, dev) = (environment(&mut ada, "QA").await, environment(&mut ada, "Dev").await);
    let bo = format!("person:{}", app.person("Bo").id);
    let page = ada.submit(&format!("{qa}/roles"), &[("principal", &bo), ("role", "basic_user")]).await;
    let elsewhere = role_path(&page, "Bo").replace(&qa, &dev);
    assert_eq!(ada.post(&elsewhere, &[("role", "system_administrator")]).await.status, 404);
    assert_eq!(ada.post(&format!("{elsewhere}/removal"), &[]).await.status, 404);
    ada.get(&qa).await.assert_has("#members tbody option[selected]", "Basic User");
}

#[actix_web::test]
async fn who_steps_back_is_led_to_a_page_they_may_see() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "QA").await;
    let bo = app.person("Bo");
    let principal = format!("person:{}", bo.id);
    ada.submit(&format!("{path}/roles"), &[("principal", &principal), ("role", "system_administrator")]).await;
    let mut browser = app.sign_in(&bo).await;
    let role = role_path(&browser.get(&path).await, "Bo");
    assert_eq!(browser.post(&role, &[("role", "basic_user")]).await.location(), Some("/"));
    assert_eq!(
        browser.post(&role, &[("role", "system_administrator")]).await.status,
        403,
        "there is no way back alone"
    );
}
