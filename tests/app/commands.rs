//! The program as it is started from a command line.

mod backup;
mod demo;
mod logs;
mod probes;
mod roles;
mod secrets;
mod settings;
mod slow;
mod stopping;
mod user;
mod work;

use std::{
    io::{BufRead, BufReader, Lines, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use sluice::db::Db;
use tempfile::TempDir;

/// How long a command may take that ends by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody at a command line, with a folder of their own.
struct Shell {
    folder: TempDir,
}

/// A server that ends with its test.
struct Server {
    child: Child,
    // Kept open, as a program's standard output is.
    output: Lines<BufReader<ChildStdout>>,
    /// What it has printed up to its address.
    greeting: String,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shell {
    fn new() -> Shell {
        Shell { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
        for name in settings::NAMES {
            command.env_remove(format!("SLUICE_{name}"));
        }
        command.current_dir(self.folder.path()).args(arguments).env("SLUICE_LISTEN", "127.0.0.1:0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command that ends by itself.
    fn run(&self, arguments: &[&str]) -> Output {
        ended(self.command(arguments))
    }

    /// Runs a command that must fail with this among its words.
    #[track_caller]
    fn refused(&self, arguments: &[&str], words: &str) {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} was taken");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(words), "{arguments:?} did not say {words:?} but: {said}");
    }

    /// Starts a server and waits until it says where it is.
    fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(arguments);
        command.stderr(Stdio::null());
        self.start(command, arguments)
    }

    fn start(&self, mut command: Command, arguments: &[&str]) -> Server {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut greeting = String::new();
        let address = loop {
            let line = lines.next().expect("the server says where it is").unwrap();
            greeting.push_str(&line);
            greeting.push('\n');
            if let Some(address) = line.strip_prefix("Sluice is at http://") {
                break address.to_owned();
            }
        };
        if arguments.first() == Some(&"demo") {
            let table: Vec<String> = lines.by_ref().take(4).map(Result::unwrap).collect();
            greeting.push_str(&table.join("\n"));
        }
        Server { child, output: lines, greeting, address }
    }

    /// The SQLite database in a folder, past its server.
    fn database(&self, folder: &str) -> Db {
        Db::open_file(&self.path(folder).join("sluice.db")).unwrap()
    }

    fn exists(&self, name: &str) -> bool {
        Path::exists(&self.path(name))
    }
}

/// What came of a command that must end by itself: a server that should not have started is stopped.
#[track_caller]
fn ended(mut command: Command) -> Output {
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{command:?} did not end");
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}

impl Server {
    /// Where its metrics are, for one that was told to serve some.
    fn metrics(&mut self) -> String {
        let line = self.output.find_map(|line| Some(line.unwrap().strip_prefix("Metrics are at http://")?.to_owned()));
        line.expect("the server says where its metrics are").trim_end_matches("/metrics").to_owned()
    }

    /// Asks it to stop, as supervisors do, and waits until it has.
    fn terminate(mut self) -> ExitStatus {
        self.signal("TERM");
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "the server did not stop");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// The status that signing in is answered with: 303 where it worked.
    fn sign_in(&self, email: &str, password: &str) -> u16 {
        let form: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("email", email)
            .append_pair("password", password)
            .finish();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /sign-in HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        // A reset after the answer takes nothing of it away.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        answer.split_whitespace().nth(1).and_then(|status| status.parse().ok()).expect("an answer in HTTP")
    }
}

/// What an address answers to a plain question: its status and text.
fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer in HTTP");
    (head.split_whitespace().nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// Asks again and again until there is an answer.
#[track_caller]
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
