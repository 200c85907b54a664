//! The servers under test: real processes, killed without warning.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use rand::Rng;
use sluice::db::Url;
use tempfile::TempDir;

use crate::support::Contoso;

/// One server on SQLite, two on PostgreSQL.
pub struct Servers {
    all: Vec<Server>,
    addresses: Arc<Vec<Mutex<SocketAddr>>>,
}

struct Server {
    folder: PathBuf,
    _own: Option<TempDir>,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl Servers {
    /// Starts them on the tenant's database, files and key.
    pub fn start(contoso: &Contoso) -> Servers {
        let folder = contoso.app.folder().to_owned();
        let (database, several) = match &contoso.app.database {
            Url::Sqlite(path) => (format!("sqlite:{path}"), false),
            Url::Postgres(url) => (url.clone(), true),
        };
        fs::write(folder.join("sluice.txt"), "A Sluice tenant.\n").unwrap();
        let artifacts = folder.join("artifacts").to_string_lossy().into_owned();
        let arguments = vec!["--database-url".to_owned(), database, "--artifacts".to_owned(), artifacts];
        let server = |folder, own| Server { folder, _own: own, arguments: arguments.clone(), child: None };
        let mut all = vec![server(folder.clone(), None)];
        if several {
            let own = TempDir::new().unwrap();
            fs::write(own.path().join("sluice.txt"), "A Sluice tenant.\n").unwrap();
            fs::copy(folder.join("secret.key"), own.path().join("secret.key")).unwrap();
            all.push(server(own.path().to_owned(), Some(own)));
        }
        let nowhere = || Mutex::new(SocketAddr::from(([127, 0, 0, 1], 9)));
        let mut servers = Servers { addresses: Arc::new(all.iter().map(|_| nowhere()).collect()), all };
        (0..servers.all.len()).for_each(|number| servers.restart(number));
        servers
    }

    /// Whether there are several.
    pub fn several(&self) -> bool {
        self.all.len() > 1
    }

    /// Kills one that runs, wherever it is in its work; which one.
    pub fn kill(&mut self) -> usize {
        let running: Vec<usize> = (0..self.all.len()).filter(|number| self.all[*number].child.is_some()).collect();
        let victim = running[rand::rng().random_range(0..running.len())];
        let mut child = self.all[victim].child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        victim
    }

    /// Starts a server that was killed, at whatever port is free.
    pub fn restart(&mut self, number: usize) {
        let (child, address) = self.all[number].run();
        self.all[number].child = Some(child);
        *self.addresses[number].lock().unwrap() = address;
    }

    /// How people find the servers, wherever these are at the moment.
    pub fn door(&self) -> Door {
        Door(self.addresses.clone())
    }
}

impl Server {
    fn run(&self) -> (Child, SocketAddr) {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sluice"))
            .arg("--data")
            .arg(&self.folder)
            .args(&self.arguments)
            .args(["--listen", &free.to_string()])
            .env("SLUICE_LOG", std::env::var("SLUICE_LOG").unwrap_or_else(|_| "off".into()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let at = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("Sluice is at http://")?.parse().ok());
        (child, at.expect("the server says where it is"))
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
