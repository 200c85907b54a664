//! The servers under test: real processes, killed without warning.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use rand::Rng;
use sluice::{artifacts::Place, db::Url, secrets::KeyFile};
use tempfile::TempDir;

use crate::{tenant::Tenant, world::World};

/// One server on SQLite, two on PostgreSQL.
pub struct Servers {
    all: Vec<Server>,
    addresses: Arc<Vec<Mutex<SocketAddr>>>,
}

struct Server {
    folder: PathBuf,
    _own: Option<TempDir>,
    arguments: Vec<String>,
    world: Option<Arc<World>>,
    child: Option<Child>,
}

impl Servers {
    /// Starts them on the tenant's database, packages and key.
    pub fn start(tenant: &Tenant) -> Servers {
        Servers::start_with(tenant, &[], None)
    }

    /// Starts them in a world of their own.
    pub fn start_in(world: &Arc<World>, tenant: &Tenant) -> Servers {
        Servers::start_with(tenant, &[], Some(world.clone()))
    }

    /// Starts them with these arguments too.
    pub fn start_with(tenant: &Tenant, more: &[&str], world: Option<Arc<World>>) -> Servers {
        let folder = tenant.contoso.app.folder().to_owned();
        let (database, several) = match &tenant.contoso.app.database {
            Url::Sqlite(path) => (format!("sqlite:{path}"), false),
            Url::Postgres(url) => (url.clone(), true),
        };
        fs::write(folder.join("sluice.txt"), "A Sluice tenant.\n").unwrap();
        let own = ["--database-url", &database, "--artifacts", &tenant.packages.to_string()];
        let arguments: Vec<String> = own.iter().chain(more).map(|argument| (*argument).to_owned()).collect();
        let server = |folder, own| {
            let (arguments, world) = (arguments.clone(), world.clone());
            Server { folder, _own: own, arguments, world, child: None }
        };
        let mut all = vec![server(folder.clone(), None)];
        if several {
            let own = TempDir::new().unwrap();
            fs::write(own.path().join("sluice.txt"), "A Sluice tenant.\n").unwrap();
            fs::copy(folder.join("secret.key"), own.path().join("secret.key")).unwrap();
            all.push(server(own.path().to_owned(), Some(own)));
        }
        Servers::of(all)
    }

    /// Starts so many at the same moment, each in a folder of its own with a copy of one key.
    pub fn together(count: usize, database: &str, packages: &Place) -> Servers {
        let arguments = ["--database-url", database, "--artifacts", &packages.to_string()].map(str::to_owned);
        let keys = TempDir::new().unwrap();
        KeyFile::prepare(keys.path()).unwrap();
        let server = |_| {
            let own = TempDir::new().unwrap();
            fs::copy(keys.path().join(KeyFile::NAME), own.path().join(KeyFile::NAME)).unwrap();
            let folder = own.path().to_owned();
            Server { folder, _own: Some(own), arguments: arguments.to_vec(), world: None, child: None }
        };
        Servers::of((0..count).map(server).collect())
    }

    fn of(mut all: Vec<Server>) -> Servers {
        all.iter_mut().for_each(|server| server.child = Some(server.spawn()));
        let addresses = all.iter_mut().map(|server| Mutex::new(server.address())).collect();
        Servers { addresses: Arc::new(addresses), all }
    }

    /// Whether there are several.
    pub fn several(&self) -> bool {
        self.all.len() > 1
    }

    /// Kills one that runs, wherever it is in its work; which one.
    pub fn kill(&mut self) -> usize {
        let running: Vec<usize> = (0..self.all.len()).filter(|number| self.all[*number].child.is_some()).collect();
        let victim = running[rand::rng().random_range(0..running.len())];
        self.kill_this(victim);
        victim
    }

    /// Kills this one.
    pub fn kill_this(&mut self, victim: usize) {
        let mut child = self.all[victim].child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Starts a server that was killed, at whatever port is free.
    pub fn restart(&mut self, number: usize) {
        let server = &mut self.all[number];
        server.child = Some(server.spawn());
        *self.addresses[number].lock().unwrap() = server.address();
    }

    /// Where this one is.
    pub fn address(&self, number: usize) -> SocketAddr {
        *self.addresses[number].lock().unwrap()
    }

    /// How people find the servers, wherever these are at the moment.
    pub fn door(&self) -> Door {
        Door(self.addresses.clone())
    }
}

impl Server {
    fn spawn(&self) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
        if let Some(world) = &self.world {
            command.envs(world.variables());
        }
        command
            .arg("--data")
            .arg(&self.folder)
            .args(&self.arguments)
            .args(["--listen", "127.0.0.1:0"])
            .env("SLUICE_LOG", std::env::var("SLUICE_LOG").unwrap_or_else(|_| "sluice_core::web=error".into()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    // Where it listens, once it does.
    fn address(&mut self) -> SocketAddr {
        let output = self.child.as_mut().and_then(|child| child.stdout.take()).expect("a server that was just started");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let at = lines.find_map(|line| line.strip_prefix("Sluice is at http://")?.parse().ok());
        at.expect("the server says where it is")
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in self.all.iter_mut().filter_map(|server| server.child.as_mut()) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Where the servers are.
#[derive(Clone)]
pub struct Door(Arc<Vec<Mutex<SocketAddr>>>);

impl Door {
    /// One of them.
    pub fn any(&self) -> SocketAddr {
        let number = rand::rng().random_range(0..self.0.len());
        *self.0[number].lock().unwrap()
    }
}
