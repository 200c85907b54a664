//! What Sluice decides: facts in, verdicts out. No clock, no database, no HTTP.
//!
//! The same answer greys a button, guards its POST and is asked again just before a target is touched.

mod words;

pub mod access;
pub mod by_hand;
pub mod checks;
pub mod connections;
pub mod connectors;
mod dependencies;
pub mod deploy;
pub mod facts;
pub mod grantors;
pub mod pace;
pub mod retention;
pub mod retries;
pub mod rights;
pub mod schedule;
pub mod settings;
pub mod settings_file;
pub mod sign_in;
pub mod stages;
pub mod state;
pub mod timeline;
pub mod validation;
pub mod variables;
pub mod verdict;
pub mod versions;
pub mod whereabouts;

pub use words::UnknownWord;
pub use words::words;
