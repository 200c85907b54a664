//! What happens when the time of a scheduled run comes: all rules are asked again, and it goes on once.

use std::{fs, thread};

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    error::Error,
    id::RunId,
    models::run::{CancelRun, MoveRun, Run},
    rules::{schedule::Schedule, state::State},
    schema::{operations, people},
    zone::Zone,
};

use crate::support::{Contoso, TestApp, contoso, id};

/// Contoso with a run that Maya has scheduled for tomorrow.
async fn waiting() -> (Contoso, Run) {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.scheduled(&mut maya, &c.test, "contoso_core").await;
    (c, run)
}

/// The run once its time has come and everything has been done.
async fn when_due(c: &Contoso, run: &Run) -> Run {
    c.app.later(TimeDelta::days(1));
    c.app.run_worker().await;
    c.run(run.id)
}

/// How many operations of the run there are that nobody has ended.
fn open(app: &TestApp, run: RunId) -> i64 {
    let open = operations::table.filter(operations::run_id.eq(run)).filter(operations::ended_at.is_null());
    app.read(|c| Ok(open.count().get_result(c)?))
}

#[track_caller]
fn assert_failed(run: &Run, why: &str) {
    let message = run.error_message.as_deref().unwrap_or_default();
    assert!(run.state == State::Failed && message.contains(why), "{:?}: {message}", run.state);
    assert!(run.ended_at.is_some());
}

#[actix_web::test]
async fn a_share_taken_back_fails_it_and_the_log_says_so() {
    let (c, run) = waiting().await;
    c.unshare();
    assert_failed(&when_due(&c, &run).await, "the right to run Contoso Standard, which Maya does not have");
    assert_eq!(open(&c.app, run.id), 0);
    let told = "Sluice fail Contoso Core 1.0.0.4 to Test; State: Scheduled → Failed; Deploying needs the right";
    let last = c.app.audit().pop().unwrap();
    assert!(last.starts_with(told), "{last}");
    let mut ada = c.app.sign_in(&c.ada).await;
    let page = ada.get(&format!("/runs/{}", run.id)).await;
    page.assert_has(".sentence", "which Maya does not have");
    page.assert_has("button", "Retry");
}

#[actix_web::test]
async fn who_pressed_deploy_must_be_active_then_also_when_somebody_else_moved_it() {
    let (c, run) = waiting().await;
    let permit = c.app.permit::<MoveRun>(&c.ada, &[id("run", run.id)]);
    let later = Schedule { at: run.schedule().unwrap().at - TimeDelta::hours(1), zone: Zone::utc() };
    c.app.write(|conn| Run::move_to(conn, &permit, &later));
    c.app
        .write(|conn| Ok(diesel::update(people::table.find(c.maya.id)).set(people::active.eq(false)).execute(conn)?));
    assert_failed(&when_due(&c, &run).await, "Maya, who asked for this deployment, is no longer active.");
}

