//! `sluice bench`: a tenant with a long history, a server of this very program on it, and how fast that is beside what the
//! machine lets it. Every limit is measured in the same run as what it limits.

pub mod bare;
mod browser;
mod deployments;
mod history;
mod limits;
mod load;
mod machine;
mod maker;
mod memory;
mod options;
mod pages;
mod places;
mod report;
mod row;
mod scratch;
mod server;
mod statements;
mod tenant;
mod visits;
mod waiting;
mod wide;

use std::{
    path::{Path, PathBuf},
    thread::sleep,
    time::Duration,
};

pub use self::options::Options;
use self::{
    browser::Browser,
    load::Load,
    machine::Machine,
    maker::Maker,
    pages::Pages,
    report::Report,
    row::{Goal, Row},
    scratch::Scratch,
    server::Server,
    tenant::Tenant,
    visits::{OF_FIVE, OF_MANY, People, SOLUTION},
};
// By the names that they have where everything else is.
use sluice_core::{app, artifacts, db, error, id, models, package, platform, rules, schema, web, worker, zone};

use crate::{db::Url, error::Error};

/// How many runs the tenant has that is held against the one with many.
const FEW: u64 = 1000;
/// After how long a server that does nothing is called idle, at most.
const IDLE: Duration = Duration::from_secs(5);
/// How often what starts is started.
const STARTS: usize = 5;
/// How many deployments are watched from Deploy to Succeeded.
const DEPLOYMENTS: usize = 20;
/// How many runs are due one after another.
const DELAYS: usize = 50;

/// Everything that a measurement needs.
struct Bench<'a> {
    options: &'a Options,
    scratch: Scratch,
    load: Load,
    report: Report,
}

/// Measures everything; what to print.
pub fn run(options: &Options) -> Result<String, Error> {
    let before = options.compare.as_deref().map(Report::read).transpose()?;
    let mut bench = Bench {
        options,
        scratch: Scratch::new(options)?,
        load: Load::new()?,
        report: Report {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            machine: Machine::this(),
            database: if matches!(options.database, Some(Url::Postgres(_))) { "PostgreSQL" } else { "SQLite" }.into(),
            runs: options.runs,
            seconds: options.seconds,
            rows: Vec::new(),
        },
    };
    let done = bench.measure();
    let ended = bench.scratch.end(options.keep);
    done.and(ended)?;
    if let Some(file) = &options.json {
        bench.report.write(file)?;
    }
    Ok(bench.report.told(before.as_ref()))
}

