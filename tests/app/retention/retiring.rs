//! Retiring: what goes loses its packages in one commit, its bytes a day later, and can be brought back in between.

use std::{sync::mpsc, thread, time::Duration};

use diesel::prelude::*;
use sluice::{
    app::App,
    id::ArtifactId,
    models::{
        artifact::Artifact,
        audit::By,
        retention::{preview::Sum, removal},
        run::Run,
    },
    platform::Act,
    rules::state::State,
    schema::{artifacts, pipelines, runs},
    worker,
};

use super::{DAY, PATH, artifact, assert_whole, contoso, force_retired, preview, retired, save, tidy};
use crate::support::{Contoso, contoso as solutions};

#[actix_web::test]
async fn the_worker_removes_what_goes_and_deletes_its_bytes_a_day_later() {
    let (c, ..) = contoso().await;
    tidy(&c).await;
    assert_eq!((retired(&c).len(), c.app.files("artifacts")), (0, 6), "every package is kept");
    save(&c, "30", "1").await;
    tidy(&c).await;
    assert_eq!(retired(&c), ["1.0.0.1"]);
    assert_eq!(c.app.files("artifacts"), 6, "they stay for a day");
    assert!(
        c.app.audit().contains(&"Sluice remove packages Contoso Core 1.0.0.1; Source:  → Contoso Development".into())
    );
    assert_whole(&c).await;
    c.app.packages_later(2);
    tidy(&c).await;
    assert_eq!(c.app.files("artifacts"), 4);
    assert_whole(&c).await;
    assert_eq!(c.runs(), 5, "no run is ever removed");
}

#[actix_web::test]
async fn the_worker_does_so_in_its_own_time() {
    let (c, ..) = contoso().await;
    save(&c, "30", "1").await;
    let turns = |app: &App| {
        let db = app.db.clone();
        db.write_now(|c| Ok((sluice::models::retention::retires_now(c)?, sluice::models::retention::sweeps_now(c)?)))
    };
    assert_eq!(turns(&c.app.app).unwrap(), (true, true));
    assert_eq!(turns(&c.app.another_server()).unwrap(), (false, false), "another server has just done it");
}

#[actix_web::test]
async fn an_administrator_may_remove_it_now() {
    let (c, ..) = contoso().await;
    let mut ada = c.app.sign_in(&c.ada).await;
    let confirm = format!("{PATH}/removal");
    ada.get(&confirm).await.assert_has("p", "Retention is set to keep every package.");
    assert_eq!(ada.post(&confirm, &[]).await.status, 409);
    let saved = save(&c, "30", "1").await;
    let page = ada.get(&saved.link("Remove now")).await;
    page.assert_has("p", "1 version, ");
    let page = ada.submit(&confirm, &[]).await;
    page.assert_has(".flash", "Removed: 1 version, ");
    assert_eq!(retired(&c), ["1.0.0.1"]);
    assert!(!page.has("a", "Remove now"));
    ada.get(&confirm).await.assert_has("p", "The saved settings keep every package that there is.");
    assert_eq!(ada.post(&confirm, &[]).await.status, 409);
}

#[actix_web::test]
async fn what_was_removed_can_be_brought_back_for_a_day_and_stays_then() {
    let (c, mut maya, tested) = contoso().await;
    save(&c, "30", "1").await;
    tidy(&c).await;
    let mut ada = c.app.sign_in(&c.ada).await;
    let page = ada.get(PATH).await;
    page.assert_has("h2", "Removed in the last day");
    let back = page.attribute("form[action$='/return']", "action").unwrap();
    let page = ada.submit(&back, &[]).await;
    page.assert_has(".flash", "Contoso Core 1.0.0.1 has its packages again.");
    assert!(!page.has("h2", "Removed in the last day"));
    tidy(&c).await;
    assert_eq!(retired(&c), [""; 0], "it counts as used now");
    assert_eq!(maya.get(&format!("/runs/{}/packages/managed", tested[0].id)).await.status, 200);
    assert!(c.app.audit().contains(&"Ada bring back Contoso Core 1.0.0.1".into()));
    ada.post(&back, &[]).await.assert_has("p", "Contoso Core 1.0.0.1 has its packages.");
    c.app.packages_later(40);
    tidy(&c).await;
    c.app.packages_later(2);
    assert!(!ada.get(PATH).await.has("h2", "Removed in the last day"));
    let page = ada.post(&back, &[]).await;
    assert_eq!(page.status, 409);
    page.assert_has("p", "gone for good");
    tidy(&c).await;
    ada.post(&back, &[]).await.assert_has("p", "gone for good");
}

fn going(c: &Contoso, ids: &[ArtifactId]) -> usize {
    c.app.write(|conn| removal::retire(conn, &By::sluice(), ids)).count
}

#[actix_web::test]
async fn the_rule_is_asked_again_when_it_is_removed() {
    let (c, _, tested) = contoso().await;
    save(&c, "30", "1").await;
    let first = artifact(&c, &tested[0]).id;
    c.act(&c.qa, Act::Uninstall { solution: "contoso_core".into() }).await.unwrap();
    worker::refresh_sightings(&c.app.app).await.unwrap();
    assert_eq!(going(&c, &[first]), 0, "Test could take it again");
    c.import(&c.qa, &managed("1.0.0.1")).await;
    assert_eq!(going(&c, &[first]), 0, "QA has it again");
    c.import(&c.qa, &managed("1.0.0.9")).await;
    assert_eq!(going(&c, &[first]), 1);
    assert_eq!(going(&c, &[first]), 0, "once is enough");
}

