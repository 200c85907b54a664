//! How much memory a process has for itself, as Linux tells.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::fault;
use crate::error::Error;

/// How often it is looked at for the most of it.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The memory of a process.
#[derive(Debug, Clone)]
pub struct Memory {
    path: PathBuf,
}

/// Keeps the most memory that a process has.
pub struct Watch {
    done: Arc<AtomicBool>,
    thread: JoinHandle<Result<f64, Error>>,
}

impl Memory {
    /// That of the process with this id.
    pub fn of(process: u32) -> Memory {
        Memory { path: format!("/proc/{process}/smaps_rollup").into() }
    }

    /// What is resident and shared with nobody, in MB.
    pub fn private(&self) -> Result<f64, Error> {
        let told = fs::read_to_string(&self.path)?;
        let fields = ["Private_Clean:", "Private_Dirty:", "Private_Hugetlb:"];
        let own = told.lines().filter_map(|line| fields.iter().find_map(|field| line.strip_prefix(field)));
        let mut kib = 0.0;
        for size in own {
            kib += size.trim().trim_end_matches(" kB").parse::<f64>().map_err(fault)?;
        }
        Ok(kib * 1024.0 / 1e6)
    }

    /// Begins to look for the most of it.
    pub fn watch(&self) -> Watch {
        let (memory, done) = (self.clone(), Arc::new(AtomicBool::new(false)));
        let asked = done.clone();
        let thread = thread::spawn(move || {
            let mut most = memory.private()?;
            while !asked.load(Ordering::Relaxed) {
                thread::sleep(LOOK_EVERY);
                most = most.max(memory.private()?);
            }
            Ok(most)
        });
        Watch { done, thread }
    }
}

impl Watch {
    /// The most since it began, in MB.
    pub fn most(self) -> Result<f64, Error> {
        self.done.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| fault("memory could not be watched"))?
    }
}
