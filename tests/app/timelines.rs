//! The timeline of a solution: what came where, when, for whom, how far back.

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{db::now, id::RunId, package::Builder, rules::state::State, schema::runs};

use crate::support::{Contoso, Page, contoso};

/// Environment, version and state of what is told, as the table says it.
fn told(page: &Page) -> Vec<[String; 3]> {
    let cells = page.all("tbody td");
    cells.chunks(6).map(|row| [row[1].clone(), row[2].clone(), row[3].clone()]).collect()
}

fn event(place: &str, version: &str, state: &str) -> [String; 3] {
    [place, version, state].map(str::to_owned)
}

/// Moves a run so many days into the past.
fn age(c: &Contoso, run: RunId, days: i64) {
    let then = now() - TimeDelta::days(days);
    let times = (runs::started_at.eq(then), runs::ended_at.eq(then));
    c.app.write(|conn| Ok(diesel::update(runs::table.find(run)).set(times).execute(conn)?));
}

#[actix_web::test]
async fn it_tells_what_came_where_and_what_failed() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let first = c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.deploy(&mut maya, &c.live, "contoso_core").await;
    let base = Builder::new("contoso_base").version("2.1.0.0").publisher("contoso", "Contoso", "con");
    c.import(&c.development, &base.table("con_base", "Base table")).await;
    let needy = contoso::tables("1.0.0.5").requires("contoso_base", "2.1.0.0", "1", "con_base", "Base table");
    c.import(&c.development, &needy).await;
    let failed = c.run_of(&c.next(&mut maya, &c.test, "contoso_core").await);
    c.app.run_worker().await;
    assert_eq!(c.run(failed.id).state, State::Failed, "its base is not there");
    c.import(&c.development, &contoso::tables("1.0.0.6")).await;
    let canceled = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/cancellation", canceled.id), &[]).await;

    let link = maya.get("/matrix").await.attribute("[aria-label='Timeline of Contoso Core']", "href").unwrap();
    let page = maya.get(&link).await;
    let all = [
        event("Contoso QA Test", "1.0.0.5", "Failed"),
        event("Contoso Production Production", "1.0.0.4", "Succeeded"),
        event("Contoso QA Test", "1.0.0.4", "Succeeded"),
    ];
    assert_eq!(told(&page), all);
    assert_eq!(page.all("svg.timeline text.name"), ["Contoso QA Test", "Contoso Production Production"]);
    assert_eq!(page.all("svg.timeline a circle.good").len(), 2);
    assert_eq!(page.all("svg.timeline a path.bad").len(), 1, "another shape, not only another colour");
    assert!(
        page.html().contains(&format!("<a href=\"/runs/{}\" tabindex=\"-1\"", first.id)),
        "a mark leads to its run"
    );
    assert_eq!(maya.get(&page.link("View pipeline")).await.status, 200);
    let cards = maya.get(&format!("/pipelines/{}?solution=contoso_core", c.pipeline.id)).await;
    assert_eq!(maya.get(&cards.link("Timeline")).await.status, 200);
}

#[actix_web::test]
async fn one_looks_back_ninety_days_unless_one_asks_for_more_or_less() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    for (version, days) in [("1.0.0.1", 400), ("1.0.0.2", 200), ("1.0.0.3", 60), ("1.0.0.4", 3)] {
        c.import(&c.development, &contoso::tables(version)).await;
        let run = c.deploy(&mut maya, &c.test, "contoso_core").await;
        age(&c, run.id, days);
    }
    let versions = async |query: &str| {
        let page = c.app.sign_in(&c.maya).await.get(&format!("/matrix/contoso_core{query}")).await;
        told(&page).into_iter().map(|[_, version, _]| version).collect::<Vec<_>>()
    };
    assert_eq!(versions("").await, ["1.0.0.4", "1.0.0.3"]);
    assert_eq!(versions("?days=30").await, ["1.0.0.4"]);
    assert_eq!(versions("?days=365").await, ["1.0.0.4", "1.0.0.3", "1.0.0.2"]);
    assert_eq!(versions("?days=nonsense&pipeline=none").await, ["1.0.0.4", "1.0.0.3"]);
}

#[actix_web::test]
async fn where_nothing_is_it_says_what_to_do() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let page = maya.get("/matrix/contoso_core").await;
    page.assert_has(".empty", "Nothing was deployed in this time");
    let page = maya.get(&page.link("Look further back")).await;
    page.assert_has(".empty", "Choose Deploy on a stage");
    assert_eq!(maya.get(&page.link("View pipeline")).await.status, 200);
}

#[actix_web::test]
async fn who_does_not_see_the_solution_finds_nothing() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.import(&c.development, &contoso::expenses("1.0.0.1")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let mut vic = c.app.sign_in(&c.vic).await;
    assert_eq!(told(&vic.get("/matrix/contoso_core").await), [event("Contoso QA Test", "1.0.0.4", "Succeeded")]);
    assert_eq!(vic.get("/matrix/contoso_expenses").await.status, 404, "it never left its source");
    assert_eq!(maya.get("/matrix/contoso_expenses").await.status, 200);
    assert_eq!(maya.get("/matrix/contoso_nothing").await.status, 404);
    assert_eq!(c.app.sign_in(&c.zed).await.get("/matrix/contoso_core").await.status, 404);
    c.unshare();
    assert_eq!(vic.get("/matrix/contoso_core").await.status, 404);
}

#[actix_web::test]
async fn the_newest_five_hundred_are_told() {
    let c = Contoso::new();
    for number in 0..505 {
        c.app.unfinished_run(if number % 5 == 0 { &c.live } else { &c.test }, &c.source, &c.maya);
    }
    let ended = (runs::state.eq(State::Succeeded), runs::ended_at.eq(runs::started_at.nullable()));
    c.app.write(|conn| Ok(diesel::update(runs::table).set(ended).execute(conn)?));
    let page = c.app.sign_in(&c.vic).await.get("/matrix/expenses").await;
    assert_eq!(told(&page).len(), 500);
    assert_eq!(page.all("svg.timeline a").len(), 500);
    page.assert_has("p", "These are the newest 500; Deployments has all.");
}
