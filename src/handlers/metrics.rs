//! Figures for Prometheus: what was counted here, what the database says at this moment, and how busy the pool is.

use actix_web::{HttpResponse, web::Data};
use tokio::time::timeout;

use crate::{
    app::App,
    metrics::text::Text,
    models::tally::{self, Tally},
    web::guards::Public,
};

/// All figures, in the text format of Prometheus. Those of the database are missing while it does not answer.
pub async fn show(_: Public, app: Data<App>) -> HttpResponse {
    let mut text = Text::default();
    app.metrics.write(&mut text);
    let pool = app.db.pool_use();
    text.family("sluice_database_statements_total", "counter", "Statements that this server has asked its database.");
    text.sample("sluice_database_statements_total", &[], app.db.statements());
    text.family("sluice_database_connections", "gauge", "Connections of this server's pool.");
    text.sample("sluice_database_connections", &[("state", "in_use")], pool.in_use);
    text.sample("sluice_database_connections", &[("state", "idle")], pool.idle);
    text.gauge("sluice_database_connections_max", "How many connections the pool may have.", pool.max);
    let tally = timeout(tally::PATIENCE, app.db.read(Tally::of)).await;
    let tally = tally.ok().and_then(|read| read.inspect_err(|e| tracing::warn!(error = %e, "no tally")).ok());
    text.gauge("sluice_database_up", "Whether the database answered just now.", u8::from(tally.is_some()));
    if let Some(tally) = tally {
        write(&tally, &mut text);
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text.into_string())
}

fn write(tally: &Tally, text: &mut Text) {
    text.family("sluice_runs", "gauge", "Runs by state; of the finished ones those begun in the last 24 hours.");
    for (state, count) in &tally.runs {
        text.sample("sluice_runs", &[("state", state.as_str())], count);
    }
    text.gauge("sluice_operations_due", "Operations that are due and that no server has claimed.", tally.due);
    let age = tally.oldest_due.num_milliseconds() as f64 / 1000.0;
    text.gauge("sluice_operations_oldest_due_seconds", "How long the oldest of them has been due.", age);
    text.gauge("sluice_operations_under_way", "Operations that some server has claimed.", tally.under_way);
    text.gauge("sluice_operations_in_line", "Operations that wait for another on their environment.", tally.in_line);
}
