//! What handlers and the worker share: one application, put together for the program and for the tests.

use std::{path::Path, sync::Arc};

use actix_web::cookie::Key;

use crate::{
    artifacts::Artifacts,
    db::Db,
    error::Error,
    health::Health,
    metrics::Metrics,
    package::Limits,
    platform::{Platforms, embedded::Embedded},
    secrets::KeyFile,
    web::front::Front,
    worker::{Stop, Wake},
};

/// Everything that handlers and the worker share. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub artifacts: Artifacts,
    pub platforms: Platforms,
    pub limits: Limits,
    pub wake: Wake,
    /// What secrets are sealed with.
    pub keys: KeyFile,
    /// Given once the server is to stop.
    pub stop: Stop,
    pub metrics: Metrics,
    pub health: Health,
    /// Whether its site is for people, not only for whoever watches the server.
    pub has_pages: bool,
    /// How it is reached from outside.
    pub front: Front,
    /// What cookies are signed with.
    pub cookie_key: Key,
}

impl App {
    /// The application on this database, with its files in the folder `data` and packages in `artifacts`.
    pub fn open(db: Db, data: &Path, artifacts: Artifacts, limits: Limits) -> Result<App, Error> {
        let embedded = Embedded::new(db.clone(), artifacts.clone(), limits.clone());
        let platforms = Platforms::new(Arc::new(embedded));
        let keys = KeyFile::prepare(data)?;
        let cookie_key = Key::from(keys.cookie_key()?.as_slice());
        Ok(App {
            db,
            artifacts,
            platforms,
            limits,
            keys,
            cookie_key,
            wake: Wake::default(),
            stop: Stop::default(),
            metrics: Metrics::default(),
            health: Health::default(),
            front: Front::default(),
            has_pages: true,
        })
    }

    /// The application as it is reached from outside.
    pub fn behind(self, front: Front) -> App {
        App { front, ..self }
    }

    /// The application of a server that only works: its site says how it is, and has no pages.
    pub fn without_pages(self) -> App {
        App { has_pages: false, ..self }
    }
}
