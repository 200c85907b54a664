//! Servers while all around them fails, and they themselves: nothing that was promised is lost, and nothing happens
//! twice. One server on SQLite with a folder of packages; two on one database with an object store where
//! TEST_DATABASE_URL and TEST_S3_URL name a PostgreSQL server and a bucket. SLUICE_KILLS says how often servers are killed.

mod client;
mod clocks;
mod cluster;
mod desk;
mod disks;
mod faulty;
mod handovers;
mod kills;
mod ledger;
mod makers;
mod outages;
mod race;
mod scripts;
mod servers;
#[path = "../app/support/mod.rs"]
#[allow(dead_code, unused_imports)]
mod support;
mod tenant;
mod together;
mod visitor;
mod world;

use std::{error::Error, time::Duration};

/// What goes wrong is told and ends the test, or is tried again.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many solutions travel at a time, each with somebody who deploys it.
pub const MAKERS: usize = 4;
/// How long what is under way may take to end when nothing fails any more.
pub const QUIET: Duration = Duration::from_secs(90);

/// How long one request may take.
pub fn time_left() -> Outcome<Duration> {
    Ok(Duration::from_secs(20))
}
