//! `sluice bench`: every figure beside its limit, of a tenant that is whole.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use chrono::DateTime;
use diesel::prelude::*;
use serde_json::Value;
use sluice::{
    db::{Conn, Db, Url},
    id::{PipelineId, RunId},
    models::run::{Filter, Scope, history},
    schema::{pipelines, runs},
};
use tempfile::TempDir;

use crate::support::{TestApp, fresh_schema};

/// What takes next to no time.
const SMALL: [&str; 10] =
    ["bench", "--runs", "300", "--seconds", "0.2", "--megabytes", "1", "--deployments", "16", "--folder"];

fn sluice(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sluice")).env_clear().args(arguments).output().unwrap()
}

/// Measures a little, in a folder and on the database that tests are on; what was printed.
fn measured(folder: &Path, more: &[&str]) -> String {
    let database = env::var("TEST_DATABASE_URL").map(|server| fresh_schema(&server));
    let database = database.as_ref().map(|url| ["--database", url]);
    measured_on(folder, database.as_ref().map_or(&[], |both| both), more)
}

fn measured_on(folder: &Path, database: &[&str], more: &[&str]) -> String {
    let output = sluice(&[&SMALL[..], &[folder.to_str().unwrap()], database, more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn scratch(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.is_dir()).collect()
}

#[test]
fn everything_is_measured_on_a_tenant_that_is_whole() {
    let folder = TempDir::new().unwrap();
    let url = env::var("TEST_DATABASE_URL").map(|server| fresh_schema(&server)).unwrap_or_default();
    let database: &[&str] = if url.is_empty() { &[] } else { &["--database", &url] };
    let told = measured_on(folder.path(), database, &["--keep"]);
    for what in [
        "Start to the first answer",
        "Private memory, idle after the load",
        "Run history, a maker of 5 pipelines: beside 1,000 runs",
        "Solution, pipelines",
        "Audit log",
        "What is where, 1,000 solutions in 20 environments: alone",
        "Upload of 1 MB",
        "Deploy to Succeeded, 1 MB",
        "Deployments to 16 targets",
        "Due to started, 99 of 100",
    ] {
        assert!(told.contains(what), "{what} is not in {told}");
    }
    assert!(told.trim_end().ends_with("goals are met."), "{told}");
    let data = scratch(folder.path())[0].join("many");
    let database: &[&str] = if url.is_empty() { &[] } else { &["--database-url", &url] };
    let verified = sluice(&[&["verify", "--data", data.to_str().unwrap()], database].concat());
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let url = if url.is_empty() { format!("sqlite:{}", data.join("sluice.db").display()) } else { url };
    let db = Db::connect(&url.parse().unwrap()).unwrap();
    let compared = db.read_now(|conn| {
        every_way_finds_the_same(conn);
        Ok(())
    });
    compared.unwrap();
}

// How the runs of a history are found depends on how many pipelines somebody sees, and on what they ask for.
fn every_way_finds_the_same(conn: &mut Conn) {
    let all: Vec<PipelineId> = pipelines::table.select(pipelines::id).load(conn).unwrap();
    let solution: String = runs::table.select(runs::solution_name).first(conn).unwrap();
    for many in [0, 1, 3, 31, 32, 200, all.len()] {
        let scope = Scope::Some(Arc::new(all[..many].iter().copied().collect()));
        for (pipeline, solution) in [(None, None), (all.first(), None), (None, Some(&solution))] {
            let asked = Filter { pipeline: pipeline.copied(), solution: solution.cloned(), ..Filter::default() };
            let found = pages(conn, &scope, &asked);
            assert_eq!(found, pages(conn, &scope, &Filter { since: Some(DateTime::UNIX_EPOCH.naive_utc()), ..asked }));
            assert!(many < all.len() || !found.is_empty() || pipeline.is_some(), "nothing is found of {many}");
        }
    }
}

// All that fits, page by page.
fn pages(conn: &mut Conn, scope: &Scope, asked: &Filter) -> Vec<RunId> {
    let mut found = Vec::new();
    loop {
        let asked = Filter { before: found.last().copied(), ..asked.clone() };
        let (rows, more) = history(conn, scope, &asked).unwrap();
        found.extend(rows.into_iter().map(|row| row.id));
        if !more {
            return found;
        }
    }
}

#[test]
fn figures_are_kept_to_be_compared_with() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("figures.json");
    let file = file.to_str().unwrap();
    let told = measured(folder.path(), &["--only", "Home", "--json", file]);
    assert!(!told.contains("before"), "{told}");
    let figures: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(figures["runs"], 300);
    let page = figures["rows"].as_array().unwrap().iter().find(|row| row["name"] == "Home").unwrap();
    assert!(page["value"].as_f64().unwrap() > 0.0 && page["limit"]["value"].as_f64().unwrap() > 0.0, "{page}");
    assert!(page["page"]["bytes"].as_u64().unwrap() > 1000, "{page}");
    let told = measured(folder.path(), &["--only", "Home", "--compare", file]);
    assert!(told.contains("now/before"), "{told}");
    // What another program wrote is not taken for figures, and nothing is left behind.
    fs::write(file, "{}").unwrap();
    let refused = sluice(&["bench", "--compare", file]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("cannot be compared with"));
    assert!(scratch(folder.path()).is_empty());
}

#[test]
fn a_database_with_people_is_left_alone() {
    let app = TestApp::new();
    app.administrator("Ada");
    let url = match &app.database {
        Url::Sqlite(path) => format!("sqlite:{path}"),
        Url::Postgres(url) => url.clone(),
    };
    let refused = sluice(&["bench", "--runs", "300", "--database", &url]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("The database has people in it"), "{said}");
}
