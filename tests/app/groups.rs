//! Groups in the admin center: making, changing, members, retiring.

use crate::support::{
    TestApp,
    admin::{environment, group},
    unfit_lines,
};

#[actix_web::test]
async fn a_group_is_made_changed_and_shown_as_typed() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let form = [("name", "<b>Makers</b>"), ("description", "Builders\r\nof <i>apps</i>")];
    let page = ada.submit("/admin/groups", &form).await;
    page.assert_has("h1", "<b>Makers</b>");
    page.assert_has(".wrap", "Builders of <i>apps</i>");
    let edit = page.link("Edit");
    let form = ada.get(&edit).await;
    assert_eq!(form.attribute("#name", "value").as_deref(), Some("<b>Makers</b>"));
    let path = edit.trim_end_matches("/edit");
    let page = ada.submit(path, &[("name", "Makers"), ("description", "")]).await;
    page.assert_has("h1", "Makers");
    assert_eq!(ada.get("/admin/groups").await.all("tbody a"), ["Makers"]);
}

#[actix_web::test]
async fn what_is_wrong_with_a_group_stands_beside_the_field() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    group(&mut ada, "Makers").await;
    let testers = group(&mut ada, "Testers").await;
    for there in ["/admin/groups", &testers] {
        for (name, sentence) in unfit_lines() {
            let page = ada.post(there, &[("name", &name), ("description", "kept")]).await;
            assert_eq!(page.status, 422, "{name:?}");
            page.assert_has("#name-error", sentence);
            page.assert_has("#description", "kept");
        }
        let page = ada.post(there, &[("name", "mAKERS"), ("description", "")]).await;
        assert_eq!(page.status, 422);
        page.assert_has("#name-error", "There is a group called mAKERS already.");
        let long = "x".repeat(2001);
        let page = ada.post(there, &[("name", "New"), ("description", &long)]).await;
        page.assert_has("#description-error", "Use at most 2000 characters.");
        let page = ada.post(there, &[("name", "New"), ("description", "a\u{202e}b")]).await;
        page.assert_has("#description-error", "Use plain text");
    }
    assert_eq!(ada.get("/admin/groups").await.all("tbody a"), ["Makers", "Testers"]);
}

#[actix_web::test]
async fn members_come_and_go() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = group(&mut ada, "Makers").await;
    let (bo, cy) = (app.person("Bo"), app.person("Cy"));
    let members = format!("{path}/members");
    for person in [&bo, &cy] {
        ada.submit(&members, &[("person", &person.id.to_string())]).await.assert_has("#members tbody", &person.name);
    }
    ada.get("/admin/groups").await.assert_has("tbody td.num", "2");
    for (person, sentence) in [
        (bo.id.to_string(), "Bo belongs to this group already."),
        (String::new(), "Choose a person."),
        ("01a205dc-148e-75aa-99a9-717eb7aa0963".into(), "no longer there"),
    ] {
        let page = ada.post(&members, &[("person", &person)]).await;
        assert_eq!(page.status, 422);
        page.assert_has("#person-error", sentence);
    }
    let removal = format!("{members}/{}/removal", bo.id);
    let page = ada.submit(&removal, &[]).await;
    assert_eq!(page.all("#members tbody a"), ["Cy"]);
    assert_eq!(ada.post(&removal, &[]).await.status, 404);
    ada.submit(&format!("/admin/people/{}/deactivation", cy.id), &[]).await;
    ada.get(&path).await.assert_has("#members tbody", "Deactivated");
    ada.get("/admin/groups").await.assert_has("tbody td.num", "1 (1 deactivated)");
}

#[actix_web::test]
async fn retiring_a_group_ends_what_it_gave_and_frees_its_name() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = group(&mut ada, "Makers").await;
    let qa = environment(&mut ada, "QA").await;
    let bo = app.person("Bo");
    ada.submit(&format!("{path}/members"), &[("person", &bo.id.to_string())]).await;
    let principal = path.replace("/admin/groups/", "group:");
    ada.submit(&format!("{qa}/roles"), &[("principal", &principal), ("role", "system_administrator")]).await;
    let mut browser = app.sign_in(&bo).await;
    assert_eq!(browser.get(&qa).await.status, 200);

    let page = ada.get(&format!("{path}/retirement")).await;
    page.assert_has("h1", "Retire Makers?");
    page.assert_has("li", "Environment QA: System Administrator");
    let page = ada.submit(&format!("{path}/retirement"), &[]).await;
    page.assert_has("[role=status]", "Makers is retired.");
    assert!(page.all("tbody a").is_empty());
    assert_eq!(browser.get(&qa).await.status, 404);
    let page = ada.get(&qa).await;
    page.assert_has("#members", "No members yet");
    let found = ada.get(&format!("{qa}/roles/matches?principal=Makers")).await;
    found.assert_has(".hint", "Nobody fits");
    let page = ada.post(&format!("{qa}/roles"), &[("principal", &principal), ("role", "basic_user")]).await;
    page.assert_has("#principal-error", "no longer there");

    for there in [path.clone(), format!("{path}/retirement")] {
        assert_eq!(ada.post(&there, &[("name", "Makers"), ("description", "")]).await.status, 409);
    }
    let page = ada.post(&format!("{path}/members"), &[("person", &app.person("Cy").id.to_string())]).await;
    assert_eq!(page.status, 409);
    page.assert_has("p", "Makers is retired, so nothing about it changes any more.");
    group(&mut ada, "Makers").await;
}
