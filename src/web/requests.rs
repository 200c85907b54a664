//! Each request as the log and the metrics tell it: by its route's pattern, never by its address, which may hold a token.

use std::{fmt, time::Instant};

use actix_web::{
    Error as ActixError, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
};
use tracing::{Instrument, Span, field::Empty};
use uuid::Uuid;

use crate::metrics::Metrics;

/// What a request is called in the log, and on the page of a fault.
#[derive(Clone, Copy)]
pub struct RequestId(Uuid);

impl RequestId {
    /// That of a request.
    pub fn of(req: &HttpRequest) -> RequestId {
        req.extensions().get().copied().unwrap_or_else(|| RequestId(Uuid::new_v4()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Tells the log of a request once it is answered, and counts it. What is logged meanwhile says which request and, where
/// it is about one, which run.
pub async fn told<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    let begun = Instant::now();
    let (id, method) = (RequestId(Uuid::new_v4()), word(req.method()));
    let route = req.match_pattern().unwrap_or_else(|| "none".into());
    // As important as an error, so that every line that is logged at all is told with it.
    let span = tracing::error_span!("request", request.id = %id, method, route, run.id = Empty);
    let run = run_in(&route, req.path());
    name(&span, run);
    req.extensions_mut().insert(id);
    let metrics = req.app_data::<Metrics>().cloned();
    let answer = next.call(req).instrument(span.clone()).await;
    let status = match &answer {
        Ok(answer) => answer.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    if let (None, Ok(answer)) = (run, &answer) {
        name(&span, run_begun(answer));
    }
    let (status, took) = (status.as_u16(), begun.elapsed());
    if let Some(metrics) = metrics {
        metrics.request(&route, method, status, took);
    }
    let duration_ms = took.as_micros() as f64 / 1000.0;
    span.in_scope(|| match route.as_str() {
        "/healthz" | "/readyz" | "/static/{version}/{name:.+}" => tracing::debug!(status, duration_ms, "answered"),
        _ => tracing::info!(status, duration_ms, "answered"),
    });
    answer
}

// A visitor may make up methods; the metrics must not keep them.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

fn name(span: &Span, run: Option<Uuid>) {
    if let Some(run) = run {
        span.record("run.id", tracing::field::display(run));
    }
}

fn run_in(route: &str, path: &str) -> Option<Uuid> {
    let (_, value) = route.split('/').zip(path.split('/')).find(|(name, _)| *name == "{run}")?;
    value.parse().ok()
}

// The page that an answer leads to is that of a run, where it began or changed one.
fn run_begun<B>(answer: &ServiceResponse<B>) -> Option<Uuid> {
    let there = answer.headers().get(header::LOCATION)?.to_str().ok()?;
    run_in("/runs/{run}", there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_known_by_its_place_in_the_address() {
        let run = Uuid::now_v7();
        assert_eq!(run_in("/runs/{run}/retry", &format!("/runs/{run}/retry")), Some(run));
        assert_eq!(run_in("/runs/{run}", "/runs/made-up"), None);
        assert_eq!(run_in("/pipelines/{pipeline}", &format!("/pipelines/{run}")), None);
        assert_eq!(run_in("none", &format!("/runs/{run}")), None);
    }
}
