//! Sluice: a self-hosted server that moves Power Platform solutions from development to production.
//!
//! The map: `commands` read what the command line says (`config`) and serve the `site`. `routes` is every URL of it;
//! `handlers` turn HTTP into a model's verb and a template. `demo` is a tenant to try things out in. `bench`, a crate of its
//! own, measures a server beside its limits. All else, which these stand on, is of the crate whose map is `core.rs`.

pub use sluice_bench as bench;
pub use sluice_core::{
    app, artifacts, auth, backup, db, error, health, id, metrics, models, navigation, package, platform, rules, schema,
    secrets, verify, web, worker, zone,
};

pub mod commands;
pub mod config;
pub mod demo;
pub mod handlers;
pub mod routes;
pub mod site;
