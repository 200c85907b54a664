//! Servers that do a part, several on one database, and what they need to have in common.

use std::{env, fs};

use sluice::db::Db;

use super::{Server, Shell, get, wait_for, work};
use crate::{metrics::read, support::fresh_schema};

#[test]
fn a_part_of_a_server_needs_a_database_that_takes_several() {
    let shell = Shell::new();
    for arguments in [
        &["serve", "--role", "web"][..],
        &["serve", "--role", "worker"],
        &["demo", "--role", "web"],
        &["serve", "--role", "web", "--database-url", "sqlite:here.db"],
    ] {
        let words = "one SQLite database takes one server. Use PostgreSQL, --database-url postgres://USER@HOST/NAME, and \
                     the same --artifacts on every server";
        shell.refused(arguments, words);
    }
    assert!(!shell.exists("data"), "refused before anything is made");
    shell.serve(&["serve", "--role", "all"]);
}

#[test]
fn an_sqlite_database_takes_one_server_also_where_it_lies_elsewhere() {
    let shell = Shell::new();
    let first = shell.serve(&["serve", "--data", "one", "--database-url", "sqlite:here.db"]);
    fs::create_dir(shell.path("two")).unwrap();
    fs::copy(shell.path("one/secret.key"), shell.path("two/secret.key")).unwrap();
    let second = ["serve", "--data", "two", "--database-url", "sqlite:here.db"];
    shell.refused(&second, "The database here.db is in use by a server, and takes one.");
    shell.refused(&second, "To run several servers, use PostgreSQL");
    drop(first);
    shell.serve(&second);
}

#[test]
fn a_server_with_other_keys_does_not_start() {
    let shell = Shell::new();
    drop(shell.serve(&["serve", "--data", "one"]));
    drop(shell.serve(&["serve", "--data", "two"]));
    fs::copy(shell.path("two/secret.key"), shell.path("one/secret.key")).unwrap();
    let words = "one/secret.key is not that of this tenant. Put a copy of it back, from another server of this tenant";
    shell.refused(&["serve", "--data", "one"], words);
    shell.refused(&["secrets", "rotate", "--data", "one"], words);
    let adopted = shell.run(&["secrets", "adopt", "--data", "one"]);
    let said = String::from_utf8_lossy(&adopted.stdout);
    assert!(said.contains("Copy the file to every other server"), "{said}");
    drop(shell.serve(&["serve", "--data", "one"]));
    // Where one server is all there is, a file that is gone can be on no other one.
    fs::remove_file(shell.path("one/secret.key")).unwrap();
    shell.serve(&["serve", "--data", "one"]);
}

#[test]
fn keys_are_adopted_only_where_nobody_serves() {
    let shell = Shell::new();
    shell.refused(&["secrets", "adopt"], "has no database. Name the tenant's with --data or SLUICE_DATA");
    assert!(!shell.exists("data"));
    let _server = shell.serve(&["serve"]);
    shell.refused(&["secrets", "adopt"], "is in use by a server");
}

#[test]
fn one_server_serves_pages_and_another_works() {
    let Some(several) = Several::start() else { return };
    let work = work::queue(&several.db, 1, 50);
    let metrics = ["--metrics-listen", "127.0.0.1:0"];
    let mut web = several.serve("web", &[&["--role", "web"][..], &metrics].concat());
    let mut worker = several.serve("worker", &[&["--role", "worker"][..], &metrics].concat());
    wait_for("the work", || (work.ended() == work.ids.len()).then_some(()));

    let done = "sluice_step_duration_seconds_count{kind=\"set_version\",result=\"succeeded\"}";
    assert_eq!(read(&get(&web.metrics(), "/metrics").1).get(done), None, "it serves pages");
    assert_eq!(read(&get(&worker.metrics(), "/metrics").1).get(done), Some(&(work.ids.len() as f64)));
    assert_eq!((get(&web.address, "/sign-in").0, get(&worker.address, "/sign-in").0), (200, 404));
    assert_eq!((get(&web.address, "/readyz").0, get(&worker.address, "/readyz").0), (200, 200));
    assert!(worker.terminate().success() && web.terminate().success());
}

#[test]
fn what_a_stopped_server_leaves_is_done_by_another() {
    const COUNT: usize = 100;
    let Some(several) = Several::start() else { return };
    let one = several.serve("one", &[]);
    let _two = several.serve("two", &[]);
    let work = work::queue(&several.db, 1, COUNT as u32);
    wait_for("the first to end", || (work.ended() > 0).then_some(()));
    assert!(one.terminate().success());
    assert!(work.ended() < COUNT, "it was not stopped in the middle");
    wait_for("all to end", || (work.ended() == COUNT).then_some(()));
    assert_eq!(work.happened(), COUNT as i64, "each once");
}

#[test]
fn a_server_without_the_tenants_key_file_is_told_where_to_get_it() {
    let Some(several) = Several::start() else { return };
    several.shell.refused(
        &several.arguments("new", &[]),
        "The folder new has no secret.key, and the tenant has one already. Copy it there from another server",
    );
    assert!(!several.shell.exists("new/secret.key"), "a new one would hide that it is missing");
    assert_eq!(get(&several.serve("new", &[]).address, "/readyz").0, 200);
}

/// A tenant on a database that takes several servers, with a demo's people and solutions in it.
struct Several {
    shell: Shell,
    url: String,
    db: Db,
}

impl Several {
    /// None where there is no such database to test on.
    fn start() -> Option<Several> {
        let url = fresh_schema(&env::var("TEST_DATABASE_URL").ok()?);
        let shell = Shell::new();
        drop(shell.serve(&["demo", "--data", "demo", "--database-url", &url, "--artifacts", "artifacts"]));
        let db = Db::open(&url.parse().unwrap()).unwrap();
        Some(Several { shell, url, db })
    }

    fn arguments<'a>(&'a self, data: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let own = ["serve", "--data", data, "--database-url", &self.url, "--artifacts", "artifacts"];
        [&own, more].concat()
    }

    /// Starts a server in a folder of its own, with a copy of the keys.
    fn serve(&self, data: &str, more: &[&str]) -> Server {
        fs::create_dir_all(self.shell.path(data)).unwrap();
        fs::copy(self.shell.path("demo/secret.key"), self.shell.path(data).join("secret.key")).unwrap();
        self.shell.serve(&self.arguments(data, more))
    }
}
