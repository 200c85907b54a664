//! The embedded platform: environments whose solutions live in Sluice's own database and store.
//!
//! Every act is over when `start` returns. It happens in one transaction together with its entry in the journal, so
//! that the same operation started again, even after a crash, answers with what happened and does nothing.

mod bindings;
mod builtin;
mod check;
pub mod connections;
mod contents;
mod create;
mod export;
mod findings;
mod home;
mod import;
mod inventory;
mod journal;
mod moment;
mod needs;
mod packages;
pub mod references;
mod set_version;
mod settings;
mod solution;
mod stop;
mod uninstall;

use std::{fs::File, sync::Arc};

use super::{
    Act, Operation, Outcome, Platform, PlatformError, PlatformLimits, Probe, Progress, SolutionDetails, SolutionSummary,
};
use crate::{
    artifacts::{Artifacts, Stored},
    db::{Conn, Db, unblocked},
    error::Error,
    id::EnvironmentId,
    package::{Limits, Package},
    rules::connections::Connections,
};
use async_trait::async_trait;
use check::Survey;
pub use create::NewSolution;
use home::Home;
use moment::Moment;
use packages::Packages;
use solution::Installed;
use stop::Stop;

/// The newest form of packages that embedded environments take.
pub(super) const VERSION: &str = "9.2";

/// The platform of embedded environments. Cheap to clone.
#[derive(Clone)]
pub struct Embedded {
    db: Db,
    artifacts: Artifacts,
    limits: Limits,
    packages: Packages,
    moment: Moment,
}

/// Bytes of the largest package whose operations take but a moment once it has been read.
const SMALL: u64 = 1 << 20;
/// Bytes of the largest package that takes but a moment to read.
const TINY: u64 = 32 << 10;

/// What an operation does to an environment, once everything that may take long is prepared: it looks whether it can be
/// done, or refuses, and says what to write.
type Effect = Box<dyn FnOnce(&mut Conn, &Home) -> Result<Change, Stop> + Send>;
/// What is written for an operation, which nothing refuses any more.
type Change = Box<dyn FnOnce(&mut Conn) -> Result<Outcome, Error>>;

impl Embedded {
    /// The platform on this database and store, taking packages within these limits.
    pub fn new(db: Db, artifacts: Artifacts, limits: Limits) -> Embedded {
        Embedded { db, artifacts, limits, packages: Packages::default(), moment: Moment::default() }
    }

    async fn prepare(&self, operation: &Operation) -> Result<Effect, Stop> {
        match operation.act.clone() {
            Act::Export { solution } => self.prepare_export(operation.environment, solution).await,
            Act::Check { .. } => Err(Error::internal("a check has no effect").into()),
            Act::Import { package: stored, settings } => {
                let (package, moment) = (self.package(&stored).await?, self.moment.clone());
                Ok(Box::new(move |conn, home| {
                    let survey = moment.take_survey(conn, home, &stored.hash, &package)?;
                    import::import(conn, home, survey, package, stored, &settings)
                }))
            }
            Act::Uninstall { solution } => Ok(Box::new(move |conn, home| uninstall::uninstall(conn, home, &solution))),
            Act::SetVersion { solution, version } => {
                Ok(Box::new(move |conn, home| set_version::set_version(conn, home, &solution, &version)))
            }
        }
    }

    /// Does it once: whoever comes second finds the first one's entry in the journal.
    async fn once(&self, operation: Operation, effect: Effect) -> Result<Progress, Stop> {
        let moment = self.moment.clone();
        let progress = self.db.write(move |conn| {
            let Some(home) = moment.lock(conn, operation.environment)? else { return Ok(None) };
            if let Some(entry) = journal::find(conn, &operation)? {
                return Ok(Some(Ok(entry)));
            }
            let entry = match home.usable().and_then(|()| effect(conn, &home)) {
                Ok(change) => {
                    moment.forget_survey();
                    Progress::Done(change(conn)?)
                }
                Err(Stop::Refused(error @ PlatformError::Refused { .. })) => Progress::Failed(error),
                Err(Stop::Refused(error)) => return Ok(Some(Err(error))),
                Err(Stop::Failed(error)) => return Err(error),
            };
            journal::add(conn, &operation, &entry)?;
            Ok(Some(Ok(entry)))
        });
        match progress.await? {
            Some(Ok(progress)) => Ok(progress),
            Some(Err(error)) => Err(error.into()),
            None => Ok(Progress::Failed(home::unknown())),
        }
    }

    // Its bytes are held against their hash, once in a moment; what they say need not be read again.
    async fn package(&self, stored: &Stored) -> Result<Arc<Package>, Stop> {
        if let Some(package) = self.moment.package(stored) {
            return Ok(package);
        }
        let file = self.artifacts.file(stored).await.map_err(stop::of_bytes)?;
        let package = match self.packages.get(&stored.hash) {
            Some(package) => package,
            None => {
                let limits = self.limits.clone();
                let package = Arc::new(unblocked(move || Ok(read(&file, &limits))).await??);
                self.packages.put(&stored.hash, &package);
                package
            }
        };
        self.moment.put_package(stored, &package);
        Ok(package)
    }

    async fn earlier(&self, operation: &Operation) -> Result<Option<Progress>, PlatformError> {
        let operation = operation.clone();
        self.db.read(move |conn| journal::find(conn, &operation)).await.map_err(stop::unreachable)
    }

