//! Servers that are killed in the middle of their work, again and again, while people go on deploying: nothing that was
//! promised is lost, and nothing happens twice. One server on SQLite; two on one database where TEST_DATABASE_URL names
//! a PostgreSQL server. SLUICE_KILLS says how often.

#[path = "../../benches/server/client.rs"]
#[allow(dead_code)]
mod client;
mod faulty;
mod ledger;
mod makers;
mod race;
mod scripts;
mod servers;
#[path = "../app/support/mod.rs"]
#[allow(dead_code, unused_imports)]
mod support;

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use rand::Rng;

use self::{ledger::Ledger, makers::Makers, servers::Servers, support::Contoso};

/// What goes wrong is told and ends the test, or is tried again.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many solutions travel at a time, each with somebody who deploys it.
const MAKERS: usize = 4;
/// After how many kills everybody waits until all is done, and the books are balanced.
const BALANCE_EVERY: usize = 10;
/// How long what is under way may take to end when nobody is killed any more.
const QUIET: Duration = Duration::from_secs(90);

/// How long one request may take.
pub fn time_left() -> Outcome<Duration> {
    Ok(Duration::from_secs(20))
}

#[actix_web::test]
async fn nothing_is_lost_and_nothing_happens_twice_when_servers_are_killed() {
    let kills = std::env::var("SLUICE_KILLS").map_or(50, |kills| kills.parse().expect("SLUICE_KILLS is a number"));
    let contoso = Arc::new(Contoso::new());
    let solutions: Vec<String> = (0..MAKERS).map(|number| format!("contoso_{number}")).collect();
    for solution in &solutions {
        contoso.import(&contoso.development, &makers::solution(solution)).await;
    }
    let mut servers = Servers::start(&contoso);
    let mut ledger = Ledger::new(contoso.clone());
    let makers = Makers::start(&contoso, &servers, &solutions);
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
            slowest = slowest.max(began.elapsed());
            let books = ledger.balance(&makers.promises()).await;
            println!("{kill} kills: {books}; quiet after {} ms", began.elapsed().as_millis());
            makers.go_on();
        }
    }
    makers.stop();
    ledger.wait_until_quiet(QUIET);
    let books = ledger.balance(&makers.promises()).await;
    println!("{kills} kills, {books}; longest wait until quiet {} ms", slowest.as_millis());
    assert!(books.succeeded > kills / 4, "so few deployments prove nothing: {books}");
}
