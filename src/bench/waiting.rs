//! Runs that wait for their turn or their time, made while no server works: what is measured begins when one does.

use std::{future::Future, io::Write};

use tokio::runtime::Handle;

use super::{fault, places::Line, tenant::Tenant};
use crate::{
    app::App,
    artifacts::{Artifacts, Place},
    db::Db,
    error::Error,
    id::{EnvironmentId, OperationId, RunId},
    models::{
        permit::{Action, Path as Ids, Permit},
        run::{DeployRun, Run, Start},
        seen_pipeline::RunPipeline,
    },
    package::{Builder, Limits},
    platform::{Act, Operation, Progress},
    rules::{connections::Connections, schedule::Schedule, settings::DeploymentSettings},
    worker,
};

/// A tenant at work without a server.
pub struct Waiting<'a> {
    app: App,
    runtime: Handle,
    tenant: &'a Tenant,
}

impl Waiting<'_> {
    /// Opens the tenant, of which no server runs.
    pub fn open<'a>(tenant: &'a Tenant, runtime: &Handle) -> Result<Waiting<'a>, Error> {
        let data = &tenant.home.data;
        let artifacts = Artifacts::open(&Place::Folder(data.join("artifacts")), &data.join("spool"))?;
        let app = App::open(Db::open(&tenant.home.database)?, data, artifacts, Limits::default())?;
        Ok(Waiting { app, runtime: runtime.clone(), tenant })
    }

    /// Has every solution in this version validated for every target, of so many; nobody has pressed Deploy. One more target
    /// gets each at once, so that all others take the same artifact.
    pub fn validated(&self, solutions: &[String], version: usize, targets: usize) -> Result<Vec<RunId>, Error> {
        let (first, others) = self.tenant.targets.split_first().ok_or(Error::NotFound)?;
        self.wait(self.import(first.development()?, solutions, version))?;
        let runs = self.start(std::slice::from_ref(first), solutions)?;
        runs.into_iter().try_for_each(|run| self.deploy(run, None))?;
        self.work()?;
        self.start(&others[..targets], solutions)
    }

    /// Presses Deploy, for now or for later.
    pub fn deploy(&self, run: RunId, later: Option<&Schedule>) -> Result<(), Error> {
        let (settings, none) = (DeploymentSettings::default(), Connections::Listed(Vec::new()));
        self.app.db.write_now(|c| {
            let may: Permit<DeployRun> = self.permit(c, "run", run)?;
            match later {
                Some(schedule) => Run::deploy_later(c, &may, &settings, &none, "", schedule),
                None => Run::deploy(c, &may, &settings, &none, ""),
            }
        })
    }

    // Next on every card, and the validation that follows.
    fn start(&self, lines: &[Line], solutions: &[String]) -> Result<Vec<RunId>, Error> {
        let mut runs = Vec::new();
        for solution in solutions {
            for line in lines {
                let start = Start::next(line.stages[0].id, solution, Some(line.development()?));
                let run = self.app.db.write_now(|c| {
                    let may: Permit<RunPipeline> = self.permit(c, "pipeline", line.id())?;
                    Run::start(c, &may, &start)
                })?;
                runs.push(run.id);
            }
        }
        self.work()?;
        Ok(runs)
    }

    async fn import(&self, at: EnvironmentId, solutions: &[String], version: usize) -> Result<(), Error> {
        for solution in solutions {
            let package = Builder::new(solution)
                .version(format!("1.0.0.{version}"))
                .publisher("contoso", "Contoso", "con")
                .table(format!("{solution}_expense"), "Expense");
            let mut spool = self.app.artifacts.spool()?;
            spool.write_all(&package.to_bytes()?)?;
            let package = self.app.artifacts.keep(spool.finish()?).await?;
            let act = Act::Import { package, settings: DeploymentSettings::default() };
            let operation = Operation { id: OperationId::new(), environment: at, act };
            match self.app.platforms.embedded().start(&operation).await.map_err(fault)? {
                Progress::Done(_) => (),
                other => return Err(fault(format!("an import did not end: {other:?}"))),
            }
        }
        worker::refresh_sightings(&self.app).await
    }

    fn work(&self) -> Result<(), Error> {
        self.wait(worker::run_pending(&self.app))
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.runtime.block_on(work)
    }

    fn permit<A: Action>(
        &self,
        conn: &mut crate::db::Conn,
        name: &'static str,
        id: impl ToString,
    ) -> Result<Permit<A>, Error> {
        Permit::check(conn, self.tenant.ada.clone(), &Ids::of([(name, id.to_string())]))
    }
}