    async fn read<T, W>(&self, at: EnvironmentId, work: W) -> Result<T, PlatformError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Conn, &Home) -> Result<T, Error> + Send + 'static,
    {
        let moment = self.moment.clone();
        let read = self.db.read(move |conn| match usable(moment.home(conn, at)?)? {
            Ok(home) => work(conn, &home).map(Ok),
            Err(refused) => Ok(Err(refused)),
        });
        read.await.map_err(stop::unreachable)?
    }

    // The same with all solutions, which are read in one go with where they are.
    async fn read_solutions<T, W>(&self, at: EnvironmentId, work: W) -> Result<T, PlatformError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Conn, Vec<Installed>) -> Result<T, Error> + Send + 'static,
    {
        let read = self.db.read(move |conn| {
            let (home, solutions) = solution::all_with_home(conn, at)?.unzip();
            match usable(home)? {
                Ok(_) => work(conn, solutions.unwrap_or_default()).map(Ok),
                Err(refused) => Ok(Err(refused)),
            }
        });
        read.await.map_err(stop::unreachable)?
    }
}

// The environment, where there is one that can have solutions.
fn usable(home: Option<Home>) -> Result<Result<Home, PlatformError>, Error> {
    let Some(home) = home else { return Ok(Err(home::unknown())) };
    match home.usable() {
        Ok(()) => Ok(Ok(home)),
        Err(Stop::Refused(error)) => Ok(Err(error)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn read(file: &File, limits: &Limits) -> Result<Package, Stop> {
    Ok(Package::read(file, limits)?)
}

#[async_trait]
impl Platform for Embedded {
    async fn probe(&self, at: EnvironmentId) -> Result<Probe, PlatformError> {
        let moment = self.moment.clone();
        let home = self.db.read(move |conn| moment.home(conn, at)).await.map_err(stop::unreachable)?;
        home.ok_or_else(home::unknown)?.probe()
    }

    async fn solutions(&self, at: EnvironmentId) -> Result<Vec<SolutionSummary>, PlatformError> {
        self.read_solutions(at, |_, all| Ok(solution::summaries(&all))).await
    }

    async fn solution(&self, at: EnvironmentId, unique_name: &str) -> Result<Option<SolutionDetails>, PlatformError> {
        let unique_name = unique_name.to_owned();
        self.read_solutions(at, move |conn, all| solution::details(conn, at, all, &unique_name)).await
    }

    async fn connections(&self, at: EnvironmentId) -> Result<Connections, PlatformError> {
        self.read(at, move |conn, _| Ok(Connections::Listed(connections::list(conn, at)?))).await
    }

    async fn limits(&self, _: EnvironmentId) -> Result<PlatformLimits, PlatformError> {
        Ok(PlatformLimits { largest_package: self.limits.upload })
    }

    async fn start(&self, operation: &Operation) -> Result<Progress, PlatformError> {
        if let Act::Check { package } = &operation.act {
            return self.check(operation.environment, package).await;
        }
        // Where it has happened already, nothing that takes long is prepared.
        if !self.moment.is_one()
            && let Some(entry) = self.earlier(operation).await?
        {
            return Ok(entry);
        }
        let effect: Effect = match self.prepare(operation).await {
            Ok(effect) => effect,
            Err(Stop::Refused(error)) => Box::new(move |_, _| Err(error.into())),
            Err(Stop::Failed(error)) => {
                return self.earlier(operation).await?.ok_or_else(|| stop::unreachable(error));
            }
        };
        match self.once(operation.clone(), effect).await {
            Ok(progress) => Ok(progress),
            Err(Stop::Refused(error)) => Err(error),
            Err(Stop::Failed(error)) => Err(stop::unreachable(error)),
        }
    }

    /// What is in the journal when an operation comes to its own entry is what happened: then it does nothing.
    async fn cancel(&self, operation: &Operation, _: Option<&str>) -> Result<(), PlatformError> {
        let operation = operation.clone();
        let noted = self.db.write(move |conn| {
            // Locked as by what is to be stopped: one of both comes first.
            Home::lock(conn, operation.environment)?;
            match journal::find(conn, &operation)? {
                Some(_) => Ok(()),
                None => journal::add(conn, &operation, &Progress::Failed(PlatformError::Canceled)),
            }
        });
        noted.await.map_err(stop::unreachable)
    }

    /// An operation without an entry never happened, as none is ever half done: it is done now.
    async fn poll(&self, operation: &Operation, _: Option<&str>) -> Result<Progress, PlatformError> {
        self.start(operation).await
    }

    async fn prepare(&self, operation: &Operation) {
        if let Act::Check { package } | Act::Import { package, .. } = &operation.act
            && package.size <= SMALL
            && (package.size > TINY || !self.artifacts.is_at_hand(package))
        {
            // Whatever is wrong with it, the operation itself will tell.
            let _ = self.package(package).await;
        }
    }

    fn within(&self, db: &Db, operation: &Operation) -> Option<Arc<dyn Platform>> {
        let short = match &operation.act {
            Act::Check { package } | Act::Import { package, .. } => {
                let read = || package.size <= SMALL && self.packages.get(&package.hash).is_some();
                self.artifacts.is_at_hand(package) && (package.size <= TINY || read())
            }
            Act::Uninstall { .. } | Act::SetVersion { .. } => true,
            Act::Export { .. } => false,
        };
        short.then(|| {
            let moment = self.moment.or_begin();
            Arc::new(Embedded { db: db.clone(), moment, ..self.clone() }) as Arc<dyn Platform>
        })
    }
}
