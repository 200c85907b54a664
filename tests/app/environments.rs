//! Environments in the admin center: who sees which, making, changing and turning them into hosts.

use sluice::models::{environment::Environment, reach::Reach};

use crate::support::{TestApp, admin::environment, unfit_lines};

#[actix_web::test]
async fn a_new_environment_has_an_id_of_its_own_to_copy() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let form = [("name", "  Contoso   QA "), ("region", "Japan"), ("kind", "production"), ("managed", "on")];
    let page = ada.submit("/admin/environments", &form).await;
    page.assert_has("h1", "Contoso QA");
    page.assert_has("[role=status]", "Contoso QA is ready");
    let facts = page.all("dl.facts dd");
    assert!(["Production", "Japan", "Embedded"].iter().all(|fact| facts.iter().any(|dd| dd == fact)), "{facts:?}");
    let id = page.attribute("[data-copy]", "data-copy").expect("a copy button");
    assert_eq!((id.len(), id.to_lowercase()), (36, id.clone()));
    page.assert_has(".mono", &id);
    let other = environment(&mut ada, "Contoso Dev").await;
    assert_ne!(ada.get(&other).await.attribute("[data-copy]", "data-copy"), Some(id));
}

#[actix_web::test]
async fn what_is_wrong_with_an_environment_stands_beside_the_field() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    for (name, sentence) in unfit_lines() {
        let form = [("name", name.as_str()), ("region", "Europe"), ("kind", "sandbox")];
        let page = ada.post("/admin/environments", &form).await;
        assert_eq!(page.status, 422, "{name:?}");
        page.assert_has("#name-error", sentence);
        assert_eq!(page.attribute("#region option[selected]", "value").as_deref(), Some("Europe"), "the rest is kept");
    }
    let page = ada.post("/admin/environments", &[("name", "QA"), ("region", "Atlantis"), ("kind", "island")]).await;
    page.assert_has("#region-error", "Choose a region.");
    page.assert_has("#kind-error", "Choose a type.");
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("QA"));
    assert!(app.read(Environment::retired).is_empty());
    assert!(!ada.get("/admin/environments").await.has("td", "QA"), "nothing was made");
}

#[actix_web::test]
async fn a_name_is_one_live_environments_whatever_its_case() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    environment(&mut ada, "Contoso QA").await;
    let dev = environment(&mut ada, "Contoso Dev").await;
    let form = [("name", "CONTOSO  qa"), ("region", "Europe"), ("kind", "sandbox"), ("dataverse", "on")];
    for path in ["/admin/environments", &dev] {
        let page = ada.post(path, &form).await;
        assert_eq!(page.status, 422);
        page.assert_has("#name-error", "There is an environment called CONTOSO qa already.");
    }
    let own = [("name", "contoso DEV"), ("region", "Europe"), ("kind", "sandbox"), ("dataverse", "on")];
    ada.submit(&dev, &own).await.assert_has("h1", "contoso DEV");
}

#[actix_web::test]
async fn a_name_is_shown_as_typed_never_as_html() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "<img src=x onerror=alert(1)>").await;
    for page in [&path, "/admin/environments", &format!("{path}/edit"), &format!("{path}/retirement")] {
        let page = ada.get(page).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<img src=x onerror=alert(1)>"), "{}", page.text());
        assert!(page.all("img").is_empty());
    }
}

#[actix_web::test]
async fn editing_keeps_the_id_and_a_database_stays() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "Contoso QA").await;
    let id = ada.get(&path).await.attribute("[data-copy]", "data-copy");
    let form = ada.get(&format!("{path}/edit")).await;
    assert_eq!(form.attribute("#name", "value").as_deref(), Some("Contoso QA"));
    assert!(form.attribute("#managed", "checked").is_some());
    assert!(form.attribute("#dataverse", "disabled").is_some());
    assert_eq!(form.attribute("input[name=dataverse]", "value").as_deref(), Some("on"), "it is sent nevertheless");
    let without = [("name", "Contoso Test"), ("region", "India"), ("kind", "developer")];
    let page = ada.post(&path, &without).await;
    assert_eq!(page.status, 422);
    page.assert_has("#dataverse-error", "cannot be removed");
    let page = ada.submit(&path, &[without.as_slice(), &[("dataverse", "on")]].concat()).await;
    page.assert_has("h1", "Contoso Test");
    page.assert_has("dd", "India");
    assert_eq!(page.attribute("[data-copy]", "data-copy"), id);
}