fn managed(version: &str) -> sluice::package::Builder {
    solutions::tables(version).managed(true)
}

#[actix_web::test]
async fn what_can_be_redeployed_or_tried_again_stays() {
    let (c, mut maya, _) = contoso().await;
    c.app.write(|conn| Ok(diesel::update(pipelines::table).set(pipelines::allow_redeploy.eq(true)).execute(conn)?));
    let page = preview(&c, 30, 1, "stays").await;
    page.assert_has("tbody li", "It could be redeployed to Test of Contoso Standard.");
    c.app.write(|conn| Ok(diesel::update(pipelines::table).set(pipelines::allow_redeploy.eq(false)).execute(conn)?));
    c.import(&c.development, &solutions::tables("1.0.0.4")).await;
    let canceled = c.validated(&mut maya, &c.test, "contoso_core").await;
    c.app.packages_later(40);
    preview(&c, 30, 1, "stays").await.assert_has("tbody li", "A run with it has not ended.");
    maya.post(&format!("/runs/{}/cancellation", canceled.id), &[]).await;
    c.app.packages_later(40);
    preview(&c, 30, 1, "stays").await.assert_has("tbody li", "It could be tried again in Test of Contoso Standard.");
    c.import(&c.development, &solutions::tables("1.0.0.5")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.app.packages_later(40);
    save(&c, "30", "1").await;
    tidy(&c).await;
    let gone = retired(&c);
    assert!(gone.contains(&"1.0.0.4".to_owned()) && !gone.contains(&"1.0.0.5".to_owned()), "{gone:?}");
    assert!(!gone.contains(&"1.0.0.2".to_owned()), "production has it");
}

#[actix_web::test]
async fn what_was_seen_nowhere_stays_where_a_run_put_it_last() {
    let (c, _, tested) = contoso().await;
    save(&c, "30", "1").await;
    c.app.write(|conn| Ok(diesel::delete(sluice::schema::sightings::table).execute(conn)?));
    let page = preview(&c, 30, 1, "stays").await;
    page.assert_has("li", "Nothing was seen in an environment: 3");
    page.assert_has("tbody li", "Contoso Production has it.");
    assert_eq!(going(&c, &tested.iter().map(|run| artifact(&c, run).id).collect::<Vec<_>>()), 0);
}

#[actix_web::test]
async fn whoever_removes_and_whoever_begins_a_run_never_pass_each_other() {
    let (c, _, tested) = contoso().await;
    save(&c, "30", "1").await;
    let (held, run) = (artifact(&c, &tested[0]).id, tested[0].id);
    let begin = move |conn: &mut sluice::db::Conn| {
        Artifact::lock(conn, held)?.whole()?;
        let row = runs::table.find(run);
        diesel::update(row).set(runs::state.eq(State::Validating)).execute(conn)?;
        Ok(())
    };
    let retire = move |conn: &mut sluice::db::Conn| removal::retire(conn, &By::sluice(), &[held]);
    let (began, sum): (_, Result<Sum, _>) = side_by_side(&c, begin, retire);
    assert!(began.is_ok());
    assert_eq!(sum.unwrap().count, 0, "the run was there first");
    let row = runs::table.find(run);
    c.app.write(|conn| Ok(diesel::update(row).set(runs::state.eq(State::Succeeded)).execute(conn)?));
    let (sum, began) = side_by_side(&c, retire, begin);
    assert_eq!(sum.unwrap().count, 1);
    assert!(began.unwrap_err().to_string().contains("Sluice removed the package of Contoso Core 1.0.0.1"));
}

type Done<T> = Result<T, sluice::error::Error>;

/// Begins the second while the first has done its work and not committed it.
fn side_by_side<T: Send, U: Send>(
    c: &Contoso,
    first: impl FnOnce(&mut sluice::db::Conn) -> Done<T> + Send,
    second: impl FnOnce(&mut sluice::db::Conn) -> Done<U> + Send,
) -> (Done<T>, Done<U>) {
    let (db, other) = (c.app.app.db.clone(), c.app.another_server().db);
    let (did, go) = mpsc::channel();
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            db.write_now(|conn| {
                let done = first(conn)?;
                did.send(()).unwrap();
                thread::sleep(Duration::from_millis(300));
                Ok(done)
            })
        });
        go.recv().unwrap();
        let second = scope.spawn(move || other.write_now(second));
        (first.join().unwrap(), second.join().unwrap())
    })
}

#[actix_web::test]
async fn bytes_that_another_row_names_stay() {
    let (c, _, tested) = contoso().await;
    let all: Vec<ArtifactId> = tested.iter().map(|run: &Run| artifact(&c, run).id).collect();
    all.into_iter().for_each(|id| force_retired(&c, id));
    c.app.packages_later(2);
    worker::tidy_packages(&c.app.app, DAY).await.unwrap();
    // What development, QA and production have now: an unmanaged package and two managed ones.
    assert_eq!(c.app.files("artifacts"), 3);
    assert_whole(&c).await;
    c.app.write(|conn| {
        Ok(diesel::update(artifacts::table)
            .set(artifacts::retired_at.eq(None::<chrono::NaiveDateTime>))
            .execute(conn)?)
    });
}
