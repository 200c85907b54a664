use diesel::prelude::*;
use sluice::{
    package::Builder,
    schema::{embedded_solutions, environments, sightings},
};

use crate::support::{Makers, TestApp};

#[actix_web::test]
async fn solutions_lead_to_the_first_environment_and_then_to_the_one_last_looked_at() {
    let makers = Makers::new();
    let other = crate::support::add_environment(&makers.app, "A first one");
    let boss = makers.app.administrator("Boss");
    let mut browser = makers.app.sign_in(&boss).await;
    browser.get("/solutions").await.assert_has("p", "A first one");
    browser.get(&makers.at("solutions")).await.assert_has(".head p", "Contoso Development");
    browser.get("/solutions").await.assert_has(".head p", "Contoso Development");
    makers.app.write(|c| {
        let gone = environments::retired_at.eq(sluice::db::now());
        Ok(diesel::update(environments::table.find(makers.environment)).set(gone).execute(c)?)
    });
    let page = browser.get("/solutions").await;
    page.assert_has("p", "A first one");
    page.assert_has("a[href]", "A first one");
    assert!(page.html().contains(&other.to_string()));
}

#[actix_web::test]
async fn who_has_no_environment_is_told_whom_to_ask() {
    let app = TestApp::new();
    let zed = app.person("Zed");
    let page = app.sign_in(&zed).await.get("/solutions").await;
    page.assert_has("h3", "No environment is open to you");
    let boss = app.administrator("Boss");
    app.sign_in(&boss).await.get("/solutions").await.assert_has("h3", "No environments yet");
}

#[actix_web::test]
async fn an_environment_without_a_role_is_not_found() {
    let makers = Makers::new();
    let zed = makers.app.person("Zed");
    let mut browser = makers.app.sign_in(&zed).await;
    for page in ["solutions", "new-solution", "imports/new", "connections", "solutions/Expenses"] {
        assert_eq!(browser.get(&makers.at(page)).await.status, 404, "{page}");
    }
    assert_eq!(browser.post(&makers.at("sightings"), &[]).await.status, 404);
    makers.app.browser().await.get(&makers.at("solutions")).await.assert_has("h1", "Sign in");
}

#[actix_web::test]
async fn who_may_only_look_is_offered_nothing_to_change() {
    let makers = Makers::new();
    let mut browser = makers.app.sign_in(&makers.bo).await;
    let page = browser.get(&makers.at("solutions")).await;
    page.assert_has("button", "Refresh");
    assert!(!page.has("a", "Import solution") && !page.has("a", "New solution"), "{}", page.text());
    for refused in ["imports/new", "new-solution", "connections/new"] {
        let page = browser.get(&makers.at(refused)).await;
        assert_eq!(page.status, 403, "{refused}");
        page.assert_has("p", "System Customizer");
    }
    assert_eq!(makers.upload(&mut browser, b"").await.status, 403);
    assert_eq!(browser.post(&makers.at("solutions"), &[]).await.status, 403);
}

#[actix_web::test]
async fn the_list_shows_what_was_seen_and_when() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    maya.get(&makers.at("solutions")).await.assert_has("h3", "No solutions yet");
    let expenses = Builder::new("ContosoExpenses").display_name("Contoso <b>Expenses</b>").version("1.0.0.4");
    makers.import(&mut maya, &expenses).await;
    makers.import(&mut maya, &Builder::new("Travel").display_name("business travel").managed(true)).await;
    let page = maya.get(&makers.at("solutions")).await;
    page.assert_has("td a", "Contoso <b>Expenses</b>");
    page.assert_has("td", "ContosoExpenses");
    page.assert_has("td", "1.0.0.4");
    page.assert_has("td", "Unmanaged");
    page.assert_has("td", "Managed");
    page.assert_has("p", "As of just now");
    assert!(!page.html().contains("<b>Expenses"));
    assert_eq!(page.link("business travel"), makers.at("solutions/Travel"));
}

#[actix_web::test]
async fn the_list_is_searched_by_either_name_and_paged() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses").display_name("Contoso Expenses")).await;
    makers.import(&mut maya, &Builder::new("Travel").display_name("Business travel")).await;
    for (q, found) in
        [("CONTOSO", "Contoso Expenses"), ("vel", "Business travel"), ("business%20%20trav", "Business travel")]
    {
        let page = maya.get(&makers.at(&format!("solutions?q={q}"))).await;
        assert_eq!(page.all("tbody td:first-child"), [found], "q={q}");
    }
    let page = maya.get(&makers.at("solutions?q=%3Cscript%3E")).await;
    page.assert_has("h3", "Nothing found");
    assert_eq!(page.attribute("#q", "value").as_deref(), Some("<script>"));
    makers.app.write(|c| {
        for number in 0..60 {
            let name = format!("Many{number:02}");
            diesel::insert_into(sightings::table)
                .values((
                    sightings::environment_id.eq(makers.environment),
                    sightings::unique_name_key.eq(name.to_lowercase()),
                    sightings::unique_name.eq(&name),
                    sightings::display_name.eq(&name),
                    sightings::publisher.eq("Contoso"),
                    sightings::version.eq("1.0"),
                    sightings::managed.eq(false),
                    sightings::system.eq(false),
                    sightings::modified_at.eq(sluice::db::now()),
                    sightings::seen_at.eq(sluice::db::now()),
                ))
                .execute(c)?;
        }
        Ok(())
    });
    let first = maya.get(&makers.at("solutions?q=many")).await;
    assert_eq!(first.all("tbody tr").len(), 50);
    let second = maya.get(&first.link("Next")).await;
    assert_eq!(second.all("tbody tr").len(), 10);
    assert_eq!(second.link("Previous"), makers.at("solutions?q=many"));
    assert_eq!(maya.get(&makers.at("solutions?q=many&page=99")).await.all("tbody tr").len(), 10);
}

