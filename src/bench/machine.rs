//! The machine that figures are of.

use std::{fs, thread::available_parallelism};

use serde::{Deserialize, Serialize};

/// What a reader of figures must know of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    /// MB.
    pub memory: u64,
    pub kernel: String,
}

impl Machine {
    /// This one, as Linux tells; empty where something else is asked.
    pub fn this() -> Machine {
        let kib = field("/proc/meminfo", "MemTotal").and_then(|size| size.trim_end_matches(" kB").parse::<u64>().ok());
        Machine {
            cpu: field("/proc/cpuinfo", "model name").unwrap_or_default(),
            cores: available_parallelism().map_or(1, usize::from),
            memory: kib.unwrap_or_default() * 1024 / 1_000_000,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
        }
    }

    /// In a line.
    pub fn told(&self) -> String {
        let Machine { cpu, cores, memory, kernel } = self;
        format!("{cpu}, {cores} cores, {memory} MB, Linux {kernel}")
    }
}

fn field(file: &str, name: &str) -> Option<String> {
    let told = fs::read_to_string(file).ok()?;
    let line = told.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
