//! `sluice demo`: made, used again, and made anew where it was interrupted.

use std::fs;

use diesel::prelude::*;
use sluice::{db::Db, schema::audit};

use super::Shell;

const PASSWORD: &str = "three words or more";

#[test]
fn it_is_made_once_and_what_it_prints_works() {
    let shell = Shell::new();
    let first = shell.serve(&["demo", "--password", PASSWORD]);
    assert!(first.greeting.starts_with("Loading the demo"), "{}", first.greeting);
    for email in ["admin@example.com", "maker@example.com", "viewer@example.com"] {
        assert!(first.greeting.contains(email), "{}", first.greeting);
        assert_eq!(first.sign_in(email, PASSWORD), 303);
    }
    drop(first);
    let again = shell.serve(&["demo"]);
    assert!(!again.greeting.contains("Loading"), "{}", again.greeting);
    let line = again.greeting.lines().find(|line| line.contains("maker@example.com")).unwrap();
    let password = line.split_whitespace().last().unwrap();
    assert_ne!(password, PASSWORD);
    assert_eq!(again.sign_in("maker@example.com", password), 303);
    assert_ne!(again.sign_in("maker@example.com", PASSWORD), 303);
}

#[test]
fn a_password_that_is_too_short_is_refused_before_anything_is_made() {
    let shell = Shell::new();
    let output = shell.command(&["demo"]).env("SLUICE_DEMO_PASSWORD", "eleven char").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("SLUICE_DEMO_PASSWORD") && said.contains("at least 12 characters"), "{said}");
    assert!(!shell.exists("demo-data"));
}

#[test]
fn a_demo_that_was_interrupted_is_made_anew() {
    let shell = Shell::new();
    drop(shell.serve(&["demo", "--password", PASSWORD]));
    fs::write(shell.path("demo-data/notes.txt"), "mine").unwrap();
    let db = Db::open_file(&shell.path("demo-data/sluice.db")).unwrap();
    db.write_now(|c| Ok(diesel::delete(audit::table.filter(audit::action.eq("load demo"))).execute(c)?)).unwrap();
    drop(db);
    let again = shell.serve(&["demo", "--password", PASSWORD]);
    assert!(again.greeting.starts_with("Loading the demo"), "{}", again.greeting);
    assert_eq!(again.sign_in("viewer@example.com", PASSWORD), 303);
    assert!(shell.exists("demo-data/notes.txt"));
}

#[test]
fn a_server_does_not_serve_a_demo_as_its_tenant() {
    let shell = Shell::new();
    drop(shell.serve(&["demo", "--password", PASSWORD]));
    shell.refused(&["serve", "--data", "demo-data"], "holds a demo. Start it with sluice demo");
}
