//! What a maker does in the browser: packages go in and out, and versions go on.

use std::{
    fs::File,
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use super::{browser::Browser, fault, places::Line, server::Home};
use crate::{
    db::Db,
    error::Error,
    id::{EnvironmentId, RunId},
    models::{operation::Operation, run::Run},
    package::Builder,
    rules::state::State,
};

/// How often the database is asked for what is waited for: reading it from here disturbs the server least.
const LOOK_EVERY: Duration = Duration::from_millis(1);
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody who may do everything, at a browser.
pub struct Maker<'a> {
    browser: Browser,
    line: &'a Line,
    development: EnvironmentId,
    db: Db,
}

/// How long a package took to go in and to come out, in seconds.
pub struct Ways {
    pub up: f64,
    pub down: f64,
    /// MB.
    pub size: f64,
}

impl Maker<'_> {
    /// Who works with this pipeline.
    pub fn new<'a>(browser: &Browser, line: &'a Line, home: &Home) -> Result<Maker<'a>, Error> {
        Ok(Maker { browser: browser.clone(), line, development: line.development()?, db: home.open()? })
    }

    /// Imports a package into development.
    pub fn import(&self, package: &Path) -> Result<(), Error> {
        let review = self.upload(package)?;
        self.browser.post(&review, &[])?;
        self.until_development_is_quiet()
    }

    /// Takes the next version of a solution to the first stage; how many milliseconds that took from Deploy on.
    pub fn deploy(&self, solution: &str, version: &str) -> Result<f64, Error> {
        let (development, line) = (self.development.to_string(), self.line);
        let raise = format!("/environments/{development}/solutions/{solution}/version");
        self.browser.post(&raise, &[("version", version)])?;
        self.until_development_is_quiet()?;
        let next = format!("/pipelines/{}/stages/{}/runs", line.pipeline.id, line.stages[0].id);
        let run = self.browser.post(&next, &[("solution", solution), ("source", &development)])?;
        let id = run.strip_prefix("/runs/").and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| fault(format!("no run of {version} began")))?;
        self.until(id, State::ValidationSucceeded)?;
        let begun = Instant::now();
        self.browser.post(&format!("{run}/deployment"), &[("notes", "")])?;
        self.until(id, State::Succeeded)?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    }

    /// Uploads a package, has it checked, imported and exported, and downloads it again.
    pub fn carry(&self, package: &Path, solution: &str) -> Result<Ways, Error> {
        let begun = Instant::now();
        let review = self.browser.upload(&self.imports(), package)?;
        let up = begun.elapsed().as_secs_f64();
        self.until_development_is_quiet()?;
        self.browser.post(&review, &[])?;
        self.until_development_is_quiet()?;
        let exports = format!("/environments/{}/solutions/{solution}/exports", self.development);
        let export = self.browser.post(&exports, &[])?;
        self.until_development_is_quiet()?;
        let begun = Instant::now();
        let size = self.browser.download(&format!("{export}/unmanaged"))?;
        Ok(Ways { up, down: begun.elapsed().as_secs_f64(), size: size as f64 / 1e6 })
    }

    // The address of what is to be reviewed.
    fn upload(&self, package: &Path) -> Result<String, Error> {
        let review = self.browser.upload(&self.imports(), package)?;
        self.until_development_is_quiet()?;
        Ok(review)
    }

    fn imports(&self) -> String {
        format!("/environments/{}/imports", self.development)
    }

    fn until_development_is_quiet(&self) -> Result<(), Error> {
        until(LOOK_EVERY, || Ok(!self.db.read_now(|c| Operation::any_open(c, self.development))?))
    }

    fn until(&self, id: RunId, wanted: State) -> Result<(), Error> {
        until(LOOK_EVERY, || {
            let run = self.db.read_now(|c| Run::by_id(c, id))?;
            match run.state {
                State::Failed => Err(fault(format!("a run failed: {}", run.error_message.unwrap_or_default()))),
                state => Ok(state == wanted),
            }
        })
    }
}

/// Writes a package of about this size into a folder.
pub fn package(folder: &Path, solution: &str, bytes: u64) -> Result<PathBuf, Error> {
    let path = folder.join(format!("{solution}.zip"));
    let builder =
        Builder::new(solution).version("9.0.0.0").table(format!("{solution}_expense"), "Expense").filler(bytes);
    builder.write(File::create(&path)?).map_err(fault)?;
    Ok(path)
}

/// Waits for something, of which is asked so often.
pub fn until(every: Duration, mut is: impl FnMut() -> Result<bool, Error>) -> Result<(), Error> {
    let begun = Instant::now();
    while !is()? {
        if begun.elapsed() > PATIENCE {
            return Err(fault("what was waited for did not happen"));
        }
        sleep(every);
    }
    Ok(())
}
