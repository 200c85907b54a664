//! A PostgreSQL server of a test's own, which it may treat as it likes.

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::world::World;

/// The server; thrown away with the test. What is committed outlives its process, not the machine.
pub struct Cluster {
    programs: PathBuf,
    folder: String,
    variables: Vec<String>,
}

impl Cluster {
    /// Starts one, in a world if there is one.
    pub fn start(world: Option<&World>) -> Cluster {
        let programs = env::var("TEST_POSTGRES_BIN").expect("TEST_POSTGRES_BIN names the folder of initdb and pg_ctl");
        let variables = world.map(World::variables).into_iter().flatten();
        let variables = variables.map(|(name, value)| format!("{name}={value}")).collect();
        let mut cluster = Cluster { programs: programs.into(), folder: String::new(), variables };
        cluster.folder = cluster.run("mktemp", &["-d", "/tmp/sluice-cluster.XXXXXX"]).trim().to_owned();
        let data = cluster.data();
        let made = ["-D", &data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"];
        cluster.run("initdb", &made);
        cluster.go_on();
        cluster
    }

    /// How it is reached.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder)
    }

    /// Ends it as a crash does.
    pub fn crash(&self) {
        self.run("pg_ctl", &["stop", "-s", "-m", "immediate", "-D", &self.data()]);
    }

    /// Starts it again.
    pub fn go_on(&self) {
        let (data, log) = (self.data(), format!("{}/log", self.folder));
        let options = format!(
            "-k {} -c listen_addresses='' -c max_connections=200 -c fsync=off -c full_page_writes=off",
            self.folder
        );
        self.run("pg_ctl", &["start", "-w", "-s", "-D", &data, "-l", &log, "-o", &options]);
    }

    fn data(&self) -> String {
        format!("{}/data", self.folder)
    }

    // PostgreSQL refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let own = self.programs.join(program);
        let program = if own.exists() { own.to_string_lossy().into_owned() } else { program.to_owned() };
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let mut command = Command::new(if is_root { "runuser" } else { "env" });
        if is_root {
            command.args(["-u", "postgres", "--", "env"]);
        }
        command.args(&self.variables).arg(&program).args(arguments).current_dir("/").stdin(Stdio::null());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = std::panic::catch_unwind(|| self.crash());
        self.run("rm", &["-rf", &self.folder]);
    }
}
