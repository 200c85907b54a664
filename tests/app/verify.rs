//! Verifying: finds each thing that can be wrong, and says what to do.

use std::{fs, path::PathBuf};

use diesel::{connection::SimpleConnection, prelude::*};
use sluice::{
    db::{Native, tables},
    id::{ArtifactId, RunId},
    models::{artifact::Artifact, run::Newest},
    rules::state::State,
    schema::{artifacts, embedded_solutions, lanes, newest_runs, operations, runs},
    verify::{self, references},
};

use crate::support::{Contoso, TestApp, contoso};

/// Contoso after a deployment, with a run that waits for Deploy.
async fn contoso() -> Contoso {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.validated(&mut maya, &c.live, "contoso_core").await;
    c
}

async fn problems(app: &TestApp) -> Vec<String> {
    verify::verify(&app.app.db, &app.app.artifacts).await.unwrap().problems
}

/// Expects one problem, with these words.
async fn found(app: &TestApp, words: &[&str]) {
    let problems = problems(app).await;
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(words.iter().all(|words| problems[0].contains(words)), "{words:?} in {problems:#?}");
}

// As somebody does who changes the database past Sluice.
fn past_all_checks(app: &TestApp, sql: &str) {
    app.app
        .db
        .write_now(|c| {
            match &mut **c {
                Native::Postgres(c) => {
                    c.batch_execute(&format!("SET LOCAL session_replication_role = replica; {sql}"))?
                }
                Native::Sqlite(_) => panic!("SQLite turns its checks off outside of transactions only"),
            }
            Ok(())
        })
        .unwrap();
}

fn break_reference(app: &TestApp, sql: &str) {
    let path = app.folder().join("sluice.db");
    match path.exists() {
        true => {
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
            conn.batch_execute(&format!("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF; {sql}")).unwrap();
        }
        false => past_all_checks(app, sql),
    }
}

fn package(app: &TestApp) -> (Artifact, PathBuf) {
    let id: ArtifactId = app.read(|c| Ok(artifacts::table.select(artifacts::id).first(c)?));
    let artifact = app.read(|c| Artifact::by_id(c, id));
    let path = app.folder().join("artifacts").join(&artifact.unmanaged_hash[..2]).join(&artifact.unmanaged_hash);
    (artifact, path)
}

#[actix_web::test]
async fn a_tenant_that_works_is_whole() {
    let c = contoso().await;
    let seen = verify::verify(&c.app.app.db, &c.app.app.artifacts).await.unwrap();
    assert_eq!(seen.problems, [""; 0]);
    assert!(seen.rows > 50 && seen.references > 50 && seen.packages == c.app.files("artifacts"), "{seen:?}");
}

#[actix_web::test]
async fn a_package_that_is_gone_or_changed_is_named_with_who_names_it() {
    let c = contoso().await;
    let (artifact, path) = package(&c.app);
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let hash = artifact.unmanaged_hash.as_str();
    found(&c.app, &[hash, "artifacts.unmanaged_hash names, is not in the store. Put it back from a backup."]).await;
    let mut changed = bytes.clone();
    changed[100] ^= 1;
    fs::write(&path, &changed).unwrap();
    found(&c.app, &[hash, "is not what was kept under that hash", "put it back from a backup"]).await;
    fs::write(&path, &bytes[1..]).unwrap();
    found(&c.app, &[hash, "is not in the store"]).await;
    fs::write(&path, &bytes).unwrap();
    assert_eq!(problems(&c.app).await, [""; 0]);
}

#[actix_web::test]
async fn a_package_that_cannot_be_is_named() {
    let c = contoso().await;
    c.app.write(|conn| {
        Ok(diesel::update(embedded_solutions::table.filter(embedded_solutions::managed.eq(true)))
            .set(embedded_solutions::package_hash.eq("../secret.key"))
            .execute(conn)?)
    });
    found(&c.app, &["embedded_solutions.package_hash names a package as none can be named"]).await;
}

#[actix_web::test]
async fn a_reference_to_nothing_is_named() {
    let c = contoso().await;
    break_reference(&c.app, "UPDATE stages SET target_id = 'gone' WHERE name = 'Test'");
    found(&c.app, &["stages.target_id names gone, which is not in deployment_environments"]).await;
    break_reference(&c.app, &format!("UPDATE stages SET target_id = '{}' WHERE name = 'Test'", c.test.target_id));
    break_reference(&c.app, "UPDATE artifact_bindings SET run_id = 'gone'");
    found(&c.app, &["artifact_bindings.run_id names gone, which is not in runs"]).await;
}

