//! Deploy later: choosing a time, seeing it everywhere, and moving it.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use sluice::{db, rules::state::State, zone::Zone};

use crate::support::{Browser, Contoso, contoso};

/// As a browser sends a date and time.
const SENT: &str = "%Y-%m-%dT%H:%M";

fn berlin() -> Zone {
    "Europe/Berlin".parse().unwrap()
}

fn new_york() -> Zone {
    "America/New_York".parse().unwrap()
}

async fn in_zone(browser: &mut Browser, zone: Zone) {
    let form = [("time_zone", zone.name()), ("locale", "en-GB")];
    assert_eq!(browser.post("/account/formats", &form).await.status, 303);
}

/// A zone and a time to come there for which `wanted` holds, at half past some hour of the night.
fn night(wanted: impl Fn(&MappedLocalTime<DateTime<Zone>>) -> bool) -> (Zone, NaiveDateTime) {
    let today = db::now().date();
    let nights = [berlin(), new_york()].into_iter().flat_map(|zone| (2..360).map(move |day| (zone, day)));
    let times = nights.flat_map(|(zone, day)| [1, 2].map(|hour| (zone, day, hour)));
    let mut times =
        times.map(|(zone, day, hour)| (zone, (today + TimeDelta::days(day)).and_hms_opt(hour, 30, 0).unwrap()));
    times.find(|(zone, wall)| wanted(&zone.from_local_datetime(wall))).expect("clocks are changed twice a year")
}

#[actix_web::test]
async fn a_run_is_deployed_at_the_time_that_was_chosen_and_not_before() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    in_zone(&mut maya, berlin()).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    assert_eq!(page.all("#when .choice"), ["Deploy now", "Deploy later"]);
    assert_eq!(page.attribute("#when input[checked]", "value").as_deref(), Some("now"));
    page.assert_has("#at-hint", "(Europe/Berlin) now");
    let wall = berlin().from_utc_datetime(&(db::now() + TimeDelta::hours(13))).naive_local();
    let form = [("when", "later"), ("at", &wall.format(SENT).to_string()), ("notes", "Tonight")];
    let page = maya.submit(&format!("/runs/{}/deployment", run.id), &form).await;
    page.assert_has("main", &format!("is scheduled for {}", wall.format("%a %-d %b")));
    let scheduled = c.run(run.id);
    assert_eq!((scheduled.state, scheduled.scheduled_by_name.as_deref()), (State::Scheduled, Some("Maya")));
    let schedule = scheduled.schedule().unwrap();
    let instant = berlin().from_local_datetime(&wall).latest().unwrap().naive_utc();
    assert_eq!((schedule.zone, schedule.at), (berlin(), instant.with_second(0).unwrap().with_nanosecond(0).unwrap()));
    c.app.run_worker().await;
    c.app.later(TimeDelta::hours(11));
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Scheduled);
    c.app.later(TimeDelta::hours(2));
    c.app.run_worker().await;
    let done = c.run(run.id);
    assert_eq!((done.state, done.notes.as_str()), (State::Succeeded, "Tonight"));
    let page = c.app.sign_in(&c.maya).await.get(&format!("/runs/{}", run.id)).await;
    page.assert_has("dd", "(Europe/Berlin) by Maya");
}

#[actix_web::test]
async fn the_time_stands_wherever_the_state_does() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let (mut maya, mut vic) = (c.app.sign_in(&c.maya).await, c.app.sign_in(&c.vic).await);
    let run = c.scheduled(&mut maya, &c.test, "contoso_core").await;
    in_zone(&mut vic, new_york()).await;
    for (browser, zone) in [(&mut maya, "UTC"), (&mut vic, "America/New_York")] {
        let told = format!("({zone}), in 24 hours");
        let page = browser.get(&format!("/runs/{}", run.id)).await;
        page.assert_has(".sentence", "Contoso Core 1.0.0.4 will be installed in Contoso QA for the first time on ");
        page.assert_has(".sentence", &told);
        page.assert_has("dd", "by Maya");
        assert_eq!(page.attribute("#live", "hx-trigger").as_deref(), Some("every 10s"));
        assert!(page.all("progress").is_empty());
        let page = browser.get("/deployments").await;
        page.assert_has("td", &told);
        assert_eq!(page.all("td[data-label=Took]"), [""], "nothing has been deployed yet");
        let page = browser.get(&format!("/pipelines/{}", c.pipeline.id)).await;
        page.assert_has("article.stage .what", &told);
        page.assert_has("article.stage footer", "View run");
        assert_eq!(page.attribute("#live", "hx-trigger").as_deref(), Some("every 10s"));
    }
    vic.get(&format!("/runs/{}", run.id)).await.assert_has("dd", "chosen as");
    let part = maya.get_partial(&format!("/runs/{}", run.id)).await;
    assert_eq!((part.status, part.header("hx-refresh")), (200, ""), "the page goes on looking");
}

