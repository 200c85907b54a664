//! What Sluice is made of beneath its pages: a crate of its own, so that a change to a page compiles no model anew.
//!
//! The map: `app` is what all of it shares, and `worker` claims what is due and calls the models' verbs. `models` hold one
//! noun a file: its struct, its queries, its verbs. `rules` decide and know nothing else. `platform` reaches environments,
//! whose packages `package` reads and `artifacts` keeps. `secrets` seals what must not be read. `auth` says who is asking and
//! what they may, `navigation` where they can go; `web` is what any site needs: layout, forms, error pages. `health` tells
//! whoever runs the server how it is, `metrics` are figures of it; `backup` puts a tenant into one file and back, `verify`
//! says whether one is whole. `zone` are time zones. `db` is the database, `schema` its tables, a crate of its own.

pub use sluice_schema as schema;

pub mod app;
pub mod artifacts;
pub mod auth;
pub mod backup;
pub mod db;
pub mod error;
pub mod health;
pub mod id;
pub mod metrics;
pub mod models;
pub mod navigation;
pub mod package;
pub mod platform;
pub mod rules;
pub mod secrets;
pub mod verify;
pub mod web;
pub mod worker;
pub mod zone;
