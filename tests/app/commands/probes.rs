//! Health and metrics of a server that runs, and who asks for them.

use super::{Shell, get};
use crate::metrics::read;

#[test]
fn metrics_are_served_on_a_listener_of_their_own_where_they_were_asked_for() {
    let shell = Shell::new();
    let mut server = shell.serve(&["serve", "--metrics-listen", "127.0.0.1:0"]);
    let metrics = server.metrics();
    assert_ne!(metrics, server.address);
    assert_eq!(get(&server.address, "/readyz").0, 200);
    assert_eq!(get(&server.address, "/metrics").0, 404);
    assert_eq!(get(&metrics, "/sign-in").0, 404);
    assert_eq!(get(&metrics, "/readyz"), (200, "server: ok\ndatabase: ok\ntables: ok\npackages: ok\n".into()));
    let (status, text) = get(&metrics, "/metrics");
    assert_eq!(status, 200);
    let figures = read(&text);
    let ready = "sluice_http_request_duration_seconds_count{route=\"/readyz\",method=\"GET\",status=\"2xx\"}";
    assert_eq!(figures.get(ready), Some(&1.0), "{text}");
    assert!(figures["process_resident_memory_bytes"] > 1e6);
    assert_eq!(figures["sluice_runs{state=\"queued\"}"], 0.0);
}

#[test]
fn a_taken_address_for_metrics_is_named() {
    let (shell, other) = (Shell::new(), Shell::new());
    let first = shell.serve(&["serve"]);
    let words = "Set --metrics-listen or SLUICE_METRICS_LISTEN.";
    other.refused(&["serve", "--metrics-listen", &first.address], words);
}

#[test]
fn a_container_asks_the_server_whether_it_lives() {
    let shell = Shell::new();
    let server = shell.serve(&["serve"]);
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    for listen in [format!("127.0.0.1:{port}"), format!("0.0.0.0:{port}")] {
        let output = shell.run(&["healthcheck", "--listen", &listen]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let listen = server.address.clone();
    assert!(server.terminate().success());
    shell.refused(&["healthcheck", "--listen", &listen], "Nothing answers at 127.0.0.1:");
}
