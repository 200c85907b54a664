//! Search: what is found, by whom, and what a pasted key leads to.

use crate::support::{Contoso, contoso};

async fn deployed() -> Contoso {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.import(&c.development, &contoso::expenses("1.0.0.1")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    c
}

#[actix_web::test]
async fn solutions_pipelines_and_runs_are_found_by_part_of_a_name() {
    let c = deployed().await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let page = maya.get("/search?q=%20cOnToSo%20").await;
    assert_eq!(page.all("h2"), ["Solutions", "Pipelines", "Deployments"]);
    let names = page.all("td[data-label=Name]");
    assert_eq!(names, ["contoso_core", "contoso_expenses", "contoso_core"], "where it is made comes first");
    for link in ["Contoso Expenses", "Contoso Standard", "Contoso Core 1.0.0.4 → Test"] {
        assert_eq!(maya.get(&page.link(link)).await.status, 200, "{link}");
    }
    let page = maya.get("/search?q=expens").await;
    assert_eq!((page.all("h2"), page.all("tbody tr").len()), (vec!["Solutions".to_owned()], 1));
    assert_eq!(page.attribute("#q", "value").as_deref(), Some("expens"));
    maya.get("/search?q=nowhere%25").await.assert_has(".empty", "Nothing found");
    maya.get("/search").await.assert_has(".empty", "What are you looking for?");
    maya.get("/search?q=%3Cscript%3E").await.assert_has(".head p", "What has “<script>” in it.");
}

#[actix_web::test]
async fn nobody_finds_what_they_may_not_see() {
    let c = deployed().await;
    let page = c.app.sign_in(&c.vic).await.get("/search?q=contoso").await;
    assert_eq!(page.all("h2"), ["Pipelines", "Deployments"], "a viewer has no role in an environment");
    for person in [&c.zed, &c.app.person("Olga")] {
        let page = c.app.sign_in(person).await.get("/search?q=contoso").await;
        page.assert_has(".empty", "Nothing found");
    }
    let unnamed = c.app.sign_in(&c.zed).await.get("/search?q=standard").await;
    assert!(!unnamed.text().contains("Contoso Standard"));
}

#[actix_web::test]
async fn the_key_of_a_run_leads_to_it() {
    let c = deployed().await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.deploy(&mut maya, &c.live, "contoso_core").await.id;
    let found = maya.get(&format!("/search?q=%20{run}")).await;
    let own = maya.get(&format!("/runs/{run}")).await;
    assert_eq!((found.status, found.all("h1")), (200, own.all("h1")));
    assert_eq!(own.all("h1").len(), 1);
    let page = c.app.sign_in(&c.zed).await.get(&format!("/search?q={run}")).await;
    page.assert_has(".empty", "Nothing found");
}

#[actix_web::test]
async fn every_page_has_the_search_once_somebody_is_signed_in() {
    let c = Contoso::new();
    let page = c.app.sign_in(&c.zed).await.get("/account").await;
    assert_eq!(page.attribute("form[role=search]", "action").as_deref(), Some("/search"));
    assert_eq!(page.attribute("a.find-link", "href").as_deref(), Some("/search"));
    let search = c.app.sign_in(&c.zed).await.get("/search").await;
    assert_eq!(search.all("form[role=search]").len(), 1, "its own is enough");
    assert_eq!(c.app.browser().await.get("/sign-in").await.attribute("form[role=search]", "action"), None);
}
