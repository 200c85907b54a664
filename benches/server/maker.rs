//! What a maker does in the browser: packages go in, and versions go out.

use std::{
    fs::File,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use diesel::prelude::*;
use sluice::{db::Db, id::RunId, models::operation::Operation, package::Builder, rules::state::State, schema::runs};

use crate::{Outcome, client::Client, program::Program, sign_in, tenant::Tenant, time_left};

/// How often the database file is asked for what is waited for: reading it from here disturbs the server least.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Somebody who may do everything, at a browser.
pub struct Maker<'a> {
    tenant: &'a Tenant,
    program: &'a Program,
    db: Db,
    client: Client,
}

impl Maker<'_> {
    /// Signs in.
    pub fn new<'a>(tenant: &'a Tenant, program: &'a Program) -> Outcome<Maker<'a>> {
        Ok(Maker { tenant, program, db: tenant.database()?, client: sign_in(program, &tenant.ada)? })
    }

    /// By how much uploading 200 MB raises the resident memory at most, in MB; with the check that follows.
    pub fn upload_a_large_package(&mut self) -> Outcome<f64> {
        let package = self.package("large", 200_000_000)?;
        self.program.forget_peak()?;
        let before = self.program.memory()?;
        self.upload(&package)?;
        Ok(self.program.peak()? - before)
    }

    /// Imports 1 MB into development.
    pub fn import_a_small_package(&mut self) -> Outcome<()> {
        let package = self.package("small", 1_000_000)?;
        let review = self.upload(&package)?;
        self.client.post(&review, &[])?.redirects()?;
        self.until_development_is_quiet()
    }

    /// Takes a version to the next stage; how long that took from Deploy on.
    pub fn deploy(&mut self, version: &str) -> Outcome<Duration> {
        let (development, line) = (self.tenant.development.to_string(), &self.tenant.line);
        let raise = format!("/environments/{development}/solutions/small/version");
        self.client.post(&raise, &[("version", version)])?.redirects()?;
        self.until_development_is_quiet()?;
        let next = format!("/pipelines/{}/stages/{}/runs", line.pipeline.id, line.stage.id);
        let run = self.client.post(&next, &[("solution", "small"), ("source", &development)])?.redirects()?;
        let id = run.strip_prefix("/runs/").ok_or(format!("no run of {version} began"))?.parse()?;
        self.until(id, State::ValidationSucceeded)?;
        let start = Instant::now();
        self.client.post(&format!("{run}/deployment"), &[("notes", "")])?.redirects()?;
        self.until(id, State::Succeeded)?;
        Ok(start.elapsed())
    }

    fn package(&self, name: &str, size: u64) -> Outcome<std::path::PathBuf> {
        let path = self.tenant.folder().with_file_name(format!("{name}.zip"));
        Builder::new(name).table("con_expense", "Expense").filler(size).write(File::create(&path)?)?;
        Ok(path)
    }

    // The address of what is to be reviewed.
    fn upload(&mut self, package: &Path) -> Outcome<String> {
        let imports = format!("/environments/{}/imports", self.tenant.development);
        let review = self.client.upload(&imports, package)?.redirects()?;
        self.until_development_is_quiet()?;
        Ok(review)
    }

    fn until_development_is_quiet(&self) -> Outcome<()> {
        while self.db.read_now(|c| Operation::any_open(c, self.tenant.development))? {
            time_left()?;
            sleep(LOOK_EVERY);
        }
        Ok(())
    }

    fn until(&self, id: RunId, wanted: State) -> Outcome<()> {
        let state = runs::table.find(id).select(runs::state);
        loop {
            match self.db.read_now(|c| Ok(state.first::<State>(c)?))? {
                state if state == wanted => return Ok(()),
                State::Failed => return Err(format!("the run {id} failed").into()),
                _ => (),
            }
            time_left()?;
            sleep(LOOK_EVERY);
        }
    }
}
