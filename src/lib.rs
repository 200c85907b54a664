//! Sluice: a self-hosted server that moves Power Platform solutions from development to production.
//!
//! The map: `main` reads settings (`config`) and lets `app` put the program together. `routes` is every URL of the
//! site; `handlers` turn HTTP into a model's verb and a template. `worker` claims what is due and calls the models' verbs.
//! `health` tells whoever runs the server how it is, and `bench` measures a server beside its limits. All else, which these
//! stand on, is of the crate whose map is `core.rs`.

pub use sluice_core::{
    artifacts, auth, backup, db, error, id, metrics, models, navigation, package, platform, rules, schema, secrets,
    verify, web,
};

pub mod app;
pub mod bench;
pub mod commands;
pub mod config;
pub mod demo;
pub mod handlers;
pub mod health;
pub mod routes;
pub mod worker;
