//! Home: what each kind of person finds there.

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    db::now,
    models::{environment::Environment, person::Person},
    package::Builder,
    rules::{rights::EnvironmentRole, state::State, validation::RecordKind},
    schema::runs,
};

use crate::support::{Contoso, Page, TestApp, contoso};

/// The steps to the first deployment: those that are done, and what the one button says that is to be pressed.
fn setup(page: &Page) -> (Vec<String>, Vec<String>) {
    (page.all(".setup .good strong"), page.all(".setup .button.primary"))
}

#[actix_web::test]
async fn an_administrator_is_led_to_the_first_deployment_step_by_step() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let mut browser = app.sign_in(&ada).await;
    let mut next = async |done: usize, button: &str| {
        let page = browser.get("/").await;
        let (finished, buttons) = setup(&page);
        assert_eq!((finished.len(), buttons), (done, vec![button.to_owned()]), "{finished:?}");
        assert_eq!(browser.get(&page.attribute(".setup .button.primary", "href").unwrap()).await.status, 200);
    };
    next(0, "New environment").await;
    app.environment("Contoso Host");
    next(0, "New environment").await;
    app.environment("Contoso Development");
    next(0, "New environment").await;
    app.environment("Contoso QA");
    next(1, "All environments").await;
    let host = app.host("Contoso Deployments", &ada);
    next(2, "New deployment environment").await;
    let source = app.validated(&host, &ada, "Contoso Sources", RecordKind::Development);
    next(3, "New deployment environment").await;
    let target = app.validated(&host, &ada, "Contoso Production", RecordKind::Target);
    next(4, "New pipeline").await;
    let pipeline = app.pipeline(&host, &ada, "Contoso Standard");
    next(4, "Open the pipeline").await;
    app.link(&pipeline, &ada, &source);
    app.stage(&pipeline, &ada, "Production", None, &target);
    next(5, "Share").await;
}

#[actix_web::test]
async fn the_way_to_the_first_deployment_is_gone_once_it_was_gone() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    let (done, next) = setup(&ada.get("/").await);
    assert_eq!((done.len(), next), (6, vec!["Solutions".to_owned()]), "{done:?}");
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    assert!(!maya.get("/").await.has("h2", "Set up your first deployment"), "that is an administrator's");
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    assert!(!ada.get("/").await.has("h2", "Set up your first deployment"));
}

