//! Packages that were read lately: a check, and the imports that come after it, ask the same one of every target.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{artifacts::Sha, package::Package};

/// What those that are remembered weigh together, and the heaviest of them, as [`weight`] has it.
const ALL: usize = 16_000;
const HEAVIEST: usize = 2_000;

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
        let weight = weight(package);
        if weight > HEAVIEST {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(other, _)| other != hash);
        let mut sum = weight;
        let fits = |(_, other): &&Read| {
            sum += self::weight(other);
            sum <= ALL
        };
        let kept = all.iter().rev().take_while(fits).count();
        let old = all.len() - kept;
        all.drain(..old);
        all.push((hash.clone(), package.clone()));
    }
}

// About what it takes in memory, in some hundred bytes each: its components, and all else it says of itself.
fn weight(package: &Package) -> usize {
    50 + package.inventory.components.len()
}
