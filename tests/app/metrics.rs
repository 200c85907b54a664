//! The figures for whoever runs the server.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::test::{self, TestRequest};
use diesel::prelude::*;
use sluice::{
    app::App,
    db,
    models::operation::{NewOperation, OperationKind},
    schema::operations,
    site,
};

use crate::support::{Contoso, TestApp, contoso};

/// Figures by name and labels, as in `name{a="b"}`.
pub type Figures = BTreeMap<String, f64>;

/// Reads a text as Prometheus does, and complains of what it would complain of.
pub fn read(text: &str) -> Figures {
    let mut figures = Figures::new();
    let (mut families, mut helped) = (BTreeMap::new(), BTreeSet::new());
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            assert!(helped.insert(help.split_once(' ').unwrap().0.to_owned()), "twice: {line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind) && helped.contains(name), "{line}");
            assert!(families.insert(name.to_owned(), kind.to_owned()).is_none(), "twice: {line}");
        } else {
            let (key, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no figure: {line}"));
            let name = key.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(families.contains_key(family) || families.contains_key(name), "of no family: {line}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{line}");
            let labels = key[name.len()..].trim_start_matches('{').trim_end_matches('}');
            assert_eq!(labels.matches('"').count(), 2 * labels.matches("=\"").count(), "{line}");
            assert!(figures.insert(key.to_owned(), value.parse().unwrap()).is_none(), "twice: {line}");
        }
    }
    figures
}

/// What this server says now, and how.
async fn scrape(app: &App) -> (String, Figures) {
    let site = test::init_service(site::monitor(app.clone())).await;
    let answer = test::call_service(&site, TestRequest::get().uri("/metrics").to_request()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers().get("content-type").unwrap(), "text/plain; version=0.0.4; charset=utf-8");
    let text = String::from_utf8(test::read_body(answer).await.to_vec()).unwrap();
    let figures = read(&text);
    (text, figures)
}

#[track_caller]
fn assert_figure(figures: &Figures, key: &str, value: f64) {
    assert_eq!(figures.get(key), Some(&value), "{key} in {figures:#?}");
}

#[actix_web::test]
async fn a_deployment_is_counted_step_by_step() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let waiting = c.next(&mut maya, &c.test, "contoso_core").await;
    let (_, figures) = scrape(&c.app.app).await;
    assert_figure(&figures, "sluice_runs{state=\"validating\"}", 1.0);
    assert_figure(&figures, "sluice_operations_due", 1.0);
    c.app.run_worker().await;
    let run = c.run_of(&waiting);
    maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    c.app.run_worker().await;
    maya.get(&format!("/runs/{}", run.id)).await;

    let (text, figures) = scrape(&c.app.app).await;
    for (state, count) in [("validating", 0.0), ("queued", 0.0), ("succeeded", 1.0), ("failed", 0.0)] {
        assert_figure(&figures, &format!("sluice_runs{{state=\"{state}\"}}"), count);
    }
    for (kind, count) in [("export", 1.0), ("check", 2.0), ("import", 1.0)] {
        let key = format!("sluice_step_duration_seconds_count{{kind=\"{kind}\",result=\"succeeded\"}}");
        assert_figure(&figures, &key, count);
    }
    for (route, method, status) in
        [("/sign-in", "POST", "3xx"), ("/runs/{run}/deployment", "POST", "3xx"), ("/runs/{run}", "GET", "2xx")]
    {
        let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
        assert_figure(&figures, &format!("sluice_http_request_duration_seconds_count{{{labels}}}"), 1.0);
        let buckets = format!("sluice_http_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}}");
        assert_figure(&figures, &buckets, 1.0);
    }
    assert_figure(&figures, "sluice_operations_due", 0.0);
    assert_figure(&figures, "sluice_operations_oldest_due_seconds", 0.0);
    assert_figure(&figures, "sluice_operations_under_way", 0.0);
    assert_figure(&figures, "sluice_database_up", 1.0);
    assert_figure(&figures, "sluice_database_connections_max", 16.0);
    assert_figure(&figures, &format!("sluice_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1.0);
    assert!(figures["process_start_time_seconds"] > 1.7e9);
    for name in ["Maya", "maya", "Contoso", "contoso", &run.id.to_string()] {
        assert!(!text.contains(name), "{name} in {text}");
    }
}

#[actix_web::test]
async fn what_strangers_make_up_adds_no_figure_of_its_own() {
    let app = TestApp::new();
    let mut browser = app.browser().await;
    for path in ["/set-password/token-one", "/set-password/token-two", "/no/such/page", "/nor/this/one"] {
        browser.get(path).await;
    }
    for method in ["BREW", "PROPFIND", "DELETE"] {
        browser.send(TestRequest::get().method(method.parse().unwrap()).uri("/made/up")).await;
    }
    let (text, figures) = scrape(&app.app).await;
    let of = |route: &str, method: &str, status: &str| {
        let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
        figures.get(&format!("sluice_http_request_duration_seconds_count{{{labels}}}")).copied()
    };
    assert_eq!(of("/set-password/{token}", "GET", "4xx"), Some(2.0), "{text}");
    assert_eq!(of("none", "GET", "4xx"), Some(2.0), "{text}");
    assert_eq!(of("none", "other", "4xx"), Some(3.0), "{text}");
    for made_up in ["token-one", "/no/such", "BREW", "made/up"] {
        assert!(!text.contains(made_up), "{made_up} in {text}");
    }
}

#[actix_web::test]
async fn what_waits_is_as_old_as_it_has_been_due() {
    let c = Contoso::new();
    let environment = c.development.id;
    for minutes in [10, 5] {
        c.app.write(|conn| {
            let (kind, input) = (OperationKind::Export, "{}".to_owned());
            let id = NewOperation { environment, run: None, kind, lane: false, input }.queue(conn, c.maya.id)?;
            let due = db::clock(conn)? - chrono::TimeDelta::minutes(minutes);
            Ok(diesel::update(operations::table.find(id)).set(operations::due_at.eq(due)).execute(conn)?)
        });
    }
    let (_, figures) = scrape(&c.app.app).await;
    assert_figure(&figures, "sluice_operations_due", 2.0);
    let age = figures["sluice_operations_oldest_due_seconds"];
    assert!((600.0..660.0).contains(&age), "{age}");
}
