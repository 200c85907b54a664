//! Deployments and run history: filtered, page by page, and of nobody else's pipelines.

use actix_web::{http::header, test::TestRequest};
use sluice::models::{audit::By, person::Person, session::Session};

use crate::support::{Browser, Contoso, Page, contoso};

#[actix_web::test]
async fn what_has_not_changed_is_not_sent_again() {
    let c = Contoso::new();
    c.app.unfinished_run(&c.test, &c.source, &c.maya);
    let mut maya = c.app.sign_in(&c.maya).await;
    for path in ["/deployments", "/matrix"] {
        let first = maya.get(path).await;
        assert_eq!((first.status, first.header("cache-control")), (200, "private, no-cache"), "{path}");
        let known = |tag: &str| TestRequest::get().uri(path).insert_header((header::IF_NONE_MATCH, tag.to_owned()));
        let tag = first.header("etag").to_owned();
        let again = maya.send(known(&tag)).await;
        assert_eq!((again.status, again.header("etag"), again.body.is_empty()), (304, tag.as_str(), true), "{path}");
        assert_eq!(maya.send(known("W/\"0123456789abcdef\"")).await.status, 200, "{path}");
        let mut vic = c.app.sign_in(&c.vic).await;
        assert_eq!(vic.send(known(&tag)).await.status, 200, "{path} of somebody else");
        c.app.write(|conn| Session::end_all(conn, &By::sluice(), &c.vic));
        assert_eq!(vic.send(known(&tag)).await.status, 303, "{path} of who is signed out");
    }
}

#[actix_web::test]
async fn people_to_choose_are_oneself_and_those_of_the_chosen_pipeline() {
    let c = Contoso::new();
    c.app.unfinished_run(&c.test, &c.source, &c.maya);
    let choices = async |who: &Person, query: String| {
        let page = c.app.sign_in(who).await.get(&format!("/deployments?{query}")).await;
        page.all("#person option")
    };
    let (ada, maya) = (format!("{} (you)", c.ada.name), c.maya.name.clone());
    assert_eq!(choices(&c.ada, String::new()).await, ["Everybody", &ada]);
    assert_eq!(choices(&c.ada, format!("pipeline={}", c.pipeline.id)).await, ["Everybody", &ada, &maya]);
    assert_eq!(choices(&c.ada, format!("person={}", c.maya.id)).await, ["Everybody", &ada, &maya]);
    let vic = format!("{} (you)", c.vic.name);
    assert_eq!(
        choices(&c.vic, format!("person={}", c.zed.id)).await,
        ["Everybody", &vic],
        "nobody is told a name by a key"
    );
}

#[actix_web::test]
async fn a_pipeline_shows_the_last_ten_runs_of_a_solution_and_leads_to_all() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    let path = format!("/pipelines/{}?solution=expenses", c.pipeline.id);
    let all = format!("/deployments?pipeline={}&solution=expenses", c.pipeline.id);
    let shown = async |maya: &mut Browser| {
        let page = maya.get(&path).await;
        (page.all("tbody tr").len(), page.text().contains("All runs"))
    };
    (0..10).for_each(|_| c.app.unfinished_run(&c.test, &c.source, &c.maya));
    assert_eq!(shown(&mut maya).await, (10, false));
    c.app.unfinished_run(&c.test, &c.source, &c.maya);
    assert_eq!(shown(&mut maya).await, (10, true));
    assert_eq!(maya.get(&all).await.all("tbody tr").len(), 11);
}

#[actix_web::test]
async fn among_many_pipelines_one_types_part_of_a_name() {
    let c = Contoso::new();
    c.app.unfinished_run(&c.test, &c.source, &c.maya);
    for number in 0..40 {
        c.app.pipeline(&c.host, &c.ada, &format!("Sales {number}"));
    }
    let mut ada = c.app.sign_in(&c.ada).await;
    let field = |page: &Page| page.attribute("input#pipeline", "value");
    for history in ["/deployments".to_owned(), format!("/hosts/{}/runs", c.host.id)] {
        let page = ada.get(&history).await;
        assert_eq!((field(&page).as_deref(), page.all("tbody tr").len()), (Some(""), 1), "{history}");
        let mut offered = async |text: &str| {
            ada.get(&format!("{history}/matches?pipeline={text}")).await.attributes("option", "value")
        };
        assert_eq!(offered("SALES+3").await[..3], ["Sales 3", "Sales 30", "Sales 31"]);
        assert_eq!((offered("").await.len(), offered("nothing").await.len()), (20, 0));
        for (typed, kept, rows) in [
            (&*c.pipeline.name.to_uppercase(), &*c.pipeline.name, 1),
            (&c.pipeline.id.to_string(), &c.pipeline.name, 1),
            ("sales", "sales", 0),
            ("Sales 3", "Sales 3", 0),
            ("nothing", "nothing", 0),
        ] {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("pipeline", typed).finish();
            let page = ada.get(&format!("{history}?{query}")).await;
            assert_eq!((field(&page).as_deref(), page.all("tbody tr").len()), (Some(kept), rows), "{typed}");
            assert_eq!(
                page.has("#stage option", &c.test.name),
                kept == c.pipeline.name,
                "one alone is chosen: {typed}"
            );
        }
    }
    let mut maya = c.app.sign_in(&c.maya).await;
    assert_eq!(maya.get("/deployments").await.all("select#pipeline option"), ["All pipelines", &c.pipeline.name]);
    assert_eq!(
        field(&maya.get("/deployments?pipeline=sales").await).as_deref(),
        Some("sales"),
        "whatever is filtered by"
    );
}