impl Bench<'_> {
    fn measure(&mut self) -> Result<(), Error> {
        let tenant = Tenant::build(self.scratch.many())?;
        let rate = history::write(&tenant, self.options.runs)?;
        let row = Row::new("Runs written when the history is made", rate, "/s");
        self.report.add(match tenant.home.database {
            Url::Sqlite(_) => row.aims(Goal::Least(15_000.0)),
            Url::Postgres(_) => row,
        });
        let few = Tenant::build(self.scratch.few()?)?;
        history::write(&few, FEW)?;
        let browser = Browser::new(self.load.handle())?;
        let server = self.starts(&tenant, &browser)?;
        self.idle(&server, "Private memory, idle after the start", 25.0)?;
        self.pages(&tenant, &few, &server, &browser)?;
        self.idle(&server, "Private memory, idle after the load", 80.0)?;
        if self.options.only.is_none() {
            self.packages(&tenant, &server, &browser)?;
        }
        server.stop()?;
        self.deployments(&tenant, &browser)
    }

    fn starts(&mut self, tenant: &Tenant, browser: &Browser) -> Result<Server, Error> {
        let mut times = Vec::new();
        loop {
            let server = Server::start(&tenant.home, browser)?;
            times.push(server.started_in.as_secs_f64() * 1000.0);
            if times.len() == STARTS {
                let row = Row::new("Start to the first answer", median(times), "ms");
                let bare = self.bare_start(&server, browser)?;
                self.report.add(row.beside("bare", bare).aims(Goal::Most(100.0)));
                return Ok(server);
            }
            server.stop()?;
        }
    }

    // That of a server which gives the same answer without any work.
    fn bare_start(&self, server: &Server, browser: &Browser) -> Result<f64, Error> {
        bare::keep(&browser.at(server.address).look("/sign-in")?, &self.answer())?;
        let time = |_| Ok(Server::bare(&self.answer(), browser)?.started_in.as_secs_f64() * 1000.0);
        Ok(median((0..STARTS).map(time).collect::<Result<_, Error>>()?))
    }

    fn idle(&mut self, server: &Server, name: &str, most: f64) -> Result<(), Error> {
        sleep(IDLE.min(self.options.long()));
        self.report.add(Row::new(name, server.memory().private()?, "MB").aims(Goal::Most(most)));
        Ok(())
    }

    fn pages(&mut self, tenant: &Tenant, few: &Tenant, server: &Server, browser: &Browser) -> Result<(), Error> {
        let beside = Server::start(&few.home, browser)?;
        let theirs = People::sign_in(few, &beside, browser)?;
        let people = People::sign_in(tenant, server, browser)?;
        let package = maker::package(self.scratch.folder(), SOLUTION, 100_000)?;
        Maker::new(&people.ada, &tenant.lines[0], &tenant.home)?.import(&package)?;
        let pages = Pages { load: &self.load, long: self.options.long(), file: self.answer() };
        let watch = server.memory().watch();
        for page in people.pages(tenant, &theirs)?.iter().filter(|page| self.options.wants(&page.name)) {
            pages.measure(page, &mut self.report)?;
        }
        for (name, person) in [(OF_FIVE, &tenant.maya), (OF_MANY, &tenant.max)] {
            if self.options.wants(name) {
                pages.statements(name, tenant, person, &mut self.report)?;
            }
        }
        let matrix = people.matrix(tenant);
        if self.options.wants(&matrix.name) {
            wide::fill(tenant)?;
            pages.measure(&matrix, &mut self.report)?;
            pages.alone(&matrix, 20.0, &mut self.report)?;
        }
        self.report.add(Row::new("Private memory, the most under the load", watch.most()?, "MB"));
        Ok(())
    }

    fn packages(&mut self, tenant: &Tenant, server: &Server, browser: &Browser) -> Result<(), Error> {
        let folder = self.scratch.folder().to_owned();
        let largest = self.options.megabytes.iter().copied().max().unwrap_or_default();
        let (disk, hash) = (limits::writing(&folder, largest)?, limits::hashing());
        self.report.add(Row::new("The disk takes, one byte after another", disk, "MB/s"));
        self.report.add(Row::new("SHA-256 takes", hash, "MB/s"));
        let slower = if disk < hash { ("disk", disk) } else { ("SHA-256", hash) };
        let ada = browser.at(server.address).sign_in(&tenant.ada.email, tenant::PASSWORD)?;
        let maker = Maker::new(&ada, &tenant.lines[0], &tenant.home)?;
        for size in &self.options.megabytes {
            let solution = format!("large{size}");
            let package = maker::package(&folder, &solution, size * 1_000_000)?;
            let (before, watch) = (server.memory().private()?, server.memory().watch());
            let ways = maker.carry(&package, &solution)?;
            let growth = watch.most()? - before;
            let (up, down) = (ways.size / ways.up, ways.size / ways.down);
            self.report.add(Row::new(format!("Upload of {size} MB"), up, "MB/s").beside(slower.0, slower.1));
            self.report.add(Row::new(format!("Download of {size} MB"), down, "MB/s").beside("SHA-256", hash));
            let name = format!("Private memory more while {size} MB go in and out");
            self.report.add(Row::new(name, growth, "MB").aims(Goal::Most(16.0)));
        }
        self.succeeding(&maker, &folder)
    }

    fn succeeding(&mut self, maker: &Maker<'_>, folder: &Path) -> Result<(), Error> {
        maker.import(&maker::package(folder, "small", 1_000_000)?)?;
        let deploy = |number| maker.deploy("small", &format!("9.0.0.{number}"));
        let times = (1..=DEPLOYMENTS).map(deploy).collect::<Result<_, Error>>()?;
        self.report.add(Row::new("Deploy to Succeeded, 1 MB", median(times), "ms").aims(Goal::Most(150.0)));
        Ok(())
    }

    fn deployments(&mut self, tenant: &Tenant, browser: &Browser) -> Result<(), Error> {
        let count = self.options.deployments;
        for (name, targets, part) in [("Deployments to one target", 1, 0.125), ("Deployments to 16 targets", 16, 0.25)]
        {
            if self.options.wants(name) {
                let rates = deployments::rates(tenant, browser, count, targets)?;
                let row = Row::new(name, rates.deployments, "/s");
                self.report.add(row.beside("durable commits", rates.commits).aims(Goal::Part(part)));
            }
        }
        if self.options.only.is_some() {
            return Ok(());
        }
        let delays = deployments::delays(tenant, browser, DELAYS, 16)?;
        self.report.add(Row::new("Due to started, median", delays.median, "ms").aims(Goal::Most(20.0)));
        self.report.add(Row::new("Due to started, 99 of 100", delays.p99, "ms").aims(Goal::Most(100.0)));
        Ok(())
    }

    // Where it is written what the bare server answers.
    fn answer(&self) -> PathBuf {
        self.scratch.folder().join("answer.json")
    }
}

/// What a fault of the measurement says.
fn fault(error: impl std::fmt::Display) -> Error {
    Error::internal(error.to_string())
}

/// The one in the middle; nothing of nothing.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
