//! A server of this very program, in a process of its own.

use std::{
    env,
    fs::File,
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use super::{browser::Browser, fault, memory::Memory};
use crate::{
    db::{Db, Url},
    error::Error,
};

/// How long a server may take to come or to go.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a server finds its tenant.
#[derive(Debug, Clone)]
pub struct Home {
    /// The folder of its files.
    pub data: PathBuf,
    pub database: Url,
}

/// A server that runs; it ends when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// How long it took to answer for the first time.
    pub started_in: Duration,
}

impl Home {
    /// Opens its database.
    pub fn open(&self) -> Result<Db, Error> {
        Db::open(&self.database)
    }

    /// Adds the first administrator, and makes what of it is not there yet.
    pub fn add_administrator(&self, email: &str, password: &str) -> Result<(), Error> {
        let mut command = self.command()?;
        command.args(["user", "add", email, "--name", "Ada", "--system-administrator"]).env("SLUICE_LOG", "warn");
        let mut adding = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        if let Some(mut input) = adding.stdin.take() {
            writeln!(input, "{password}")?;
        }
        match adding.wait()?.success() {
            true => Ok(()),
            false => Err(Error::Conflict("The first administrator could not be added; why is told above.".into())),
        }
    }

    // Nobody's settings but ours.
    fn command(&self) -> Result<Command, Error> {
        let mut command = Command::new(this_program()?);
        command.env_clear().arg("--data").arg(&self.data);
        if let Url::Postgres(url) = &self.database {
            command.env("SLUICE_DATABASE_URL", url);
        }
        Ok(command)
    }

    // Beside the folder, which is a tenant's and nobody else's.
    fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }
}

impl Server {
    /// Starts the server of a tenant and waits until it answers. What it logs goes to a file beside its folder.
    pub fn start(home: &Home, browser: &Browser) -> Result<Server, Error> {
        let log = File::options().create(true).append(true).open(home.log())?;
        let address = free_address()?;
        let mut command = home.command()?;
        command.args(["serve", "--listen", &address.to_string()]);
        command.stdout(log.try_clone()?).stderr(log);
        Server::answering(command, address, browser, "/sign-in")
    }

    /// Starts a server that answers with what a file holds.
    pub fn bare(file: &Path, browser: &Browser) -> Result<Server, Error> {
        let address = free_address()?;
        let mut command = Command::new(this_program()?);
        command.env_clear().env("SLUICE_LOG", "error").args(["bench-bare", "--listen", &address.to_string()]).arg(file);
        Server::answering(command, address, browser, "/")
    }

    fn answering(mut command: Command, address: SocketAddr, browser: &Browser, path: &str) -> Result<Server, Error> {
        let browser = browser.at(address);
        let begun = Instant::now();
        let mut server = Server { child: command.spawn()?, address, started_in: Duration::ZERO };
        while browser.look(path).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(fault(format!("a server has ended: {status}")));
            }
            soon(begun)?;
        }
        server.started_in = begun.elapsed();
        Ok(server)
    }

    /// The memory that it has.
    pub fn memory(&self) -> Memory {
        Memory::of(self.child.id())
    }

    /// Stops it as an administrator would.
    pub fn stop(mut self) -> Result<(), Error> {
        let begun = Instant::now();
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        while self.child.try_wait()?.is_none() {
            soon(begun)?;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// Another process of it is started, which must be the same.
fn this_program() -> io::Result<PathBuf> {
    env::current_exe()
}

fn free_address() -> Result<SocketAddr, Error> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn soon(begun: Instant) -> Result<(), Error> {
    if begun.elapsed() > PATIENCE {
        return Err(fault(format!("a server did not come or go within {PATIENCE:?}")));
    }
    sleep(Duration::from_millis(1));
    Ok(())
}
