//! The programs of the tests: the server under test, and the driver of the browser.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// How long a program may take until it says that it is ready.
const START: Duration = Duration::from_secs(60);

/// A file of this test, which a person can look at afterwards.
pub fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser");
    fs::create_dir_all(&folder).unwrap();
    let thread = thread::current();
    let test = thread.name().and_then(|name| name.rsplit("::").next()).unwrap_or("test");
    folder.join(format!("{test}-{name}"))
}

/// A program that ends with the test.
struct Program(Child);

impl Program {
    // Starts the program; the first value that `find` makes of a line of its output.
    fn start<T: Send + 'static>(command: &mut Command, find: fn(&str) -> Option<T>) -> (Program, T) {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
            panic!("The browser test needs {name}, which cannot be started: {error}. scripts/test installs it.")
        });
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let program = Program(child);
        let (found, wait) = mpsc::channel();
        // Reads to the end, so that the program never waits for somebody who listens.
        thread::spawn(move || {
            output.lines().map_while(Result::ok).for_each(|line| {
                find(&line).map(|value| found.send(value));
            });
        });
        let value = wait.recv_timeout(START).unwrap_or_else(|_| panic!("{name} did not say that it is ready"));
        (program, value)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server with a folder of its own.
pub struct Server {
    _program: Program,
    folder: TempDir,
    /// Where it is, on a port of the system's choice.
    pub url: String,
    /// The one-time link that it printed while it has no administrator; nothing otherwise.
    pub first_link: String,
}

impl Server {
    /// Starts the program as it comes, with settings in flags alone, on an empty tenant.
    pub fn empty() -> Server {
        let (program, folder, first_link) =
            start(&[], |line| line.strip_prefix("Create the first administrator: ").map(str::to_owned));
        let (url, _) = first_link.split_once("/first-administrator/").expect("a link of the site");
        Server { _program: program, folder, url: url.to_owned(), first_link }
    }

    /// Starts the program on the demo's tenant, whose people all have this password.
    pub fn demo(password: &str) -> Server {
        let (program, folder, url) =
            start(&["demo", "--password", password], |line| line.strip_prefix("Sluice is at ").map(str::to_owned));
        Server { _program: program, folder, url, first_link: String::new() }
    }

    /// Keeps a file where the browser can take it from.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    }
}

fn start(words: &[&str], find: fn(&str) -> Option<String>) -> (Program, TempDir, String) {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.env_clear().args(words).arg("--data").arg(folder.path().join("data")).args(["--listen", "127.0.0.1:0"]);
    command.stderr(File::create(file("server.log")).unwrap());
    let (program, found) = Program::start(&mut command, find);
    (program, folder, found)
}

/// What drives the browser.
pub struct Driver {
    _program: Program,
    pub url: String,
}

impl Driver {
    /// Starts chromedriver on a port of its choice.
    pub fn start() -> Driver {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stderr(File::create(file("chromedriver.log")).unwrap());
        let (program, port) = Program::start(&mut command, |line| {
            let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        Driver { _program: program, url: format!("http://127.0.0.1:{port}") }
    }
}