#[actix_web::test]
async fn what_needs_attention_is_told_to_whom_it_concerns() {
    let c = Contoso::new();
    let base = Builder::new("contoso_base").version("2.1.0.0").publisher("contoso", "Contoso", "con");
    let base = base.table("con_base", "Base table");
    c.import(&c.development, &base).await;
    let needy = contoso::tables("1.0.0.1").requires("contoso_base", "2.1.0.0", "1", "con_base", "Base table");
    c.import(&c.development, &needy).await;
    c.import(&c.development, &contoso::expenses("1.0.0.1")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let failed = c.run_of(&c.next(&mut maya, &c.test, "contoso_core").await);
    c.app.run_worker().await;
    assert_eq!(c.run(failed.id).state, State::Failed);
    let waiting = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let lonely = c.app.person("Lonely");
    let unseen: Environment = c.app.environment_in("Contoso Elsewhere", "Europe", false);
    c.app.give_environment_role(&unseen, &c.ada, EnvironmentRole::SystemAdministrator);
    c.app.register(&c.host, &c.ada, &unseen, RecordKind::Target);
    c.app.validate_pending();

    for (person, records) in [(&c.ada, true), (&c.maya, false)] {
        let page = c.app.sign_in(person).await.get("/").await;
        let told = page.all(".steps.apart li strong");
        let has = |text: &str| told.iter().any(|one| one.contains(text));
        assert!(has("Contoso Core 1.0.0.1 failed on its way to Contoso QA"), "{told:?}");
        assert!(has("Contoso Expenses 1.0.0.1 waits for Deploy to Contoso QA"), "{told:?}");
        assert_eq!(has("Contoso Elsewhere failed its validation in Contoso Host"), records, "{told:?}");
        assert_eq!(page.has(".act a", "Open Contoso Elsewhere"), records);
        for run in [failed.id, waiting.id] {
            assert!(page.html().contains(&format!("/runs/{run}")));
        }
    }
    let page = c.app.sign_in(&c.vic).await.get("/").await;
    assert!(!page.has("h2", "Needs attention"), "who only looks on is not asked to do anything");
    page.assert_has("h2", "Recent deployments");
    let page = c.app.sign_in(&lonely).await.get("/").await;
    page.assert_has(".empty", "Nothing is shared with you yet");
    assert!(!page.text().contains("Contoso"));

    c.import(&c.qa, &base.managed(true)).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let told = maya.get("/").await.all(".steps.apart li strong");
    assert!(!told.iter().any(|one| one.contains("Contoso Core 1.0.0.1 failed")), "it went well since: {told:?}");
}

#[actix_web::test]
async fn a_maker_finds_what_is_theirs_and_what_can_move_on() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    assert!(!maya.get("/").await.has("h2", "Ready to deploy"), "what was never deployed is not on its way");
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let page = maya.get("/").await;
    page.assert_has("strong", "Contoso Core 1.0.0.4 to Contoso Production");
    page.assert_has(".detail", "Not in Contoso Production yet");
    c.deploy(&mut maya, &c.live, "contoso_core").await;
    assert!(!maya.get("/").await.has("h2", "Ready to deploy"), "everything is everywhere");
    c.import(&c.development, &contoso::tables("1.0.0.5")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;

    let page = maya.get("/").await;
    page.assert_has("h2", "Ready to deploy");
    page.assert_has("strong", "Contoso Core 1.0.0.5 to Contoso Production");
    page.assert_has("h2", "My solutions");
    page.assert_has("h2", "Recent deployments");
    page.assert_has("a[aria-current=page]", "Home");
    assert_eq!(maya.get(&page.link("Contoso Core 1.0.0.5")).await.status, 200);
    let next = maya.get(&page.link("Deploy Contoso Core 1.0.0.5 to Contoso Production")).await;
    next.assert_has("h1", "Deploy Contoso Core");
    c.import(&c.development, &contoso::tables("1.0.0.6")).await;
    let first = maya.get("/").await.link("Deploy Contoso Core 1.0.0.6 to Contoso QA");
    assert!(first.ends_with(&format!("&source={}", c.development.id)), "the first stage takes it from there: {first}");
    assert!(maya.get(&first).await.has("button", "Next"));

    let page = c.app.sign_in(&c.vic).await.get("/").await;
    page.assert_has("h2", "Recent deployments");
    assert!(!page.has("h2", "Ready to deploy") && !page.has("h2", "My solutions"), "a viewer moves nothing");
}

#[actix_web::test]
async fn the_last_weeks_are_charts_from_the_first_deployment_on() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    assert!(!maya.get("/").await.has("h2", "Last 12 weeks"), "nothing was deployed yet");
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let first = c.deploy(&mut maya, &c.test, "contoso_core").await;
    let three_days_before = first.started_at - TimeDelta::days(3);
    let started = runs::started_at.eq(three_days_before);
    c.app.write(|conn| Ok(diesel::update(runs::table.find(first.id)).set(started).execute(conn)?));
    c.deploy(&mut maya, &c.live, "contoso_core").await;
    let base = Builder::new("contoso_base").version("2.1.0.0").publisher("contoso", "Contoso", "con");
    c.import(&c.development, &base.table("con_base", "Base table")).await;
    let needy = contoso::tables("1.0.0.5").requires("contoso_base", "2.1.0.0", "1", "con_base", "Base table");
    c.import(&c.development, &needy).await;
    let failed = c.validated(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(failed.state, State::Failed, "its base is not there");

    for person in [&c.ada, &c.maya, &c.vic] {
        let page = c.app.sign_in(person).await.get("/").await;
        page.assert_has(".legend", "2 succeeded 1 failed");
        page.assert_has(".figure svg text", "3");
        page.assert_has(".figure", "3 d median of 1 arrival");
        let weeks = page.all(".sr tbody tr");
        assert_eq!(weeks.len(), 12);
        assert!(weeks[11].ends_with(" 2 1 3 d"), "{weeks:?}");
        assert!(weeks[..11].iter().all(|week| week.ends_with(" 0 0 none")), "{weeks:?}");
    }
    let page = c.app.sign_in(&c.zed).await.get("/").await;
    assert!(!page.has("h2", "Last 12 weeks"), "who sees no runs counts none");
    let longer_ago = now() - TimeDelta::days(100);
    let ended = runs::ended_at.eq(longer_ago);
    c.app.write(|conn| Ok(diesel::update(runs::table).set(ended).execute(conn)?));
    assert!(!maya.get("/").await.has("h2", "Last 12 weeks"), "that is too long ago to count");
}

#[actix_web::test]
async fn weeks_that_are_over_stay_as_they_were_counted_and_this_one_goes_on() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let three_weeks_ago = runs::ended_at.eq(now() - TimeDelta::weeks(3));
    c.app.write(|conn| Ok(diesel::update(runs::table).set(three_weeks_ago).execute(conn)?));
    for also in [0, 1, 2] {
        for person in [&c.ada, &c.maya, &c.vic] {
            let succeeded = succeeded(&c, person).await;
            assert_eq!((succeeded[8], succeeded[11], succeeded.iter().sum()), (1, also, 1 + also), "{succeeded:?}");
        }
        c.import(&c.development, &contoso::tables(&format!("1.0.0.{}", 5 + also))).await;
        c.deploy(&mut maya, &c.test, "contoso_core").await;
    }
    let four_weeks_ago = runs::ended_at.eq(now() - TimeDelta::weeks(4));
    c.app.write(|conn| Ok(diesel::update(runs::table).set(four_weeks_ago).execute(conn)?));
    assert_eq!(succeeded(&c, &c.maya).await.iter().sum::<i32>(), 1, "nobody counts again what is over");
}

