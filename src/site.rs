//! Puts the site together: the routes, and what stands around each of them.

use actix_session::{
    SessionMiddleware,
    config::{PersistentSession, TtlExtensionPolicy},
};
use actix_web::{
    App as ActixApp, Error as ActixError,
    body::MessageBody,
    cookie::{SameSite, time::Duration},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web,
};

use crate::{
    app::App,
    auth::sessions::Sessions,
    models::session::LONGEST_DAYS,
    routes,
    web::{errors, front::Front, guards, requests},
};

/// The site of an application.
pub fn site(
    app: App,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = ActixError,
        InitError = (),
    >,
> {
    let session = SessionMiddleware::builder(Sessions(app.db.clone()), app.cookie_key.clone())
        .cookie_name(cookie_name(&app.front).into())
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_secure(app.front.is_secure())
        .session_lifecycle(
            PersistentSession::default()
                .session_ttl(Duration::days(LONGEST_DAYS))
                .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges),
        )
        .build();
    let routes = if app.has_pages { routes::configure } else { routes::probes };
    ActixApp::new()
        .app_data(app.metrics.clone())
        .app_data(app.db.clone())
        .app_data(web::Data::new(app.front.clone()))
        .app_data(web::Data::new(app))
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
    app: App,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = ActixError,
        InitError = (),
    >,
> {
    ActixApp::new().app_data(web::Data::new(app)).configure(routes::monitor).wrap(from_fn(guards::headers))
}

// Browsers take a name that begins so from the site itself by https only, never from a neighbour's (RFC 6265bis).
fn cookie_name(front: &Front) -> &'static str {
    if front.is_secure() { "__Host-sluice" } else { "sluice" }
}
