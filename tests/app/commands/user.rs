//! `sluice user add`, beside a running server.

use std::{io::Write, process::Output};

use super::Shell;

/// Runs `sluice user add` with a password on its standard input.
pub fn add(shell: &Shell, arguments: &[&str], password: &str) -> Output {
    let mut child = shell.command(&[&["user", "add"], arguments].concat()).spawn().unwrap();
    // One that refuses its arguments does not read a password.
    let _ = writeln!(child.stdin.take().unwrap(), "{password}");
    child.wait_with_output().unwrap()
}

#[test]
fn who_is_added_beside_a_server_signs_in_at_once() {
    let shell = Shell::new();
    let server = shell.serve(&[]);
    assert!(server.greeting.contains("Sluice is at"), "{}", server.greeting);
    assert_ne!(server.sign_in("ada@example.com", "correct horse battery"), 303);
    let ada = ["ada@example.com", "--name", "Ada", "--system-administrator"];
    let output = add(&shell, &ada, "correct horse battery");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("ada@example.com can sign in now"));
    assert_eq!(server.sign_in("ada@example.com", "correct horse battery"), 303);
    assert_ne!(server.sign_in("ada@example.com", "wrong horse battery"), 303);
}

#[test]
fn what_cannot_be_taken_is_refused_in_words() {
    let shell = Shell::new();
    let good = "correct horse battery";
    assert!(add(&shell, &["ada@example.com"], good).status.success());
    for (arguments, password, words) in [
        (&["ada.example.com"][..], good, "The email cannot be taken. Enter an email address"),
        (&["a@b@c"], good, "The email cannot be taken."),
        (&["bo@example.com", "--name", " "], good, "The name (--name) cannot be taken. Enter a name."),
        (&["bo@example.com"], "short", "This password cannot be taken. Use at least 12 characters."),
        (&["bo@example.com"], "1q2w3e4r5t6y", "This is one of the commonest passwords. Choose another one."),
        (&["bo@example.com"], "Bo@Example.com", "This is your own name or email. Choose another one."),
        (&["bo@example.com"], "", "This password cannot be taken. Choose a password."),
        (&["ADA@example.com"], good, "Somebody with this email is there already."),
    ] {
        let output = add(&shell, arguments, password);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?} {password:?} was taken");
        assert!(said.contains(words), "{arguments:?} {password:?} said {said}");
    }
}
