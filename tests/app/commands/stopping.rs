//! Stopping a server: what is under way ends, what waits stays, and nobody waits for a server that is gone.

use super::{Shell, get, wait_for, work};

#[test]
fn a_server_that_is_stopped_in_the_middle_of_work_loses_nothing() {
    const COUNT: usize = 300;
    let shell = Shell::new();
    let server = shell.serve(&["demo"]);
    let work = work::queue(&shell.database("demo-data"), 1, COUNT as u32);
    wait_for("the first to end", || (work.ended() > 0).then_some(()));
    assert!(server.terminate().success());
    let ended = work.ended();
    assert!((1..COUNT).contains(&ended), "{ended} of {COUNT}: it was not stopped in the middle");
    assert_eq!(work.claimed(), 0, "others can go on at once");
    assert_eq!(work.happened(), ended as i64, "what happened was written down");

    let _server = shell.serve(&["demo"]);
    wait_for("all to end", || (work.ended() == COUNT).then_some(()));
    assert_eq!(work.happened(), COUNT as i64, "and each once");
}

#[test]
fn a_server_without_work_stops_at_once_by_either_signal() {
    let shell = Shell::new();
    for signal in ["TERM", "INT"] {
        let server = shell.serve(&["serve"]);
        assert_eq!(get(&server.address, "/healthz").0, 200);
        server.signal(signal);
        let mut server = server;
        let status = wait_for("the end", || server.child.try_wait().unwrap());
        assert!(status.success(), "SIG{signal}: {status}");
    }
}
