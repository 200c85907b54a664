//! What a server logs: each request and each turn with its run, and no token.

use std::{fs::File, process::Stdio};

use super::{Shell, get, work};

/// Serves with these settings until it is stopped; what it logged.
fn logged(shell: &Shell, settings: &[(&str, &str)], meanwhile: impl FnOnce(&str)) -> String {
    let mut command = shell.command(&["serve"]);
    command.envs(settings.iter().copied()).stderr(Stdio::from(File::create(shell.path("log")).unwrap()));
    let server = shell.start(command, &["serve"]);
    meanwhile(&server.address);
    assert!(server.terminate().success());
    std::fs::read_to_string(shell.path("log")).unwrap()
}

fn ask(address: &str) {
    for path in ["/sign-in?next=/secret-question", "/set-password/secret-token", "/first-administrator/secret-token"] {
        get(address, path);
    }
    get(address, "/secret-page");
    get(address, "/healthz");
}

#[test]
fn a_request_is_told_in_one_line_by_its_route() {
    let text = logged(&Shell::new(), &[], ask);
    for route in ["/sign-in", "/set-password/{token}", "/first-administrator/{token}", "none"] {
        let lines: Vec<_> = text.lines().filter(|line| line.contains(&format!("route=\"{route}\""))).collect();
        let [line] = lines[..] else { panic!("{route}: {lines:?} in {text}") };
        for part in [" INFO request{request.id=", "method=\"GET\"", "answered status=", "duration_ms="] {
            assert!(line.contains(part), "no {part} in {line}");
        }
    }
    assert!(!text.contains("secret") && !text.contains("healthz"), "{text}");
}

#[test]
fn nothing_that_is_secret_is_logged_at_any_level() {
    let text = logged(&Shell::new(), &[("SLUICE_LOG", "trace")], ask);
    assert!(text.contains("/healthz") && text.contains("TRACE"), "{text}");
    let leaks: Vec<_> = text.lines().filter(|line| line.contains("secret")).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn programs_read_lines_of_json() {
    let text = logged(&Shell::new(), &[("SLUICE_LOG_FORMAT", "json")], ask);
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["spans"][0]["route"] == "/set-password/{token}").expect("the request");
    assert_eq!((line["level"].as_str(), line["message"].as_str()), (Some("INFO"), Some("answered")));
    assert_eq!(line["status"], 404);
    assert!(line["duration_ms"].is_number() && line["spans"][0]["request.id"].is_string(), "{line}");
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn the_worker_names_the_operation_in_every_line() {
    let shell = Shell::new();
    drop(shell.serve(&["demo"]));
    let work = work::queue(&shell.database("demo-data"), 1, 1);
    let mut command = shell.command(&["demo"]);
    command
        .env("SLUICE_LOG", "sluice_core::worker=debug")
        .stderr(Stdio::from(File::create(shell.path("log")).unwrap()));
    let server = shell.start(command, &["demo"]);
    super::wait_for("the operation", || (work.ended() == 1).then_some(()));
    assert!(server.terminate().success());
    let text = std::fs::read_to_string(shell.path("log")).unwrap();
    let claimed = text.lines().find(|line| line.contains("claimed")).unwrap_or_else(|| panic!("{text}"));
    assert!(claimed.contains(&format!("operation.id={}", work.ids[0])), "{claimed}");
}
