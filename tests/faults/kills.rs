//! Servers that are killed in the middle of their work, again and again, while people go on deploying.

use std::time::{Duration, Instant};

use rand::Rng;

use crate::{MAKERS, QUIET, ledger::Ledger, makers::Makers, servers::Servers, tenant::Tenant};

/// After how many kills everybody waits until all is done, and the books are balanced.
const BALANCE_EVERY: usize = 10;

#[actix_web::test]
async fn nothing_is_lost_and_nothing_happens_twice_when_servers_are_killed() {
    let kills = std::env::var("SLUICE_KILLS").map_or(50, |kills| kills.parse().expect("SLUICE_KILLS is a number"));
    let tenant = Tenant::new();
    let solutions = tenant.solutions(MAKERS).await;
    let mut servers = Servers::start(&tenant);
    let mut ledger = Ledger::new(&tenant);
    let makers = Makers::start(&tenant.contoso, &servers, &solutions);
    let (mut dead, mut slowest) = (Vec::new(), Duration::ZERO);
    for kill in 1..=kills {
        std::thread::sleep(Duration::from_millis(rand::rng().random_range(20..1500)));
        let victim = servers.kill();
        ledger.nothing_is_forgotten();
        // With several servers, the others sometimes have to go on without it for a while.
        if servers.several() && rand::rng().random_bool(0.3) && dead.is_empty() {
            dead.push(victim);
        } else {
            servers.restart(victim);
        }
        if kill % BALANCE_EVERY == 0 || kill == kills {
            dead.drain(..).for_each(|victim| servers.restart(victim));
            makers.pause();
            let began = Instant::now();
            ledger.wait_until_quiet(QUIET);
            let quiet = began.elapsed();
            slowest = slowest.max(quiet);
            let books = ledger.balance(&makers.promises()).await;
            println!("{kill} kills: {books}; quiet after {} ms", quiet.as_millis());
            makers.go_on();
        }
    }
    makers.stop();
    ledger.wait_until_quiet(QUIET);
    // All packages once more.
    let books = Ledger::new(&tenant).balance(&makers.promises()).await;
    println!("{kills} kills, {books}; longest wait until quiet {} ms", slowest.as_millis());
    assert!(books.succeeded > kills / 4, "so few deployments prove nothing: {books}");
}