#[actix_web::test]
async fn a_version_that_was_overtaken_is_not_deployed() {
    let (c, run) = waiting().await;
    c.import(&c.development, &contoso::tables("1.0.0.5")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let newer = c.deploy(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(newer.state, State::Succeeded);
    assert_eq!(c.run(run.id).state, State::Scheduled, "a newer one leaves it its time");
    assert_failed(&when_due(&c, &run).await, "1.0.0.5");
    let there = c.app.app.platforms.embedded().solution(c.qa.id, "contoso_core").await.unwrap().unwrap();
    assert_eq!(there.summary.version.to_string(), "1.0.0.5");
}

#[actix_web::test]
async fn another_package_of_the_version_that_succeeded_first_is_the_one_that_counts() {
    let (c, run) = waiting().await;
    c.import(&c.development, &contoso::tables("1.0.0.4").table("con_more", "More")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let other = c.deploy(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(other.state, State::Succeeded);
    assert_ne!(other.artifact_id, run.artifact_id);
    assert_failed(&when_due(&c, &run).await, "1.0.0.4");
}

#[actix_web::test]
async fn bytes_that_are_no_longer_what_was_tested_are_not_deployed() {
    let (c, run) = waiting().await;
    let hash = run.managed_hash.clone().unwrap();
    let path = c.app.folder().join("artifacts").join(&hash[..2]).join(&hash);
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_failed(&when_due(&c, &run).await, "The stored package is damaged");
    let there = c.app.app.platforms.embedded().solution(c.qa.id, "contoso_core").await.unwrap();
    assert!(there.is_none(), "nothing was changed in the target");
}

#[actix_web::test]
async fn nothing_that_it_needs_is_retired_while_it_waits() {
    let (c, run) = waiting().await;
    let mut ada = c.app.sign_in(&c.ada).await;
    let (host, pipeline) =
        (format!("/hosts/{}", c.host.id), format!("/hosts/{}/pipelines/{}", c.host.id, c.pipeline.id));
    for path in [
        format!("{pipeline}/retirement"),
        format!("{pipeline}/stages/{}/retirement", c.test.id),
        format!("{host}/environments/{}/retirement", c.test.target.id),
        format!("/admin/environments/{}/retirement", c.qa.id),
    ] {
        let page = ada.post(&path, &[]).await;
        assert!([409, 422].contains(&page.status), "{path}: {} {}", page.status, page.text());
        assert!(page.text().contains("finished") || page.text().contains("follows Test"), "{path}: {}", page.text());
    }
    assert_eq!(when_due(&c, &run).await.state, State::Succeeded);
}

#[actix_web::test]
async fn they_go_on_in_the_order_of_their_times() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let second = c.scheduled(&mut maya, &c.test, "contoso_core").await;
    let first = c.scheduled(&mut maya, &c.test, "contoso_core").await;
    let permit = c.app.permit::<MoveRun>(&c.maya, &[id("run", first.id)]);
    let sooner = Schedule { at: second.schedule().unwrap().at - TimeDelta::hours(2), zone: Zone::utc() };
    c.app.write(|conn| Run::move_to(conn, &permit, &sooner));
    assert!(c.app.read(Run::due).is_empty());
    c.app.later(TimeDelta::days(1));
    assert_eq!(c.app.read(Run::due), [first.id, second.id]);
    c.app.run_worker().await;
    assert_eq!(c.run(first.id).state, State::Succeeded);
    assert_failed(&c.run(second.id), "1.0.0.4");
}

#[actix_web::test]
async fn two_servers_let_each_run_go_on_once() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let mut runs = Vec::new();
    for _ in 0..12 {
        runs.push(c.scheduled(&mut maya, &c.test, "contoso_core").await.id);
    }
    c.app.later(TimeDelta::days(1));
    let servers = [c.app.another_server(), c.app.another_server(), c.app.another_server()];
    thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| {
                for id in server.db.read_now(Run::due).unwrap() {
                    server.db.write_now(|conn| Run::start_due(conn, id)).unwrap();
                }
            });
        }
    });
    for run in runs {
        assert_eq!((c.run(run).state, open(&c.app, run)), (State::Queued, 1));
        let due = c.app.log_of(run).iter().filter(|verb| *verb == "begin").count();
        assert_eq!(due, 1);
    }
}

/// Lets each of some due runs go on while somebody else does `meanwhile` to it; what came of both.
async fn at_the_same_moment(
    c: &Contoso,
    meanwhile: impl Fn(&sluice::db::Db, &Run) -> Result<(), Error> + Sync,
) -> Vec<(Run, Result<(), Error>)> {
    let mut maya = c.app.sign_in(&c.maya).await;
    let mut runs = Vec::new();
    for _ in 0..8 {
        runs.push(c.scheduled(&mut maya, &c.test, "contoso_core").await);
    }
    c.app.later(TimeDelta::days(1));
    let (server, other) = (c.app.another_server(), c.app.another_server());
    let both = |run: Run| {
        let done = thread::scope(|scope| {
            let person = scope.spawn(|| meanwhile(&other.db, &run));
            server.db.write_now(|conn| Run::start_due(conn, run.id)).unwrap();
            person.join().unwrap()
        });
        (c.run(run.id), done)
    };
    runs.into_iter().map(both).collect()
}

#[actix_web::test]
async fn canceled_at_the_moment_it_becomes_due_it_is_either_canceled_or_goes_on() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let cancel = |db: &sluice::db::Db, run: &Run| {
        let permit = c.app.permit::<CancelRun>(&c.maya, &[id("run", run.id)]);
        db.write_now(|conn| Run::cancel(conn, &permit).map(drop))
    };
    for (run, canceled) in at_the_same_moment(&c, cancel).await {
        match canceled {
            Ok(()) => assert_eq!((run.state, open(&c.app, run.id)), (State::Canceled, 0)),
            Err(Error::Conflict(_)) => assert_eq!((run.state, open(&c.app, run.id)), (State::Queued, 1)),
            Err(error) => panic!("{error}"),
        }
    }
}

#[actix_web::test]
async fn moved_at_the_moment_it_becomes_due_it_either_waits_or_goes_on() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let next_week = Schedule { at: sluice::db::now() + TimeDelta::days(7), zone: Zone::utc() };
    let later = |db: &sluice::db::Db, run: &Run| {
        let permit = c.app.permit::<MoveRun>(&c.maya, &[id("run", run.id)]);
        db.write_now(|conn| Run::move_to(conn, &permit, &next_week))
    };
    for (run, moved) in at_the_same_moment(&c, later).await {
        match moved {
            Ok(()) => assert_eq!((run.state, open(&c.app, run.id)), (State::Scheduled, 0)),
            Err(Error::Conflict(_)) => assert_eq!((run.state, open(&c.app, run.id)), (State::Queued, 1)),
            Err(error) => panic!("{error}"),
        }
    }
}
