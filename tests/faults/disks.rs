//! A disk that fills up: what needs it says so in words and records nothing, and all goes on once there is room.

use std::{thread, time::Duration};

use sluice::{package::Builder, rules::state::State};

use crate::{
    MAKERS, QUIET,
    client::Answer,
    desk::Desk,
    ledger::Ledger,
    makers::{Makers, Promises},
    tenant,
    visitor::Visitor,
};

const FULL: &str = "The disk of the server is full, so nothing was kept.";

fn is_refused(answer: Answer) {
    let status = answer.status().to_owned();
    let text = answer.text().unwrap();
    assert!(status == "503" && text.contains(FULL), "{status}: {text}");
}

#[actix_web::test]
async fn an_upload_to_a_full_disk_is_answered_in_words_and_records_nothing() {
    let mut desk = Desk::new();
    // More than a socket holds: who answers before all has come is not heard.
    let package = Builder::new("Expenses").filler(20_000_000).to_bytes().unwrap();
    let before = desk.recorded();
    let database = if tenant::on_postgres() { None } else { Some("sluice.db") };
    for place in [Some("spool"), Some("artifacts"), Some("."), database].into_iter().flatten() {
        desk.fill(place);
        is_refused(desk.upload(&package));
        assert_eq!(desk.recorded(), before, "without room in {place}");
        assert_eq!(desk.maya.open("/healthz", "").unwrap().status(), "200");
    }
    desk.world.free();
    assert!(desk.upload(&package).redirects().unwrap().contains("/imports/"));
}

#[actix_web::test]
async fn a_run_that_finds_the_disk_full_says_so_waits_and_goes_on() {
    let mut desk = Desk::new();
    let solutions = desk.tenant.solutions(1).await;
    desk.fill("artifacts");
    let run = desk.begin(&solutions[0]);
    desk.wait_for_operation(run, "it says what it waits for", |open| open.message.contains(FULL));
    assert!(desk.maya.read(&format!("/runs/{run}")).unwrap().contains(FULL));
    desk.world.free();
    desk.wait_for(run, State::ValidationSucceeded);
    desk.maya.post(&format!("/runs/{run}/deployment"), &[("notes", "")]).unwrap().redirects().unwrap();
    desk.wait_for(run, State::Succeeded);
    let books = Ledger::new(&desk.tenant).balance(&Promises::default()).await;
    assert_eq!(books.imports, 1);
}

#[actix_web::test]
async fn a_database_without_room_takes_nothing_loses_nothing_and_goes_on() {
    if tenant::on_postgres() {
        println!("(of SQLite; here is PostgreSQL, which has a disk of its own)");
        return;
    }
    let mut desk = Desk::new();
    let solutions = desk.tenant.solutions(MAKERS + 1).await;
    let makers = Makers::start(&desk.tenant.contoso, &desk.servers, &solutions[..MAKERS]);
    let visitor = Visitor::start(&desk.tenant.contoso, desk.servers.door());
    for _ in 0..3 {
        thread::sleep(Duration::from_secs(2));
        desk.fill("sluice.db");
        // What was being written when the room ended is through.
        thread::sleep(Duration::from_millis(500));
        let before = desk.recorded();
        is_refused(desk.next(&solutions[MAKERS]));
        thread::sleep(Duration::from_secs(1));
        assert_eq!(desk.recorded(), before);
        desk.world.free();
    }
    thread::sleep(Duration::from_secs(1));
    makers.stop();
    let seen = visitor.stop();
    let mut ledger = Ledger::new(&desk.tenant);
    ledger.wait_until_quiet(QUIET);
    ledger.nothing_is_forgotten();
    let books = ledger.balance(&makers.promises()).await;
    println!("3 times without room: {books}; {seen:?}");
    assert!(books.succeeded > MAKERS, "so few deployments prove nothing: {books}");
    assert_eq!(seen.apologies, 0, "who only reads notices nothing");
}
