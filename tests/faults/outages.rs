//! A database that is restarted in the middle of the work: who asks meanwhile is told so, and all goes on afterwards,
//! with servers that nobody touched.

use std::{thread, time::Duration};

use crate::{
    MAKERS, QUIET,
    cluster::Cluster,
    ledger::Ledger,
    makers::Makers,
    servers::Servers,
    tenant::{self, Tenant},
    visitor::Visitor,
};

/// How long the database is away each time; servers wait up to ten seconds for a connection.
const AWAY: [u64; 6] = [0, 0, 3, 0, 12, 0];

#[actix_web::test]
async fn a_database_that_is_restarted_in_mid_run_costs_nothing_but_time() {
    if !tenant::on_postgres() {
        println!("(of PostgreSQL; here is SQLite, which does not restart)");
        return;
    }
    let cluster = Cluster::start(None);
    let tenant = Tenant::on_postgres(&cluster.url());
    let solutions = tenant.solutions(MAKERS).await;
    let servers = Servers::start(&tenant);
    let makers = Makers::start(&tenant.contoso, &servers, &solutions);
    let visitor = Visitor::start(&tenant.contoso, servers.door());
    for seconds in AWAY {
        thread::sleep(Duration::from_secs(3));
        cluster.crash();
        thread::sleep(Duration::from_secs(seconds));
        cluster.go_on();
    }
    thread::sleep(Duration::from_secs(1));
    makers.stop();
    let seen = visitor.stop();
    let mut ledger = Ledger::new(&tenant);
    ledger.wait_until_quiet(QUIET);
    ledger.nothing_is_forgotten();
    let books = ledger.balance(&makers.promises()).await;
    println!("{} restarts of the database: {books}; {seen:?}", AWAY.len());
    assert!(books.succeeded > MAKERS, "so few deployments prove nothing: {books}");
    assert!(seen.apologies > 0, "nobody noticed: {seen:?}");
}