#[actix_web::test]
async fn a_lane_that_nobody_lets_go_of_is_freed_by_what_is_said() {
    let c = contoso().await;
    c.app.write(|conn| {
        let ended: String = operations::table.filter(operations::lane).select(operations::id).first(conn)?;
        let at: String = operations::table.find(&ended).select(operations::environment_id).first(conn)?;
        Ok(diesel::update(lanes::table.find(at)).set(lanes::operation_id.eq(ended)).execute(conn)?)
    });
    found(&c.app, &["The lane of Contoso QA is held by the operation", "UPDATE lanes SET operation_id = NULL"]).await;
    follow(&c.app).await;
}

#[actix_web::test]
async fn a_run_that_nothing_moves_is_ended_by_what_is_said() {
    let c = contoso().await;
    for (state, word) in [
        (State::Validating.as_str(), "validating"),
        ("deploying", "deploying"),
        ("lost", "lost"),
        ("scheduled", "scheduled"),
    ] {
        let waiting = runs::table.filter(runs::ended_at.is_null().or(runs::state.eq("failed")));
        c.app.write(|conn| {
            Ok(diesel::update(waiting)
                .set((runs::state.eq(state), runs::ended_at.eq(None::<chrono::NaiveDateTime>)))
                .execute(conn)?)
        });
        found(&c.app, &[&format!("is {word}, and nothing will move it on")]).await;
        follow(&c.app).await;
    }
}

#[actix_web::test]
async fn a_run_that_tells_of_other_packages_than_its_artifact_is_named() {
    let c = contoso().await;
    let (artifact, _) = package(&c.app);
    c.app.write(|conn| {
        let ended = runs::table.filter(runs::state.eq(State::Succeeded));
        Ok(diesel::update(ended)
            .set((runs::managed_hash.eq(&artifact.unmanaged_hash), runs::managed_size.eq(artifact.unmanaged_size)))
            .execute(conn)?)
    });
    found(&c.app, &["tells of other packages than its artifact"]).await;
}

#[actix_web::test]
async fn overviews_that_know_other_runs_than_the_newest_are_corrected_by_what_is_said() {
    let c = contoso().await;
    let newest = c.app.read(|conn| Ok(newest_runs::table.select(newest_runs::run_id).load::<String>(conn)?));
    assert_eq!(newest.len(), 2);
    let forget = newest_runs::table.filter(newest_runs::run_id.eq(&newest[0]));
    c.app.write(|conn| Ok(diesel::delete(forget).execute(conn)?));
    found(&c.app, &["other runs than the newest in 1 places", "INSERT INTO newest_runs"]).await;
    follow(&c.app).await;
    let swap = diesel::update(newest_runs::table).set(newest_runs::run_id.eq(&newest[0]));
    c.app.write(|conn| Ok(swap.execute(conn)?));
    found(&c.app, &["other runs than the newest in 1 places"]).await;
    follow(&c.app).await;
}

#[actix_web::test]
async fn the_newest_run_stays_the_newest_whoever_is_the_last_to_write() {
    let c = contoso().await;
    for _ in 0..2 {
        c.app.unfinished_run(&c.test, &c.source, &c.maya);
    }
    let both = runs::table.filter(runs::solution_key.eq("expenses")).order(runs::id).select(runs::id);
    let both: Vec<RunId> = c.app.read(|conn| Ok(both.load(conn)?));
    c.app.write(|conn| Newest::note(conn, c.pipeline.id, c.test.id, "expenses", both[0]));
    assert_eq!(problems(&c.app).await, [""; 0]);
}

// Does what the one problem says, as whoever reads it would.
async fn follow(app: &TestApp) {
    let problem = problems(app).await.remove(0);
    let (_, sql) = problem.rsplit_once(": ").expect("a statement to run");
    app.write(|c| Ok(c.batch_execute(sql)?));
    assert_eq!(problems(app).await, [""; 0]);
}

#[test]
fn every_column_that_names_a_row_is_declared_or_listed() {
    // What these name is no row, or one of any table.
    let other = [
        "audit.subject_id",
        "embedded_connections.connector_id",
        "embedded_references.connector_id",
        "embedded_journal.operation_id",
        // Of keys, which are kept in a file.
        "tenant.cookie_key_id",
        "tenant.sealing_key_id",
    ];
    let tables = tables::at(&tables::newest().unwrap()).unwrap();
    let all: Vec<(String, String)> =
        references::all(&tables).map(|(table, reference)| (table.to_owned(), reference.column)).collect();
    let mut forgotten = Vec::new();
    for table in &tables {
        for column in table.columns.iter().map(|column| &column.name) {
            let names = column.ends_with("_id") || column.ends_with("_by") || column.ends_with("_of");
            let name = format!("{}.{column}", table.name);
            if names && !all.contains(&(table.name.clone(), column.clone())) && !other.contains(&name.as_str()) {
                forgotten.push(name);
            }
        }
    }
    assert_eq!(forgotten, [""; 0], "declare them in the migration, or list them in verify/references.rs");
}
