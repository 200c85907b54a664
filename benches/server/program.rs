//! The program itself, in a process of its own.

use std::{
    fs,
    io::Write,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{Outcome, client::Client, time_left};

/// A server that runs; it ends when dropped.
pub struct Program {
    child: Child,
    address: SocketAddr,
    /// How long it took to answer for the first time.
    pub started_in: Duration,
}

impl Program {
    /// Starts the server of a data folder and waits until it answers.
    pub fn start(data: &Path) -> Outcome<Program> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let start = Instant::now();
        let child = command(data).arg("--listen").arg(address.to_string()).stdout(Stdio::null()).spawn()?;
        let mut program = Program { child, address, started_in: Duration::ZERO };
        while program.client().get("/sign-in").is_err() {
            if let Some(status) = program.child.try_wait()? {
                return Err(format!("the server has ended: {status}").into());
            }
            time_left()?;
            sleep(Duration::from_millis(1));
        }
        program.started_in = start.elapsed();
        Ok(program)
    }

    /// Adds the first administrator of a data folder, which is made.
    pub fn add_administrator(data: &Path, email: &str, password: &str) -> Outcome<()> {
        let mut adding = command(data)
            .args(["user", "add", email, "--system-administrator"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        writeln!(adding.stdin.take().ok_or("no standard input")?, "{password}")?;
        match adding.wait()?.success() {
            true => Ok(()),
            false => Err("the first administrator could not be added".into()),
        }
    }

    /// A browser at this server.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Resident memory now, in MB.
    pub fn memory(&self) -> Outcome<f64> {
        self.status("VmRSS:")
    }

    /// The most resident memory since `forget_peak`, in MB: the kernel keeps it, so no moment is missed.
    pub fn peak(&self) -> Outcome<f64> {
        self.status("VmHWM:")
    }

    /// Lets the peak begin anew from what is resident now.
    pub fn forget_peak(&self) -> Outcome<()> {
        Ok(fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    /// Stops the server as an administrator would.
    pub fn stop(mut self) -> Outcome<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        while self.child.try_wait()?.is_none() {
            time_left()?;
            sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    fn status(&self, field: &str) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
        let kib: u32 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(f64::from(kib) * 1024.0 / 1e6)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// Nobody's settings but ours.
fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.env_clear().env("SLUICE_LOG", "warn").arg("--data").arg(data);
    command
}
