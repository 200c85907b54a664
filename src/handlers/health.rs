//! What load balancers and supervisors ask: whether the process lives, and whether it can take requests.

use actix_web::{HttpResponse, http::StatusCode, web::Data};

use crate::{
    app::App,
    health::Check,
    web::{errors::AsItIs, guards::Public},
};

/// The process answers; nothing else is asked.
pub async fn alive(_: Public) -> HttpResponse {
    plain(StatusCode::OK, "ok\n".into())
}

/// One line a check: who is not known here learns that something fails, never what.
pub async fn ready(_: Public, app: Data<App>) -> HttpResponse {
    report(&checks(&app).await, |_| "not ok".into())
}

/// The same with what is wrong, for whoever runs the server.
pub async fn ready_in_detail(_: Public, app: Data<App>) -> HttpResponse {
    report(&checks(&app).await, |wrong| format!("not ok, {}", wrong.replace('\n', " ")))
}

async fn checks(app: &App) -> Vec<Check> {
    let wrong = app.stop.asked().then(|| "it stops".to_owned());
    let server = Check { name: "server", wrong };
    [vec![server], app.health.checks(&app.db, &app.artifacts).await].concat()
}

fn report(checks: &[Check], wrong: impl Fn(&str) -> String) -> HttpResponse {
    let line = |check: &Check| {
        let said = check.wrong.as_deref().map_or("ok".to_owned(), &wrong);
        format!("{}: {said}\n", check.name)
    };
    let failed = checks.iter().any(|check| check.wrong.is_some());
    plain(if failed { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, checks.iter().map(line).collect())
}

fn plain(status: StatusCode, text: String) -> HttpResponse {
    let mut answer = HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(text);
    answer.extensions_mut().insert(AsItIs);
    answer
}
