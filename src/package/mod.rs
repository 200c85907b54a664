//! Solution packages: reading and rewriting the .zip files that carry solutions, trusting nothing in them.

pub mod checks;
pub mod version;
