//! What the machine itself can do, asked in the simplest way there is.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use super::median;
use crate::error::Error;

const ROUNDS: usize = 3;
/// How much is written or hashed at a time, in bytes.
const CHUNK: usize = 1 << 20;
const LONG: Duration = Duration::from_millis(500);

/// How many MB a second a new file in this folder takes, until they are durable.
pub fn writing(folder: &Path, megabytes: u64) -> Result<f64, Error> {
    let (path, chunk) = (folder.join("written"), vec![0xa5; CHUNK]);
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let (mut file, begun) = (File::create(&path)?, Instant::now());
        for _ in 0..megabytes {
            file.write_all(&chunk)?;
        }
        file.sync_all()?;
        rates.push((megabytes as usize * CHUNK) as f64 / 1e6 / begun.elapsed().as_secs_f64());
    }
    fs::remove_file(&path)?;
    Ok(median(rates))
}

/// How many MB a second SHA-256 takes.
pub fn hashing() -> f64 {
    let (chunk, begun, mut hash, mut chunks) = (vec![0xa5; CHUNK], Instant::now(), Sha256::new(), 0_usize);
    while begun.elapsed() < LONG {
        hash.update(&chunk);
        chunks += 1;
    }
    (chunks * CHUNK) as f64 / 1e6 / begun.elapsed().as_secs_f64()
}
