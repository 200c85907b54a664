//! Packages that were read lately: a check, and the imports that come after it, ask the same one of every target.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{artifacts::Sha, package::Package};

/// How many are remembered.
const MOST: usize = 8;
/// How many components one may have that is: each takes some hundred bytes.
const COMPONENTS: usize = 2_000;

/// What the last packages say of themselves, each by the hash of its bytes. Clones share it.
#[derive(Clone, Default)]
pub struct Packages(Arc<Mutex<Vec<Read>>>);

type Read = (Sha, Arc<Package>);

impl Packages {
    /// What the bytes of this hash say, if they were read lately.
    pub fn get(&self, hash: &Sha) -> Option<Arc<Package>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(other, _)| other == hash)?;
        let found = all.remove(at);
        let package = found.1.clone();
        all.push(found);
        Some(package)
    }

    /// Remembers what the bytes of this hash say, in place of what was asked for longest ago.
    pub fn put(&self, hash: &Sha, package: &Arc<Package>) {
        if package.inventory.components.len() > COMPONENTS {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(other, _)| other != hash);
        if all.len() == MOST {
            all.remove(0);
        }
        all.push((hash.clone(), package.clone()));
    }
}