#[actix_web::test]
async fn the_list_is_sorted_by_its_headings_and_back() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    for (name, display_name, version) in
        [("Travel", "Business travel", "2.0"), ("Assets", "Assets", "10.0"), ("Expenses", "Contoso Expenses", "1.0")]
    {
        makers.import(&mut maya, &Builder::new(name).display_name(display_name).version(version)).await;
    }
    let mine = |page: &crate::support::Page| -> Vec<String> {
        page.all("tbody .mono")
            .into_iter()
            .filter(|name| ["Travel", "Assets", "Expenses"].contains(&name.as_str()))
            .collect()
    };
    let page = maya.get(&makers.at("solutions")).await;
    assert_eq!(mine(&page), ["Assets", "Travel", "Expenses"]);
    assert_eq!(page.all("[aria-sort=ascending]"), ["Display name"]);
    let page = maya.get(&page.link("Version")).await;
    assert_eq!(mine(&page), ["Expenses", "Travel", "Assets"], "as numbers, not as text");
    let page = maya.get(&page.link("Version")).await;
    assert_eq!(mine(&page), ["Assets", "Travel", "Expenses"]);
    assert_eq!(page.all("[aria-sort=descending]"), ["Version"]);
    assert_eq!(page.attribute("[name=sort]", "value").as_deref(), Some("-version"), "a search keeps the order");
    let page = maya.get(&makers.at("solutions?sort=nonsense")).await;
    assert_eq!(mine(&page), ["Assets", "Travel", "Expenses"]);
}

#[actix_web::test]
async fn refresh_asks_the_environment_and_forgets_what_is_gone() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses").display_name("Expenses")).await;
    makers.import(&mut maya, &Builder::new("Travel").display_name("Travel")).await;
    makers.app.write(|c| {
        let gone = embedded_solutions::table.filter(embedded_solutions::unique_name.eq("Travel"));
        Ok(diesel::delete(gone).execute(c)?)
    });
    maya.get(&makers.at("solutions")).await.assert_has("td", "Travel");
    let page = maya.submit(&makers.at("sightings"), &[]).await;
    page.assert_has("[role=status]", "what the environment has now");
    page.assert_has("td", "Expenses");
    assert!(!page.has("td", "Travel"));
}

#[actix_web::test]
async fn an_environment_that_does_not_answer_leaves_what_was_last_seen() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses").display_name("Expenses")).await;
    makers.app.write(|c| {
        let without = environments::dataverse.eq(false);
        Ok(diesel::update(environments::table.find(makers.environment)).set(without).execute(c)?)
    });
    let page = maya.submit(&makers.at("sightings"), &[]).await;
    page.assert_has("[role=status]", "has no Dataverse database");
    page.assert_has("td", "Expenses");
    maya.get(&makers.at("solutions/Expenses")).await.assert_has("h1", "Expenses");
    let page = maya.get(&makers.at("solutions/Expenses/contents")).await;
    page.assert_has(".note.bad", "has no Dataverse database");
    page.assert_has("h2", "As last seen");
}

#[actix_web::test]
async fn operations_are_shown_until_they_end_and_the_fragment_stops_by_itself() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let review = makers.checked(&mut maya, &Builder::new("Expenses").display_name("Expenses")).await;
    maya.post(&review, &[]).await;
    let page = maya.get_partial(&makers.at("solutions")).await;
    assert!(!page.html().contains("<html"), "only the fragment");
    assert!(page.attribute("#listing", "hx-get").is_some());
    page.assert_has("li", "Import of Expenses 1.0.0.0 Waiting");
    assert_eq!(page.header("vary"), "HX-Request-Type");
    let mut bo = makers.app.sign_in(&makers.bo).await;
    bo.get(&makers.at("solutions")).await.assert_has("li .detail", "Maya");
    makers.app.run_worker().await;
    let page = maya.get_partial(&makers.at("solutions")).await;
    assert!(page.attribute("#listing", "hx-get").is_none());
    page.assert_has("li.good", "Succeeded");
    page.assert_has("td", "Expenses");
    assert!(!bo.get(&makers.at("solutions")).await.has("li", "Import of"), "ended ones are for who began them");
}
