//! Help, and what is said of settings that cannot be.

use std::{collections::BTreeSet, fs};

use diesel::prelude::*;
use sluice::db::Conn;

use super::{Shell, ended};
use crate::health::__diesel_schema_migrations as migrations;

/// Every setting, by its variable.
pub const NAMES: [&str; 13] = [
    "DATA",
    "LISTEN",
    "URL",
    "TRUSTED_PROXIES",
    "FORWARDED_HEADER",
    "DATABASE_URL",
    "ARTIFACTS",
    "UPLOAD_LIMIT",
    "ROLE",
    "METRICS_LISTEN",
    "LOG",
    "LOG_FORMAT",
    "DEMO_PASSWORD",
];

/// The settings that a text names.
fn named(text: &str) -> BTreeSet<&str> {
    let after = text.split("SLUICE_").skip(1);
    after.filter_map(|rest| rest.split(|c: char| !c.is_ascii_uppercase() && c != '_').next()).collect()
}

#[test]
fn help_and_the_settings_table_of_the_readme_list_every_setting() {
    let output = Shell::new().run(&["--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    assert_eq!(named(&help), BTreeSet::from(NAMES), "{help}");
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let settings = readme.split("\n## Settings\n").nth(1).unwrap();
    let table = settings.lines().skip_while(|line| !line.starts_with('|'));
    let rows: Vec<&str> = table.take_while(|line| line.starts_with('|')).collect();
    assert_eq!(named(&rows.join("\n")), BTreeSet::from(NAMES), "{rows:#?}");
    let version = Shell::new().run(&["--version"]);
    assert_eq!(String::from_utf8(version.stdout).unwrap(), format!("sluice {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_setting_is_named() {
    let shell = Shell::new();
    for (setting, value) in [
        ("SLUICE_LISTEN", "here"),
        ("SLUICE_LISTEN", "localhost"),
        ("SLUICE_URL", "sluice.example.com"),
        ("SLUICE_URL", "https://sluice.example.com/here"),
        ("SLUICE_TRUSTED_PROXIES", "10.0.0.1,proxy"),
        ("SLUICE_FORWARDED_HEADER", "x-real-ip"),
        ("SLUICE_DATABASE_URL", "mysql://here"),
        ("SLUICE_ARTIFACTS", "gs://bucket"),
        ("SLUICE_ARTIFACTS", "s3://key:secret@bucket"),
        ("SLUICE_UPLOAD_LIMIT", "0"),
        ("SLUICE_UPLOAD_LIMIT", "much"),
        ("SLUICE_ROLE", "both"),
        ("SLUICE_METRICS_LISTEN", "9464"),
        ("SLUICE_LOG", "sluice=loud"),
        ("SLUICE_LOG_FORMAT", "xml"),
        ("SLUICE_DATABASE_URL", "sqlite:no/such/folder/sluice.db"),
    ] {
        let mut command = shell.command(&["serve"]);
        command.env(setting, value);
        let output = ended(command);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{setting}={value} was taken");
        assert!(said.contains(setting), "{setting}={value}: {said}");
    }
}

#[test]
fn a_store_that_does_not_answer_is_named_with_its_settings_before_anything_is_served() {
    for (place, settings) in [
        (
            "s3://bucket/sluice",
            [
                ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
                ("AWS_ALLOW_HTTP", "true"),
                ("AWS_ACCESS_KEY_ID", "somebody"),
                ("AWS_SECRET_ACCESS_KEY", "bWFya2Vy"),
            ],
        ),
        (
            "az://container/sluice",
            [
                ("AZURE_STORAGE_ENDPOINT", "http://127.0.0.1:1"),
                ("AZURE_ALLOW_HTTP", "true"),
                ("AZURE_STORAGE_ACCOUNT_NAME", "somebody"),
                ("AZURE_STORAGE_ACCOUNT_KEY", "bWFya2Vy"),
            ],
        ),
    ] {
        let shell = Shell::new();
        let mut command = shell.command(&["serve", "--artifacts", place]);
        command.env_remove("AZURE_STORAGE_USE_EMULATOR").envs(settings);
        let output = ended(command);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{place} was taken");
        assert!(said.contains(&format!("Packages cannot be kept in {place}")), "{said}");
        assert!(said.contains("refused") && said.contains(settings[3].0) && !said.contains(settings[3].1), "{said}");
    }
}

#[test]
fn who_listens_beyond_the_machine_says_by_which_address() {
    let shell = Shell::new();
    let words = "beyond this machine, say by which address people reach the site: --url or SLUICE_URL";
    shell.refused(&["serve", "--listen", "0.0.0.0:0"], words);
    shell.refused(&["demo", "--listen", "[::]:0"], words);
    let server = shell.serve(&["serve", "--url", "http://sluice.example.com"]);
    assert_eq!(server.address, "sluice.example.com");
}

#[test]
fn a_folder_of_other_people_is_left_alone() {
    let shell = Shell::new();
    fs::create_dir(shell.path("data")).unwrap();
    fs::write(shell.path("data/thesis.txt"), "mine").unwrap();
    let words = "is not empty and was not made by Sluice. Name another folder with --data or SLUICE_DATA.";
    shell.refused(&["serve"], words);
    shell.refused(&["user", "add", "ada@example.com"], words);
    shell.refused(&["demo", "--data", "data"], words);
    let left: Vec<_> = fs::read_dir(shell.path("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["thesis.txt"]);
}

#[test]
fn a_folder_has_one_server() {
    let shell = Shell::new();
    let _first = shell.serve(&["serve"]);
    shell.refused(&["serve"], "is in use by a server, and takes one. Stop that server, or name another folder");
    shell.refused(&["serve"], "To run several servers, use PostgreSQL (--database-url postgres://");
    shell.refused(&["demo", "--data", "data"], "holds a tenant that is no demo");
}

#[test]
fn tables_of_a_newer_version_are_left_alone() {
    let shell = Shell::new();
    drop(shell.serve(&["serve"]));
    let newer = migrations::version.eq("99991231000000");
    let write = |c: &mut Conn| Ok(diesel::insert_into(migrations::table).values(newer).execute(c)?);
    shell.database("data").write_now(write).unwrap();
    shell.refused(&["serve"], "its tables are those of a newer Sluice. Start that version.");
}

#[test]
fn a_taken_address_is_named() {
    let (shell, other) = (Shell::new(), Shell::new());
    let first = shell.serve(&["serve"]);
    other.refused(&["serve", "--listen", &first.address], "Set --listen or SLUICE_LISTEN.");
}
