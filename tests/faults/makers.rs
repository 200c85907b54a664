//! People who deploy, one version after another, and press again when the server is gone.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicU8, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use sluice::{
    db::Conn,
    error::Error,
    id::RunId,
    models::{operation::Operation, run::Run, sighting::Sighting, stage::Stage},
    package::Builder,
    rules::state::State,
};

use crate::{
    Outcome, QUIET,
    client::Client,
    servers::{Door, Servers},
    support::{Contoso, PASSWORD},
};

/// How often they look whether it goes on.
const LOOK: Duration = Duration::from_millis(10);

const WORK: u8 = 0;
const PAUSE: u8 = 1;
const STOP: u8 = 2;

/// What servers told people, which must stay true.
#[derive(Default, Clone)]
pub struct Promises {
    /// Runs for which **Deploy** was answered.
    pub deploying: BTreeSet<RunId>,
    /// Runs that a person saw succeeded.
    pub succeeded: BTreeSet<RunId>,
    /// Pages that told them of a fault of Sluice, which nothing that happens to servers may become.
    pub faults: Vec<String>,
}

/// The people at work.
pub struct Makers {
    orders: Arc<AtomicU8>,
    pressing: Arc<RwLock<()>>,
    promises: Arc<Mutex<Promises>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Maker {
    contoso: Arc<Contoso>,
    door: Door,
    client: Option<Client>,
    solution: String,
    orders: Arc<AtomicU8>,
    /// Held while a button is pressed.
    pressing: Arc<RwLock<()>>,
    promises: Arc<Mutex<Promises>>,
}

/// The first version of what one of them deploys: tables of its own.
pub fn solution(name: &str) -> Builder {
    let table = format!("con_{name}");
    let publisher = Builder::new(name).display_name(name).version("1.0.0.0").publisher("contoso", "Contoso", "con");
    publisher.table(&table, name)
}

// What stands in the database, once it answers.
fn look<T>(contoso: &Contoso, ask: impl Fn(&mut Conn) -> Result<T, Error>) -> T {
    let began = Instant::now();
    loop {
        match contoso.app.app.db.read_now(&ask) {
            Ok(found) => return found,
            Err(error) => assert!(began.elapsed() < QUIET, "the database does not answer: {error}"),
        }
        thread::sleep(LOOK);
    }
}

impl Makers {
    /// Lets one person a solution begin.
    pub fn start(contoso: &Arc<Contoso>, servers: &Servers, solutions: &[String]) -> Makers {
        let (orders, pressing) = (Arc::<AtomicU8>::default(), Arc::<RwLock<()>>::default());
        let promises = Arc::<Mutex<Promises>>::default();
        let begin = |solution: &String| {
            let maker = Maker {
                contoso: contoso.clone(),
                door: servers.door(),
                client: None,
                solution: solution.clone(),
                orders: orders.clone(),
                pressing: pressing.clone(),
                promises: promises.clone(),
            };
            thread::spawn(move || maker.work())
        };
        let threads = Mutex::new(solutions.iter().map(begin).collect());
        Makers { orders, pressing, promises, threads }
    }

    /// Lets nobody begin anything new; what was pressed before has been answered when this returns.
    pub fn pause(&self) {
        self.orders.store(PAUSE, Ordering::SeqCst);
        drop(self.pressing.write().unwrap());
    }

    /// Lets them begin again.
    pub fn go_on(&self) {
        self.orders.store(WORK, Ordering::SeqCst);
    }

    /// Sends them home.
    pub fn stop(&self) {
        self.orders.store(STOP, Ordering::SeqCst);
        self.threads.lock().unwrap().drain(..).for_each(|thread| thread.join().unwrap());
    }

    /// What they were told so far.
    pub fn promises(&self) -> Promises {
        self.promises.lock().unwrap().clone()
    }
}

impl Maker {
    fn work(mut self) {
        let mut version = 0;
        while self.orders.load(Ordering::SeqCst) != STOP {
            version += 1;
            let version = format!("1.0.0.{version}");
            if self.raise(&version).is_none() {
                return;
            }
            let (test, live) = (self.contoso.test.clone(), self.contoso.live.clone());
            if self.deploy(&test, &version).is_none() || self.deploy(&live, &version).is_none() {
                return;
            }
        }
    }