// How many succeeded in each week, as somebody is told.
async fn succeeded(c: &Contoso, person: &Person) -> Vec<i32> {
    let weeks = c.app.sign_in(person).await.get("/").await.all(".sr tbody tr");
    weeks.iter().map(|week| count(week)).collect()
}

// How many succeeded, of what a week's row says.
fn count(week: &str) -> i32 {
    let words: Vec<&str> = week.split(' ').collect();
    words[words.len() - 3].parse().expect("a number")
}

#[actix_web::test]
async fn a_version_arrives_once_at_each_end_of_its_way() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    let arrived = async || c.app.sign_in(&c.maya).await.get("/").await.all(".figure p").concat();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    assert!(!arrived().await.contains("median"), "it is not through yet");
    let first = c.deploy(&mut maya, &c.live, "contoso_core").await;
    assert!(arrived().await.ends_with("median of 1 arrival"));

    let again = c.redeploy(&mut maya, first.id).await;
    assert_eq!(again.state, State::Succeeded);
    assert!(arrived().await.ends_with("median of 1 arrival"), "the same came again");

    let elsewhere = c.app.validated(&c.host, &c.ada, "Contoso Elsewhere", RecordKind::Target);
    let there = elsewhere.environment_id.expect("validated");
    let there = c.app.read(|conn| Environment::by_id(conn, there));
    c.app.give_environment_role(&there, &c.maya, EnvironmentRole::SystemCustomizer);
    let fork = c.app.stage(&c.pipeline, &c.ada, "Elsewhere", Some(&c.test), &elsewhere);
    c.deploy(&mut maya, &fork, "contoso_core").await;
    assert!(arrived().await.ends_with("median of 2 arrivals"));
}
