//! What the server needs: memory and time, measured on the program itself over HTTP, each beside its limit. Ends with
//! an error when one is over it, or when all of it takes longer than three minutes.

// The tests of faults use more of it.
#[allow(dead_code)]
mod client;
mod figures;
mod maker;
mod program;
mod runs;
mod tenant;
mod wide;

use std::{
    error::Error,
    sync::LazyLock,
    thread::sleep,
    time::{Duration, Instant},
};

use sluice::models::person::Person;

use client::Client;
use figures::{Figures, median};
use maker::Maker;
use program::Program;
use tenant::{PASSWORD, Tenant};

type Outcome<T> = Result<T, Box<dyn Error>>;

const STARTS: usize = 5;
const PAGES: usize = 50;
const DEPLOYMENTS: usize = 20;
/// After how long a server that does nothing is called idle.
const IDLE: Duration = Duration::from_secs(5);

static END: LazyLock<Instant> = LazyLock::new(|| Instant::now() + Duration::from_secs(180));

/// How long there is left for everything.
fn time_left() -> Outcome<Duration> {
    END.checked_duration_since(Instant::now()).ok_or_else(|| "this takes longer than three minutes".into())
}

fn main() -> Outcome<()> {
    time_left()?;
    let tenant = Tenant::new()?;
    let mut figures = Figures::default();
    let program = starts(&tenant, &mut figures)?;
    memory_when_idle(&program, "after the start", &mut figures)?;
    histories(&tenant, &program, &mut figures)?;
    memory_when_idle(&program, "after some pages", &mut figures)?;
    let mut maker = Maker::new(&tenant, &program)?;
    let growth = maker.upload_a_large_package()?;
    figures.add("memory that an upload of 200 MB adds at most", growth, "MB", 16.0);
    deployments(&mut maker, &mut figures)?;
    wide::measure(&tenant, &program, &mut figures)?;
    figures.print()
}

fn starts(tenant: &Tenant, figures: &mut Figures) -> Outcome<Program> {
    let mut times = Vec::new();
    loop {
        let program = Program::start(tenant.folder())?;
        times.push(program.started_in);
        if times.len() == STARTS {
            figures.add("from the start of the program to its first page", median(times), "ms", 200.0);
            return Ok(program);
        }
        program.stop()?;
    }
}

fn memory_when_idle(program: &Program, when: &str, figures: &mut Figures) -> Outcome<()> {
    sleep(IDLE);
    figures.add(&format!("memory when idle, {when}"), program.memory()?, "MB", 30.0);
    Ok(())
}

fn histories(tenant: &Tenant, program: &Program, figures: &mut Figures) -> Outcome<()> {
    let (ada, vic, quinn) = (&tenant.ada, &tenant.vic, &tenant.quinn);
    for (person, whose) in [(ada, "a system administrator"), (vic, "a viewer"), (quinn, "a viewer of old runs")] {
        let mut client = sign_in(program, person)?;
        let page = client.read("/deployments")?;
        if page.matches("href=\"/runs/").count() < 50 {
            return Err(format!("{} does not see a full page of runs", person.name).into());
        }
        let mut times = Vec::new();
        for _ in 0..PAGES {
            let start = Instant::now();
            client.get("/deployments")?;
            times.push(start.elapsed());
        }
        figures.add(&format!("a page of history for {whose}"), median(times), "ms", 10.0);
    }
    Ok(())
}

fn deployments(maker: &mut Maker, figures: &mut Figures) -> Outcome<()> {
    maker.import_a_small_package()?;
    let mut times = Vec::new();
    for number in 1..=DEPLOYMENTS {
        times.push(maker.deploy(&format!("1.0.0.{number}"))?);
    }
    figures.add("from Deploy to Succeeded, 1 MB", median(times), "ms", 150.0);
    Ok(())
}

fn sign_in(program: &Program, person: &Person) -> Outcome<Client> {
    let mut client = program.client();
    client.post("/sign-in", &[("email", &person.email), ("password", PASSWORD)])?.redirects()?;
    Ok(client)
}
