//! `sluice secrets rotate`, beside a running server.

use std::fs;

use diesel::prelude::*;
use sluice::{
    db::Db,
    id::{EnvironmentId, RowId},
    platform::embedded::connections,
    schema::{audit, embedded_connections},
    secrets::{KeyFile, Secret},
};

use super::Shell;

const PASSWORD: &str = "three words or more";

#[test]
fn it_seals_everything_anew_while_people_work() {
    let shell = Shell::new();
    let server = shell.serve(&["demo", "--password", PASSWORD]);
    let db = Db::open_file(&shell.path("demo-data/sluice.db")).unwrap();
    let keys = KeyFile::prepare(&shell.path("demo-data")).unwrap();
    let columns = (embedded_connections::id, embedded_connections::environment_id);
    let all: Vec<(RowId, EnvironmentId)> =
        db.read_now(|c| Ok(embedded_connections::table.select(columns).load(c)?)).unwrap();
    let count = all.len();
    assert!(count > 1);
    for (id, at) in &all {
        let secret = Secret::new(format!("credential of {id}"));
        db.write_now(|c| connections::set_credential(c, *at, *id, Some(&secret), &keys)).unwrap();
    }
    for _ in 0..2 {
        let output = shell.run(&["secrets", "rotate", "--data", "demo-data"]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.starts_with(&format!("A new key seals secrets now; {count} were sealed anew.")), "{said}");
        assert!(said.contains("Copy demo-data/secret.key to every other server"), "{said}");
        for (id, at) in &all {
            let read = db.read_now(|c| connections::credential(c, *at, *id, &keys)).unwrap().unwrap();
            assert_eq!(read.reveal(), format!("credential of {id}"));
        }
    }
    assert_eq!(server.sign_in("maker@example.com", PASSWORD), 303);
    let rotations = audit::table.filter(audit::action.eq("rotate key")).select(audit::detail);
    let rotations: Vec<String> = db.read_now(|c| Ok(rotations.load(c)?)).unwrap();
    assert_eq!(rotations, [format!("{count} sealed anew."), format!("{count} sealed anew.")]);
}

#[test]
fn where_nothing_is_it_makes_nothing() {
    let shell = Shell::new();
    shell.refused(&["secrets", "rotate"], "has no keys or no database. Name the tenant's with --data or SLUICE_DATA");
    assert!(!shell.exists("data"));
    drop(shell.serve(&["serve"]));
    fs::rename(shell.path("data/sluice.db"), shell.path("data/kept.db")).unwrap();
    shell.refused(&["secrets", "rotate"], "has no keys or no database");
    assert!(!shell.exists("data/sluice.db"));
}

#[test]
fn a_key_file_that_is_no_good_stops_the_server_with_advice() {
    let shell = Shell::new();
    drop(shell.serve(&["serve"]));
    let text = fs::read_to_string(shell.path("data/secret.key")).unwrap();
    fs::write(shell.path("data/secret.key"), text.replace("seal ", "seal x")).unwrap();
    for arguments in [&["serve"][..], &["secrets", "rotate"]] {
        shell.refused(arguments, "data/secret.key is damaged in line 5. Put a copy of it back");
    }
}

#[test]
fn help_says_what_it_does() {
    let output = Shell::new().run(&["secrets", "rotate", "--help"]);
    let help = String::from_utf8_lossy(&output.stdout);
    assert!(help.contains("Make a new sealing key") && help.contains("copy of the file"), "{help}");
}