#[actix_web::test]
async fn the_run_of_what_deploy_would_take_comes_before_deploy() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.scheduled(&mut maya, &c.test, "contoso_core").await;
    let there = format!("/environments/{}/solutions/contoso_core/pipelines", c.development.id);
    let page = maya.get(&there).await;
    assert_eq!(page.all(".stage a.primary"), ["View run"]);
    page.assert_has(".stage a", "Deploy to Test");
    page.assert_has(".stage .why", "1.0.0.4 has not finished in Test yet. Wait for its run in Test.");
    c.import(&c.development, &contoso::tables("1.0.0.5")).await;
    assert_eq!(maya.get(&there).await.all(".stage a.primary"), ["Deploy to Test"], "which is newer");
    let page = maya.get(&format!("/pipelines/{}", c.pipeline.id)).await;
    page.assert_has(".stage a", "Open in Contoso Development");
    page.assert_has(".stage .why", "Deploy to Test from there.");
}

#[actix_web::test]
async fn a_time_that_is_none_is_refused_beside_its_field() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    let (zone, wall) = night(|time| matches!(time, MappedLocalTime::None));
    in_zone(&mut maya, zone).await;
    let now = zone.from_utc_datetime(&db::now()).naive_local();
    let sent = |time: NaiveDateTime| time.format(SENT).to_string();
    for (typed, sentence) in [
        (sent(wall), "01:59 and"),
        (sent(wall), "03:00."),
        (sent(wall), &format!("There is no {}", wall.format("%a %-d %b"))),
        (sent(now - TimeDelta::minutes(2)), "This time is over"),
        (sent(now + TimeDelta::days(367)), "within a year"),
        (String::new(), "Enter a date and a time."),
        ("tomorrow".into(), "Give a date and a time"),
        ("2026-02-30T10:00".into(), "Give a date and a time"),
        ("2026-11-26T22:00:61".into(), "Give a date and a time"),
        ("+262142-12-31T23:59".into(), "within a year"),
        ("-262143-01-01T00:00".into(), "This time is over"),
    ] {
        let form = [("when", "later"), ("at", typed.as_str()), ("notes", "Kept")];
        let page = maya.post(&format!("/runs/{}/deployment", run.id), &form).await;
        assert_eq!(page.status, 422, "{typed}");
        page.assert_has("#at-error", sentence);
        page.assert_has("textarea[name=notes]", "Kept");
        assert_eq!(page.attribute("#when input[checked]", "value").as_deref(), Some("later"));
        assert_eq!(page.attribute("#at", "value"), Some(typed));
    }
    assert_eq!(c.run(run.id).state, State::ValidationSucceeded);
}

#[actix_web::test]
async fn of_a_time_that_comes_twice_the_person_is_asked_which() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let (zone, wall) = night(|time| matches!(time, MappedLocalTime::Ambiguous(..)));
    in_zone(&mut maya, zone).await;
    let MappedLocalTime::Ambiguous(first, second) = zone.from_local_datetime(&wall) else { panic!("once") };
    let typed = wall.format(SENT).to_string();
    for (which, instant) in [("earlier", first), ("later", second)] {
        let run = c.validated(&mut maya, &c.test, "contoso_core").await;
        let deploy = format!("/runs/{}/deployment", run.id);
        let page = maya.post(&deploy, &[("when", "later"), ("at", &typed)]).await;
        assert_eq!(page.status, 422);
        page.assert_has("#which-error", "comes twice");
        let offsets = [first, second].map(|at| format!("(UTC{})", at.format("%:z")));
        let offered = page.all("#which .choice");
        assert!(offered.len() == 2 && offered.iter().zip(&offsets).all(|(one, at)| one.contains(at)), "{offered:?}");
        let page = maya.post(&deploy, &[("when", "later"), ("at", &typed), ("which", "both")]).await;
        assert_eq!(page.status, 422);
        let form = [("when", "later"), ("at", typed.as_str()), ("which", which)];
        assert_eq!(maya.post(&deploy, &form).await.status, 303);
        assert_eq!(c.run(run.id).schedule().unwrap().at, instant.naive_utc());
        let page = maya.get(&format!("/runs/{}/schedule", run.id)).await;
        assert_eq!(page.attribute("#which input[checked]", "value").as_deref(), Some(which));
    }
}

