//! A clock that is put forward or back by hours while servers work: leases seem to have run out, or to hold for hours,
//! and times to come are distant. On PostgreSQL it is the clock of the database's machine and of all servers.

use std::{sync::Arc, thread, time::Duration};

use chrono::TimeDelta;
use rand::Rng;
use sluice::{db, models::operation::Operation, rules::state::State};

use crate::{
    MAKERS, QUIET,
    cluster::Cluster,
    desk::Desk,
    ledger::Ledger,
    makers::Makers,
    servers::Servers,
    tenant::{self, Tenant},
    world::World,
};

/// Where the clock is put, in hours from what is right: by as much as eight hours at a time. In the end it is back.
const HOURS: [i64; 8] = [3, -3, 5, 0, -8, -2, 4, -4];

#[actix_web::test]
async fn a_clock_that_jumps_makes_nothing_happen_twice_and_holds_nothing_up() {
    let world = Arc::new(World::new());
    let cluster = tenant::on_postgres().then(|| Cluster::start(Some(&world)));
    let tenant = cluster.as_ref().map_or_else(Tenant::new, |cluster| Tenant::on_postgres(&cluster.url()));
    let solutions = tenant.solutions(MAKERS).await;
    let mut servers = Servers::start_in(&world, &tenant);
    let makers = Makers::start(&tenant.contoso, &servers, &solutions);
    let mut ledger = Ledger::new(&tenant);
    let mut dead = None;
    for hours in HOURS {
        thread::sleep(Duration::from_secs(2));
        // Claims of a server that is gone are the ones that only the clock ends.
        let victim = servers.kill();
        world.put_clock(hours);
        if cluster.is_some() {
            let wrong = tenant.contoso.app.read(|c| Ok(db::clock(c)?)) - db::now();
            let off = (wrong - TimeDelta::hours(hours)).abs();
            assert!(off < TimeDelta::minutes(1), "the database knows of no other clock: {wrong}");
        }
        ledger.nothing_is_forgotten();
        if let Some(dead) = dead.replace(victim).filter(|_| servers.several()) {
            servers.restart(dead);
        }
        if !servers.several() {
            servers.restart(victim);
        }
    }
    thread::sleep(Duration::from_secs(rand::rng().random_range(1..3)));
    makers.stop();
    ledger.wait_until_quiet(QUIET);
    let books = ledger.balance(&makers.promises()).await;
    println!("{} jumps of the clock: {books}", HOURS.len());
    assert!(books.succeeded > MAKERS, "so few deployments prove nothing: {books}");
}

#[actix_web::test]
async fn what_waits_for_a_time_that_the_clock_made_distant_is_done_soon() {
    if tenant::on_postgres() {
        println!("(of SQLite; here is PostgreSQL, whose clock others use too)");
        return;
    }
    let mut desk = Desk::new();
    let solutions = desk.tenant.solutions(1).await;
    desk.world.put_clock(6);
    // What finds no room waits for its next try.
    desk.fill("artifacts");
    let run = desk.begin(&solutions[0]);
    let distant = |open: Operation| open.attempts > 0 && open.due_at > db::now() + TimeDelta::hours(5);
    desk.wait_for_operation(run, "it waits by the server's clock", distant);
    desk.world.put_clock(0);
    desk.world.free();
    desk.wait_for(run, State::ValidationSucceeded);
}
