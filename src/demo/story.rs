//! What happened in the demo so far: imports by hand in development, then runs through the pipeline.

use std::io::Write;

use super::{
    calendar::Calendar,
    cast::Cast,
    packages::{self, CORE, EXPENSES},
    permit,
    places::Places,
};
use crate::{
    app::App,
    error::Error,
    handlers::operations::{About, Asked},
    id::EnvironmentId,
    models::{
        audit::Change,
        environment::ChangeSolutions,
        operation::{OperationKind, by_hand::Order},
        person::Person,
        run::{CancelRun, DeployRun, Run, Start},
        seen_pipeline::RunPipeline,
        stage::Stage,
    },
    package::{Builder, Package, version::Version},
    platform::Act,
    rules::{connections::Connections, state::State},
    worker,
};

/// The story, told once.
pub struct Story<'a> {
    pub app: &'a App,
    pub cast: &'a Cast,
    pub places: &'a Places,
    pub calendar: &'a mut Calendar,
}

impl Story<'_> {
    /// Lets everything happen, day by day.
    pub async fn tell(&mut self) -> Result<(), Error> {
        let (ada, maya) = (&self.cast.ada, &self.cast.maya);
        let (test, production) = (&self.places.test, &self.places.production);
        self.calendar.day(29, 9, 12);
        self.import(packages::core()).await?;
        self.import(packages::expenses("1.0.0.1")).await?;
        let failed = self.start(maya, test, EXPENSES).await?;
        expect(&failed, State::Failed)?;
        self.calendar.day(28, 13, 40);
        self.deploy(maya, test, CORE, "The tables first: Expenses needs them.").await?;
        self.calendar.day(26, 16, 5);
        self.deploy(ada, production, CORE, "").await?;
        self.calendar.day(21, 10, 31);
        self.import(packages::expenses("1.0.0.2")).await?;
        self.deploy(maya, test, EXPENSES, "First version for the testers.").await?;
        self.calendar.day(18, 15, 47);
        self.deploy(maya, production, EXPENSES, "Tested by Finance, goes live on Monday.").await?;
        self.calendar.day(8, 11, 20);
        self.import(packages::expenses("1.0.0.3")).await?;
        self.cancel(maya, test, EXPENSES).await?;
        self.calendar.day(5, 14, 3);
        self.import(packages::expenses("1.0.0.4")).await?;
        self.deploy(maya, test, EXPENSES, "Reminders on Mondays.").await?;
        self.calendar.day(2, 9, 55);
        self.raise(EXPENSES, "1.0.0.5").await?;
        self.calendar.day(1, 12, 26);
        self.import(packages::onboarding()).await
    }

    /// Maya imports a package into development.
    async fn import(&self, package: Builder) -> Result<(), Error> {
        let mut spool = self.app.artifacts.spool()?;
        spool.write_all(&package.to_bytes()?)?;
        let spooled = spool.finish()?;
        let read = Package::read(&spooled.file()?, &self.app.limits);
        let Package { manifest, inventory, .. } = read.map_err(|error| Error::internal(error.to_string()))?;
        let package = self.app.artifacts.keep(spooled).await?;
        let connections = self.connections(self.places.development.id).await?;
        let settings = packages::settings(&inventory, &connections, "expenses-dev@example.com", "contoso-dev");
        let changes = vec![
            Change::new("Version", "", &manifest.version),
            Change::new("Package", "", "unmanaged"),
            Change::new("SHA-256", "", &package.hash),
        ];
        let (unique_name, display_name, version) = (manifest.unique_name, manifest.display_name, manifest.version);
        let act = Act::Import { package, settings };
        self.change(OperationKind::Import, act, About { unique_name, display_name, version }, changes).await
    }

    /// Maya raises the version of a solution in development.
    async fn raise(&self, solution: &str, version: &str) -> Result<(), Error> {
        let at = self.places.development.id;
        let there = self.app.platforms.embedded().solution(at, solution).await;
        let there = there.map_err(|error| Error::internal(error.to_string()))?.ok_or(Error::NotFound)?.summary;
        let version: Version = version.parse().map_err(|error| Error::Internal(Box::new(error)))?;
        let changes = vec![Change::new("Version", &there.version, &version)];
        let act = Act::SetVersion { solution: solution.to_owned(), version: version.clone() };
        self.change(OperationKind::SetVersion, act, About { version, ..About::from(&there) }, changes).await
    }

    async fn change(&self, kind: OperationKind, act: Act, about: About, changes: Vec<Change>) -> Result<(), Error> {
        let (maya, at) = (self.cast.maya.clone(), self.places.development.id.to_string());
        let input = Asked::input(act, &about)?;
        let order = Order { kind, input, solution: about.unique_name, changes, reason: String::new() };
        let queued = self.app.db.write(move |c| {
            let may = permit::<ChangeSolutions>(c, &maya, &[("environment", at)])?;
            order.queue(c, &may)
        });
        queued.await?;
        worker::run_pending(self.app).await
    }

    /// Next on a stage's card, until the validation has ended.
    async fn start(&self, by: &Person, stage: &Stage, solution: &str) -> Result<Run, Error> {
        let (by, pipeline) = (by.clone(), self.places.pipeline.id.to_string());
        let start = Start::next(stage.id, solution, Some(self.places.development.id));
        let started = self.app.db.write(move |c| {
            let may = permit::<RunPipeline>(c, &by, &[("pipeline", pipeline)])?;
            Run::start(c, &may, &start)
        });
        let run = started.await?;
        worker::run_pending(self.app).await?;
        self.now(&run).await
    }

    /// Next, then Deploy.
    async fn deploy(&self, by: &Person, stage: &Stage, solution: &str, notes: &str) -> Result<(), Error> {
        let run = self.start(by, stage, solution).await?;
        expect(&run, State::ValidationSucceeded)?;
        let connections = self.connections(run.target_environment_id).await?;
        let mut settings = run.settings()?;
        match stage.id == self.places.test.id {
            true => packages::fill(&mut settings, &connections, "expenses-test@example.com", "contoso-test"),
            false => packages::fill(&mut settings, &connections, "expenses@example.com", "contoso"),
        }
        let (by, id, notes) = (by.clone(), run.id.to_string(), notes.to_owned());
        let deployed = self.app.db.write(move |c| {
            let may = permit::<DeployRun>(c, &by, &[("run", id)])?;
            Run::deploy(c, &may, &settings, &connections, &notes)
        });
        deployed.await?;
        worker::run_pending(self.app).await?;
        expect(&self.now(&run).await?, State::Succeeded)
    }

    /// Next, then Cancel.
    async fn cancel(&self, by: &Person, stage: &Stage, solution: &str) -> Result<(), Error> {
        let run = self.start(by, stage, solution).await?;
        let (by, id) = (by.clone(), run.id.to_string());
        let canceled = self.app.db.write(move |c| {
            let may = permit::<CancelRun>(c, &by, &[("run", id)])?;
            Run::cancel(c, &may)
        });
        canceled.await?;
        expect(&self.now(&run).await?, State::Canceled)
    }

    async fn connections(&self, at: EnvironmentId) -> Result<Connections, Error> {
        let connections = self.app.platforms.embedded().connections(at).await;
        connections.map_err(|error| Error::internal(error.to_string()))
    }

    async fn now(&self, run: &Run) -> Result<Run, Error> {
        let id = run.id;
        self.app.db.read(move |c| Run::by_id(c, id)).await
    }
}

// A demo that tells another story than this one is broken, and says so where it is made.
fn expect(run: &Run, state: State) -> Result<(), Error> {
    if run.state == state {
        return Ok(());
    }
    let (what, how) = (format!("{} {} to {}", run.solution_name, run.version, run.stage_name), run.state.label());
    let why = run.error_message.as_deref().unwrap_or_default();
    Err(Error::internal(format!("the demo's {what} ended as {how} instead of {}: {why}", state.label())))
}
