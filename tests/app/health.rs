//! What load balancers and supervisors ask, and what strangers learn by it.

use std::sync::{Arc, Barrier};

use actix_web::test::{self, TestRequest};
use diesel::prelude::*;

use sluice::site;

use crate::support::{Page, TestApp};

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

const WELL: &str = "server: ok\ndatabase: ok\ntables: ok\npackages: ok\n";

async fn ask(app: &TestApp, path: &str) -> Page {
    app.browser().await.send(TestRequest::get().uri(path)).await
}

/// What whoever runs the server reads: the status and the text.
async fn in_detail(app: &TestApp, path: &str) -> (u16, String) {
    let site = test::init_service(site::monitor(app.app.clone())).await;
    let answer = test::call_service(&site, TestRequest::get().uri(path).to_request()).await;
    let status = answer.status().as_u16();
    (status, String::from_utf8(test::read_body(answer).await.to_vec()).unwrap())
}

#[actix_web::test]
async fn a_server_that_is_well_says_so_to_everybody() {
    let app = TestApp::new();
    for host in ["localhost", "10.0.0.7:8080", "sluice.internal"] {
        for (path, text) in [("/healthz", "ok\n"), ("/readyz", WELL)] {
            let request = TestRequest::get().uri(path).insert_header(("Host", host));
            let page = app.browser().await.send(request).await;
            assert_eq!((page.status, page.html().as_str()), (200, text), "{path} at {host}");
            assert_eq!(page.header("content-type"), "text/plain; charset=utf-8");
            assert_eq!(page.header("cache-control"), "no-store");
        }
    }
    assert_eq!(in_detail(&app, "/readyz").await, (200, WELL.to_owned()));
    assert_eq!(in_detail(&app, "/healthz").await, (200, "ok\n".to_owned()));
}

#[actix_web::test]
async fn other_addresses_still_ask_by_which_name() {
    let app = TestApp::new();
    for path in ["/readyz/", "/readyz/x", "/healthzz", "/sign-in"] {
        let request = TestRequest::get().uri(path).insert_header(("Host", "sluice.internal"));
        assert_eq!(app.browser().await.send(request).await.status, 403, "{path}");
    }
}

#[actix_web::test]
async fn a_database_that_does_not_answer_is_told_without_a_word_of_why() {
    let app = TestApp::new();
    let (max, db) = (app.app.db.pool_use().max as usize, app.app.db.clone());
    let (taken, done) = (Arc::new(Barrier::new(max + 1)), Arc::new(Barrier::new(max + 1)));
    let hold = |_| {
        let (db, taken, done) = (db.clone(), taken.clone(), done.clone());
        std::thread::spawn(move || {
            db.read_now(|_| {
                taken.wait();
                done.wait();
                Ok(())
            })
        })
    };
    let threads: Vec<_> = (0..max).map(hold).collect();
    taken.wait();
    let page = ask(&app, "/readyz").await;
    assert_eq!(
        (page.status, page.html()),
        (503, WELL.replace("database: ok\ntables: ok", "database: not ok\ntables: not ok"))
    );
    assert_eq!(ask(&app, "/healthz").await.status, 200, "the process lives");
    let (status, text) = in_detail(&app, "/readyz").await;
    assert!(status == 503 && text.contains("\ndatabase: not ok, "), "{text}");
    done.wait();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    let restarted = crate::support::Browser::new(&app.another_server()).await.get("/readyz").await;
    assert_eq!((restarted.status, restarted.html().as_str()), (200, WELL));
}

#[actix_web::test]
async fn tables_of_another_version_are_not_served() {
    let app = TestApp::new();
    let newer = __diesel_schema_migrations::version.eq("99991231000000");
    app.write(|c| Ok(diesel::insert_into(__diesel_schema_migrations::table).values(newer).execute(c)?));
    let page = ask(&app, "/readyz").await;
    assert_eq!((page.status, page.html()), (503, WELL.replace("tables: ok", "tables: not ok")));
    let (status, text) = in_detail(&app, "/readyz").await;
    assert!(status == 503 && text.contains("tables: not ok, they are those of another version of Sluice"), "{text}");
}

#[actix_web::test]
async fn a_server_that_stops_takes_no_more_requests_but_lives() {
    let app = TestApp::new();
    app.app.stop.now();
    let page = ask(&app, "/readyz").await;
    assert_eq!((page.status, page.html()), (503, WELL.replace("server: ok", "server: not ok")));
    assert_eq!(in_detail(&app, "/readyz").await, (503, WELL.replace("server: ok", "server: not ok, it stops")));
    assert_eq!(ask(&app, "/healthz").await.status, 200);
}

#[actix_web::test]
async fn a_server_without_pages_says_how_it_is_and_nothing_else() {
    let app = TestApp::new();
    let mut browser = crate::support::Browser::new(&app.app.clone().without_pages()).await;
    assert_eq!(browser.get("/readyz").await.html(), WELL);
    assert_eq!(browser.get("/healthz").await.status, 200);
    for path in ["/", "/sign-in", "/solutions", "/metrics"] {
        assert_eq!(browser.send(TestRequest::get().uri(path)).await.status, 404, "{path}");
    }
    assert_eq!(browser.post("/sign-in", &[("email", "ada@example.com")]).await.status, 404);
}
