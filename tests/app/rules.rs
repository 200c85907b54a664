//! What the rules decide, read as a specification.

mod access;
mod checks;
mod connections;
mod deploy;
mod pace;
mod retention;
mod retries;
mod rights;
mod schedule;
mod settings;
mod settings_file;
mod sign_in;
mod stages;
mod state;
mod timeline;
mod validation;
mod variables;
mod versions;
mod whereabouts;
