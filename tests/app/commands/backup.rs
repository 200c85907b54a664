//! `sluice backup`, `sluice restore` and `sluice verify`, beside a running server.

use std::fs;

use diesel::prelude::*;
use sluice::{db::Db, schema::audit};

use super::Shell;

const PASSWORD: &str = "three words or more";

#[track_caller]
fn told(shell: &Shell, arguments: &[&str]) -> String {
    let output = shell.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn entries(shell: &Shell, folder: &str, action: &str) -> Vec<(String, String)> {
    let db = Db::open_file(&shell.path(&format!("{folder}/sluice.db"))).unwrap();
    let entries = audit::table.filter(audit::action.eq(action)).select((audit::person_name, audit::detail));
    db.read_now(|c| Ok(entries.load(c)?)).unwrap()
}

#[test]
fn a_tenant_moves_to_another_folder_while_its_server_runs() {
    let shell = Shell::new();
    let server = shell.serve(&["demo", "--password", PASSWORD]);
    let said = told(&shell, &["verify", "--data", "demo-data"]);
    assert!(said.starts_with("Everything is whole: ") && said.contains("packages were looked at."), "{said}");

    let said = told(&shell, &["backup", "copy.zip", "--data", "demo-data"]);
    assert!(
        said.starts_with("Backed up ") && said.contains("packages to copy.zip. Its owner alone may read it."),
        "{said}"
    );
    assert!(said.contains("demo-data/secret.key is not in it: keep your own copy"), "{said}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(shell.path("copy.zip")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let key = fs::read_to_string(shell.path("demo-data/secret.key")).unwrap();
    let secret = key.lines().last().unwrap().split_whitespace().last().unwrap().as_bytes();
    assert!(!fs::read(shell.path("copy.zip")).unwrap().windows(secret.len()).any(|part| part == secret));
    let told_of = entries(&shell, "demo-data", "back up");
    assert_eq!(told_of.len(), 1);
    assert_eq!(told_of[0].0, "Command line");
    assert!(told_of[0].1.ends_with("packages to the file copy.zip."), "{told_of:?}");
    shell.refused(&["backup", "copy.zip", "--data", "demo-data"], "The file copy.zip is there already.");
    drop(server);

    let said = told(&shell, &["restore", "copy.zip", "--data", "new"]);
    assert!(said.starts_with("Restored ") && said.contains(" UTC to new. People sign in again."), "{said}");
    assert!(said.contains("Put the secret.key of the tenant back as new/secret.key (mode 0600)"), "{said}");
    assert!(!shell.exists("new/secret.key"));
    let told_of = entries(&shell, "new", "restore");
    assert!(told_of.len() == 1 && told_of[0].1.starts_with("From a backup of "), "{told_of:?}");
    assert!(told(&shell, &["verify", "--data", "new"]).starts_with("Everything is whole"));
    shell.refused(&["restore", "copy.zip", "--data", "new"], "people in it, which is never overwritten");

    let server = shell.serve(&["demo", "--data", "new", "--password", PASSWORD]);
    assert!(!server.greeting.contains("Loading"), "{}", server.greeting);
    assert_eq!(server.sign_in("maker@example.com", PASSWORD), 303);
    shell.refused(&["restore", "copy.zip", "--data", "new"], "is in use by a server");
}

#[test]
fn what_is_wrong_is_a_line_each_and_an_exit_code() {
    let shell = Shell::new();
    drop(shell.serve(&["demo", "--password", PASSWORD]));
    fs::remove_dir_all(shell.path("demo-data/artifacts")).unwrap();
    let output = shell.run(&["verify", "--data", "demo-data"]);
    let (lines, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(1));
    assert!(lines.lines().count() > 3 && lines.lines().all(|line| line.contains("is not in the store.")), "{lines}");
    assert!(said.contains(&format!("{} problems were found", lines.lines().count())), "{said}");
    shell.refused(&["backup", "copy.zip", "--data", "demo-data"], "No backup was made: the package");
    assert!(!shell.exists("copy.zip"));
}

#[test]
fn where_nothing_is_nothing_is_made() {
    let shell = Shell::new();
    for arguments in [&["backup", "copy.zip"][..], &["verify"]] {
        shell.refused(arguments, "The folder ./data has no tenant or no database. Name the tenant's with --data");
    }
    fs::write(shell.path("copy.zip"), "mine").unwrap();
    shell.refused(&["restore", "copy.zip"], "is damaged or is no backup of Sluice");
    shell.refused(&["restore", "other.zip"], "The file other.zip cannot be read");
    assert!(!shell.exists("data"));
}
