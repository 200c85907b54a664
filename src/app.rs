//! Puts the application together, for `main` and for the tests.

use std::{path::Path, sync::Arc};

use actix_session::{
    SessionMiddleware,
    config::{PersistentSession, TtlExtensionPolicy},
};
use actix_web::{
    App as ActixApp, Error as ActixError,
    body::MessageBody,
    cookie::{Key, SameSite, time::Duration},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web,
};

use crate::{
    artifacts::Artifacts,
    auth::sessions::Sessions,
    db::Db,
    error::Error,
    health::Health,
    metrics::Metrics,
    models::session::LONGEST_DAYS,
    package::Limits,
    platform::{Platforms, embedded::Embedded},
    routes,
    secrets::KeyFile,
    web::{errors, front::Front, guards, requests},
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
    has_pages: bool,
    front: Front,
    cookie_key: Key,
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

    /// The site.
    pub fn site(
        self,
    ) -> ActixApp<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody>,
            Error = ActixError,
            InitError = (),
        >,
    > {
        let session = SessionMiddleware::builder(Sessions(self.db.clone()), self.cookie_key.clone())
            .cookie_name(cookie_name(&self.front).into())
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .cookie_secure(self.front.is_secure())
            .session_lifecycle(
                PersistentSession::default()
                    .session_ttl(Duration::days(LONGEST_DAYS))
                    .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges),
            )
            .build();
        let routes = if self.has_pages { routes::configure } else { routes::probes };
        ActixApp::new()
            .app_data(self.metrics.clone())
            .app_data(self.db.clone())
            .app_data(web::Data::new(self.front.clone()))
            .app_data(web::Data::new(self))
            .configure(routes)
            .default_service(web::to(routes::nothing))
            .wrap(from_fn(guards::deny_unchecked))
            .wrap(from_fn(errors::pages))
            .wrap(session)
            .wrap(from_fn(guards::readable))
            .wrap(from_fn(guards::own_site))
            .wrap(from_fn(errors::pages))
            .wrap(from_fn(guards::headers))
            .wrap(Compress::default())
            .wrap(from_fn(requests::told))
    }

    /// What whoever runs the server reads on a listener of its own: metrics, and what is wrong.
    pub fn monitor(
        self,
    ) -> ActixApp<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody>,
            Error = ActixError,
            InitError = (),
        >,
    > {
        ActixApp::new().app_data(web::Data::new(self)).configure(routes::monitor).wrap(from_fn(guards::headers))
    }
}

// Browsers take a name that begins so from the site itself by https only, never from a neighbour's (RFC 6265bis).
fn cookie_name(front: &Front) -> &'static str {
    if front.is_secure() { "__Host-sluice" } else { "sluice" }
}
