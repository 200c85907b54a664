//! A moment: one transaction in which several operations happen, so that what one of them has read the next one need not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{check::Survey, home::Home};
use crate::{
    artifacts::{Sha, Stored},
    db::{self, Conn},
    error::Error,
    id::EnvironmentId,
    package::Package,
};

/// What was read in a transaction. Clones share it; the default is none, in which nothing is remembered. Where others write
/// meanwhile, it holds for the moment in which one run is judged and imported, and who changes an environment locks it first.
#[derive(Clone, Default)]
pub struct Moment(Option<Arc<Mutex<Known>>>);

#[derive(Default)]
struct Known {
    homes: Vec<Home>,
    /// The last package, whose bytes were held against their hash: an import comes right after its check.
    package: Option<(Stored, Arc<Package>)>,
    /// What it met in an environment, until something changes there.
    survey: Option<(EnvironmentId, Sha, Survey)>,
}

impl Moment {
    /// One that begins now, where none has begun.
    pub fn or_begin(&self) -> Moment {
        Moment(Some(self.0.clone().unwrap_or_default()))
    }

    /// Whether there is one: all that is done then takes but a moment.
    pub fn is_one(&self) -> bool {
        self.0.is_some()
    }

    /// The environment with this key.
    pub fn home(&self, conn: &mut Conn, id: EnvironmentId) -> Result<Option<Home>, Error> {
        let Some(mut known) = self.known() else { return Home::find(conn, id) };
        if let Some(home) = known.homes.iter().find(|home| home.id == id) {
            return Ok(Some(home.clone()));
        }
        let found = Home::find(conn, id)?;
        known.homes.extend(found.clone());
        Ok(found)
    }

    /// The environment, which nobody else changes until the transaction ends.
    pub fn lock(&self, conn: &mut Conn, id: EnvironmentId) -> Result<Option<Home>, Error> {
        if db::writes_alone(conn) { self.home(conn, id) } else { Home::lock(conn, id) }
    }

    /// What these bytes say, if they were held against their hash and size last.
    pub fn package(&self, stored: &Stored) -> Option<Arc<Package>> {
        self.known()?.package.as_ref().filter(|(last, _)| last == stored).map(|(_, package)| package.clone())
    }

    /// Remembers what bytes say that were held against this hash and size.
    pub fn put_package(&self, stored: &Stored, package: &Arc<Package>) {
        if let Some(mut known) = self.known() {
            known.package = Some((stored.clone(), package.clone()));
        }
    }

    /// What the package of this hash meets in the environment, which the import that comes after need not look up.
    pub fn put_survey(&self, conn: &Conn, at: EnvironmentId, hash: Sha, survey: Survey) {
        if let Some(mut known) = self.known().filter(|_| db::writes_alone(conn)) {
            known.survey = Some((at, hash, survey));
        }
    }

    /// What the package of this hash meets in the environment that is to be changed.
    pub fn take_survey(&self, conn: &mut Conn, home: &Home, hash: &Sha, package: &Package) -> Result<Survey, Error> {
        match self.known().and_then(|mut known| known.survey.take()) {
            Some((at, of, survey)) if at == home.id && of == *hash => Ok(survey),
            _ => Survey::of(conn, home, package),
        }
    }

    /// Forgets what a package met, as something has changed.
    pub fn forget_survey(&self) {
        drop(self.known().and_then(|mut known| known.survey.take()));
    }

    fn known(&self) -> Option<MutexGuard<'_, Known>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