    // None when sent home.
    fn raise(&mut self, version: &str) -> Option<()> {
        let contoso = self.contoso.clone();
        let at = contoso.development.id;
        let path = format!("/environments/{at}/solutions/{}/version", self.solution);
        let there = |solution: &str| look(&contoso, |c| Sighting::of(c, at, solution)).unwrap().version == version;
        while !there(&self.solution) {
            self.may_begin()?;
            let solution = self.solution.clone();
            let _ = self.press(&path, &[("version", version)]);
            let busy = || look(&contoso, |c| Operation::any_open(c, at));
            while !there(&solution) && busy() {
                self.look()?;
            }
        }
        Some(())
    }

    fn deploy(&mut self, stage: &Stage, version: &str) -> Option<()> {
        let source = self.contoso.development.id.to_string();
        let next = self.contoso.runs_of(stage);
        loop {
            self.may_begin()?;
            let solution = self.solution.clone();
            let Ok(there) = self.press(&next, &[("solution", &solution), ("source", &source)]) else { continue };
            let id: RunId = there.strip_prefix("/runs/")?.parse().ok()?;
            // The version that was pressed for, whatever it is by now.
            if self.follow(id)? && self.run(id).version == version {
                return Some(());
            }
        }
    }

    // Whether it succeeded.
    fn follow(&mut self, id: RunId) -> Option<bool> {
        loop {
            let run = self.run(id);
            match run.state {
                State::ValidationSucceeded => {
                    self.may_begin()?;
                    if self.press(&format!("/runs/{id}/deployment"), &[("notes", "")]).is_ok() {
                        self.promises.lock().unwrap().deploying.insert(id);
                    }
                }
                State::Succeeded => {
                    if self.sees_success(id) {
                        self.promises.lock().unwrap().succeeded.insert(id);
                    }
                    return Some(true);
                }
                State::Failed | State::Canceled => return Some(false),
                _ => self.look()?,
            }
        }
    }

    fn run(&self, id: RunId) -> Run {
        look(&self.contoso, |c| Run::by_id(c, id))
    }

    fn sees_success(&mut self, id: RunId) -> bool {
        let page = self.client().and_then(|client| client.read(&format!("/runs/{id}")));
        page.is_ok_and(|page| page.contains("Succeeded"))
    }

    fn press(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<String> {
        let gate = self.pressing.clone();
        let _pressing = gate.read().unwrap();
        if self.orders.load(Ordering::SeqCst) == PAUSE {
            return Err("everybody pauses".into());
        }
        let answer = self.client().and_then(|client| client.post(path, fields)?.redirects());
        match answer {
            Ok(there) if there.starts_with("/sign-in") => {
                self.client = None;
                Err("the session is gone".into())
            }
            Ok(there) => Ok(there),
            Err(error) => {
                let told = error.to_string();
                if told.contains("HTTP/1.1 500") {
                    self.promises.lock().unwrap().faults.push(told);
                }
                // Whoever is at a server that is gone tries another.
                self.client = self.client.take().map(|client| client.at(self.door.any()));
                thread::sleep(LOOK);
                Err(error)
            }
        }
    }

    fn client(&mut self) -> Outcome<&mut Client> {
        if self.client.is_none() {
            let mut client = Client::new(self.door.any());
            let form = [("email", self.contoso.maya.email.as_str()), ("password", PASSWORD)];
            client.post("/sign-in", &form)?.redirects()?;
            self.client = Some(client);
        }
        Ok(self.client.as_mut().ok_or("nobody is signed in")?)
    }

    fn may_begin(&self) -> Option<()> {
        while self.orders.load(Ordering::SeqCst) == PAUSE {
            thread::sleep(LOOK);
        }
        (self.orders.load(Ordering::SeqCst) != STOP).then_some(())
    }

    fn look(&self) -> Option<()> {
        thread::sleep(LOOK);
        (self.orders.load(Ordering::SeqCst) != STOP).then_some(())
    }
}