#[actix_web::test]
async fn who_may_see_and_do_what_with_environments() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "Contoso QA").await;
    environment(&mut ada, "Contoso Secret").await;
    let (owner, viewer) = (app.person("Olga"), app.person("Vera"));
    for (person, role) in [(&owner, "system_administrator"), (&viewer, "basic_user")] {
        let principal = format!("person:{}", person.id);
        ada.submit(&format!("{path}/roles"), &[("principal", &principal), ("role", role)]).await;
    }
    let mut anybody = app.browser().await;
    assert!(anybody.post(&path, &[]).await.location().is_some_and(|there| there.starts_with("/sign-in")));

    let mut stranger = app.sign_in(&app.person("Zed")).await;
    assert_eq!(stranger.get(&path).await.status, 404, "what one may not see is not there");
    let list = stranger.get("/admin/environments").await;
    assert_eq!(list.status, 403);
    list.assert_has("p", "System Administrator of an environment");

    let mut viewer = app.sign_in(&viewer).await;
    for page in [viewer.get(&path).await, viewer.post(&format!("{path}/host"), &[]).await] {
        assert_eq!(page.status, 403);
        page.assert_has("p", "You need System Administrator in Contoso QA; you are Basic User there.");
    }

    let mut owner = app.sign_in(&owner).await;
    let list = owner.get("/admin/environments").await;
    assert_eq!(list.all("tbody a"), ["Contoso QA"], "only what one administers");
    assert!(!list.has("a", "New environment"));
    for page in [owner.get("/admin/environments/new").await, owner.post("/admin/environments", &[]).await] {
        assert_eq!(page.status, 403);
        page.assert_has("p", "Only system administrators can do this.");
    }
    assert_eq!(owner.get(&path).await.status, 200);
    assert_eq!(owner.get("/admin/environments/nonsense").await.status, 404);
}

#[actix_web::test]
async fn installing_makes_a_host_and_its_installer_the_first_administrator() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "Contoso Host").await;
    let olga = app.person("Olga");
    let role = [("principal", format!("person:{}", olga.id)), ("role", "system_administrator".into())];
    let role: Vec<(&str, &str)> = role.iter().map(|(name, value)| (*name, value.as_str())).collect();
    ada.submit(&format!("{path}/roles"), &role).await;

    let mut browser = app.sign_in(&olga).await;
    let page = browser.get(&path).await;
    let page = browser.get(&page.link("Install Power Platform Pipelines")).await;
    page.assert_has("h1", "Make Contoso Host a host?");
    page.assert_has("li", "cannot be a development environment of its own pipelines");
    page.assert_has("button", "Install");
    assert!(app.read(|c| Reach::of(c, olga.clone())).hosts().is_empty(), "asking changes nothing");
    let page = browser.submit(&format!("{path}/host"), &[]).await;
    page.assert_has(".note", "This environment is a host");
    assert!(page.link("Open Configuration").starts_with("/hosts/"));
    assert!(page.link("Open Configuration").ends_with("/pipelines"));
    assert!(!page.has("a", "Install"));
    assert_eq!(app.read(|c| Reach::of(c, olga.clone())).hosts().len(), 1);

    for again in [browser.get(&format!("{path}/host")).await, browser.post(&format!("{path}/host"), &[]).await] {
        assert_eq!(again.status, 409);
        again.assert_has("p", "Power Platform Pipelines is installed in Contoso Host already.");
    }
}

#[actix_web::test]
async fn installing_needs_a_database() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let form = [("name", "Files"), ("region", "Europe"), ("kind", "sandbox")];
    let page = ada.submit("/admin/environments", &form).await;
    assert!(!page.has("a", "Install"));
    page.assert_has(".note", "once the environment has a Dataverse database");
    let path = page.link("Edit").trim_end_matches("/edit").to_owned();
    for page in [ada.get(&format!("{path}/host")).await, ada.post(&format!("{path}/host"), &[]).await] {
        assert_eq!(page.status, 409);
        page.assert_has("p", "Files has no Dataverse database.");
    }
}

#[actix_web::test]
async fn another_administrator_of_the_environment_is_told_of_the_host_but_not_led_into_it() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let path = environment(&mut ada, "Contoso Host").await;
    ada.submit(&format!("{path}/host"), &[]).await;
    let olga = app.person("Olga");
    let principal = format!("person:{}", olga.id);
    ada.submit(&format!("{path}/roles"), &[("principal", &principal), ("role", "system_administrator")]).await;
    let page = app.sign_in(&olga).await.get(&path).await;
    page.assert_has(".note", "Its Deployment Pipeline Administrators configure it.");
    assert!(!page.has("a", "Open Configuration"));
}