#[actix_web::test]
async fn history_is_filtered_by_state_solution_person_and_time() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.import(&c.development, &contoso::expenses("1.0.0.1")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let mut rows = async |query: &str| maya.get(&format!("/deployments?{query}")).await.all("tbody tr").len();
    assert_eq!(rows("").await, 2);
    assert_eq!(rows("state=succeeded").await, 1);
    assert_eq!(rows("solution=Contoso_Core").await, 1);
    assert_eq!(rows(&format!("person={}", c.maya.id)).await, 2);
    assert_eq!(rows(&format!("person={}", c.vic.id)).await, 0);
    assert_eq!(rows(&format!("pipeline={}&stage={}", c.pipeline.id, c.live.id)).await, 0);
    assert_eq!(rows("since=2020-01-01&until=2020-12-31").await, 0);
    assert_eq!(rows("since=2020-01-01").await, 2);
    assert_eq!(rows("state=nonsense&since=yesterday&before=x&person=nobody").await, 2, "nonsense filters nothing");
}

#[actix_web::test]
async fn pages_lead_to_older_runs_and_back() {
    let c = Contoso::new();
    let stage = c.test.clone();
    for _ in 0..120 {
        c.app.unfinished_run(&stage, &c.source, &c.maya);
    }
    let mut maya = c.app.sign_in(&c.maya).await;
    let first = maya.get("/deployments").await;
    let second = maya.get(&first.link("Next")).await;
    let third = maya.get(&second.link("Next")).await;
    let count = |page: &crate::support::Page| page.all("tbody tr").len();
    assert_eq!([count(&first), count(&second), count(&third)], [50, 50, 20]);
    assert!(!third.has("a", "Next"));
    let back = maya.get(&third.link("Previous")).await;
    let top = |page: &crate::support::Page| page.attribute("tbody a", "href");
    assert_eq!(top(&back), top(&second));
    let start = maya.get(&back.link("Previous")).await;
    assert_eq!(top(&start), top(&first));
    assert!(!start.has("a", "Previous"));
}

#[actix_web::test]
async fn the_heading_of_the_times_turns_the_order_round_page_by_page() {
    let c = Contoso::new();
    let stage = c.test.clone();
    for _ in 0..60 {
        c.app.unfinished_run(&stage, &c.source, &c.maya);
    }
    let mut maya = c.app.sign_in(&c.maya).await;
    let links = |page: &crate::support::Page| page.attributes("tbody td:first-child a", "href");
    let newest = maya.get("/deployments?since=2020-01-01").await;
    let rest = maya.get(&newest.link("Next")).await;
    let mut all = [links(&newest), links(&rest)].concat();
    all.reverse();
    let oldest = maya.get(&newest.link("Started")).await;
    assert_eq!(oldest.attribute("th[aria-sort]", "aria-sort").as_deref(), Some("ascending"));
    oldest.assert_has(".head p", "Every deployment, oldest first.");
    assert!(!oldest.has("a", "Previous"));
    let last = maya.get(&oldest.link("Next")).await;
    assert_eq!([links(&oldest), links(&last)].concat(), all, "the filter stays as well");
    assert!(!last.has("a", "Next"));
    let back = maya.get(&last.link("Previous")).await;
    assert_eq!(links(&back), links(&oldest));
    let again = maya.get(&back.link("Started")).await;
    assert_eq!(links(&again), links(&newest));
    maya.get("/deployments?order=nonsense").await.assert_has(".head p", "newest first");
}

#[actix_web::test]
async fn a_hosts_run_history_is_its_administrators() {
    let c = Contoso::new();
    c.app.unfinished_run(&c.test, &c.source, &c.maya);
    let path = format!("/hosts/{}/runs", c.host.id);
    c.app.sign_in(&c.ada).await.get(&path).await.assert_has("td", "Expenses");
    for person in [&c.maya, &c.vic, &c.zed] {
        assert_eq!(c.app.sign_in(person).await.get(&path).await.status, 404);
    }
    let other = c.app.person("Olga");
    c.app.host("Other Host", &other);
    assert_eq!(c.app.sign_in(&other).await.get(&path).await.status, 404);
    let page = c.app.sign_in(&other).await.get("/deployments").await;
    page.assert_has(".empty", "Nothing has been deployed yet");
}

#[actix_web::test]
async fn runs_of_a_retired_pipeline_stay_readable() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.deploy(&mut maya, &c.test, "contoso_core").await;
    let mut ada = c.app.sign_in(&c.ada).await;
    let retire = format!("/hosts/{}/pipelines/{}/retirement", c.host.id, c.pipeline.id);
    assert_eq!(ada.post(&retire, &[]).await.status, 303);
    for person in [&c.maya, &c.vic] {
        let mut browser = c.app.sign_in(person).await;
        assert_eq!(browser.get(&format!("/runs/{}", run.id)).await.status, 200);
        browser.get("/deployments").await.assert_has("td", "Contoso Core");
    }
    c.next(&mut maya, &c.live, "contoso_core").await;
    assert_eq!(c.runs(), 1, "but nothing new begins");
}
