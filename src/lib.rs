//! Sluice: a self-hosted server that moves Power Platform solutions from development to production.
//!
//! The map: `main` reads settings (`config`) and lets `app` put the program together. `routes` is every URL of the
//! site; `handlers` turn HTTP into a model's verb and a template; `auth` says who is asking and what they may;
//! `models` hold one noun a file: its struct, its queries, its verbs. `rules` decide and know nothing else. `worker`
//! claims what is due and calls the models' verbs, reaching environments through `platform`, whose packages `package`
//! reads and `artifacts` keeps. `secrets` seals what must not be read. `web` is what any site needs: layout, forms, error
//! pages. `health` and `metrics` tell whoever runs the server how it is, `backup` puts a tenant into one file and back,
//! `verify` says whether one is whole, and `bench` measures a server beside its limits. `db` is the database.

pub mod app;
pub mod artifacts;
pub mod auth;
pub mod backup;
pub mod bench;
pub mod commands;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod handlers;
pub mod health;
pub mod id;
pub mod metrics;
pub mod models;
pub mod package;
pub mod platform;
pub mod routes;
pub mod rules;
pub mod schema;
pub mod secrets;
pub mod verify;
pub mod web;
pub mod worker;