#[actix_web::test]
async fn what_is_chosen_for_later_does_not_count_for_now() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    let form = [("when", "now"), ("at", "2001-01-01T00:00"), ("notes", "")];
    assert_eq!(maya.post(&format!("/runs/{}/deployment", run.id), &form).await.status, 303);
    let run = c.run(run.id);
    assert_eq!((run.state, run.schedule()), (State::Queued, None));
}

#[actix_web::test]
async fn its_starter_and_who_manages_the_pipeline_move_it() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let (mut maya, mut ada) = (c.app.sign_in(&c.maya).await, c.app.sign_in(&c.ada).await);
    let run = c.scheduled(&mut maya, &c.test, "contoso_core").await;
    let path = format!("/runs/{}/schedule", run.id);
    let at = db::now() + TimeDelta::days(3);
    let typed = at.format(SENT).to_string();
    let form = [("when", "later"), ("at", typed.as_str())];
    for (person, status) in [(&c.vic, 403), (&c.zed, 404)] {
        let mut browser = c.app.sign_in(person).await;
        assert_eq!(browser.get(&path).await.status, status);
        assert_eq!(browser.post(&path, &form).await.status, status);
    }
    let mut vic = c.app.sign_in(&c.vic).await;
    assert!(!vic.get(&format!("/runs/{}", run.id)).await.has(".head a, .head button", "Reschedule"));
    let link = maya.get(&format!("/runs/{}", run.id)).await.link("Reschedule");
    assert_eq!(link, path);
    let page = maya.get(&path).await;
    let shown = page.attribute("#at", "value").unwrap();
    assert_eq!(shown, run.schedule().unwrap().at.format(SENT).to_string());
    assert_eq!(maya.post(&path, &[("at", "2001-01-01T00:00")]).await.status, 422);
    assert_eq!(maya.post(&path, &[]).await.status, 422, "moving to no time is not moving to now");
    assert_eq!(c.run(run.id).schedule(), run.schedule());
    let page = ada.submit(&path, &form).await;
    page.assert_has("dd", "by Ada");
    page.assert_has("main", "Rescheduled for ");
    let moved = c.run(run.id);
    assert_eq!(moved.schedule().unwrap().at.format(SENT).to_string(), typed);
    assert_eq!((moved.state, moved.deployed_by_name.as_deref()), (State::Scheduled, Some("Maya")));
    c.app.later(TimeDelta::days(2));
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Scheduled);
}

#[actix_web::test]
async fn deploy_now_does_not_wait_any_longer() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.scheduled(&mut maya, &c.test, "contoso_core").await;
    maya.get(&format!("/runs/{}", run.id)).await.assert_has(".head button", "Deploy now");
    let path = format!("/runs/{}/schedule", run.id);
    assert_eq!(maya.post(&path, &[("when", "now")]).await.status, 303);
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Succeeded);
    assert_eq!(maya.get(&path).await.status, 409);
    let page = maya.post(&path, &[("when", "now")]).await;
    assert_eq!(page.status, 409);
    page.assert_has("main", "This run has succeeded, so it cannot be rescheduled.");
}

#[actix_web::test]
async fn cancel_ends_a_run_that_waits_for_its_time() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.scheduled(&mut maya, &c.test, "contoso_core").await;
    maya.get(&format!("/runs/{}", run.id)).await.assert_has(".head button", "Cancel deployment");
    assert_eq!(maya.post(&format!("/runs/{}/cancellation", run.id), &[]).await.status, 303);
    c.app.later(TimeDelta::days(2));
    c.app.run_worker().await;
    let run = c.run(run.id);
    assert_eq!((run.state, run.canceled_by_name.as_deref()), (State::Canceled, Some("Maya")));
}

#[actix_web::test]
async fn what_the_rules_forbid_now_is_not_scheduled_either() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    c.app.write(|conn| {
        use diesel::prelude::*;
        use sluice::schema::environment_roles::dsl::*;
        Ok(diesel::delete(environment_roles.filter(person_id.eq(c.maya.id))).execute(conn)?)
    });
    let at = (db::now() + TimeDelta::days(1)).format(SENT).to_string();
    let page = maya.post(&format!("/runs/{}/deployment", run.id), &[("when", "later"), ("at", &at)]).await;
    assert_eq!(page.status, 422);
    page.assert_has("[role=alert]", "which you do not have");
    assert_eq!(c.run(run.id).state, State::ValidationSucceeded);
}
