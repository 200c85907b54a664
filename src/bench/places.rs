//! Where things are and how they move: environments, hosts, pipelines, made by the models' verbs as people make them.

use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::{
        deployment_environment::{DeploymentEnvironment, Registration, known},
        environment::{AdministerEnvironment, Details, Environment, EnvironmentKind},
        host::{Host, ManageHost},
        permit::{Action, AdministerTenant, Path as Ids, Permit},
        person::Person,
        pipeline::{Pipeline, PipelineInput},
        problem::Attempt,
        seen_pipeline::ManagePipeline,
        stage::{Stage, StageInput},
    },
    rules::validation::RecordKind,
};

/// A way for solutions to go: from where, and through which stages.
#[derive(Debug, Clone)]
pub struct Line {
    pub pipeline: Pipeline,
    pub source: DeploymentEnvironment,
    pub stages: Vec<Stage>,
}

/// A host with environments, of which pipelines are made.
pub struct Site {
    host: Host,
    source: DeploymentEnvironment,
    targets: Vec<DeploymentEnvironment>,
}

impl Line {
    /// The environment where its solutions are made.
    pub fn development(&self) -> Result<EnvironmentId, Error> {
        self.source.environment_id.ok_or(Error::NotFound)
    }

    /// Its pipeline's key.
    pub fn id(&self) -> PipelineId {
        self.pipeline.id
    }
}

impl Site {
    /// A host with a development environment and these targets.
    pub fn build(conn: &mut Conn, ada: &Person, name: &str, targets: &[String]) -> Result<Site, Error> {
        let environment = environment(conn, ada, name)?;
        let may: Permit<AdministerEnvironment> = permit(conn, ada, "environment", environment.id)?;
        let host = Host::install(conn, &may)?;
        let source = register(conn, ada, &host, &format!("{name} Development"), RecordKind::Development)?;
        let target = |target: &String| register(conn, ada, &host, &format!("{name} {target}"), RecordKind::Target);
        let targets = targets.iter().map(target).collect::<Result<_, Error>>()?;
        Ok(Site { host, source, targets })
    }

    /// The host's key.
    pub fn host(&self) -> EnvironmentId {
        self.host.id
    }

    /// The environments, that of development first.
    pub fn environments(&self) -> Vec<EnvironmentId> {
        std::iter::once(&self.source).chain(&self.targets).filter_map(|record| record.environment_id).collect()
    }

    /// A pipeline through all targets.
    pub fn line(&self, conn: &mut Conn, ada: &Person, name: &str) -> Result<Line, Error> {
        self.through(conn, ada, name, &self.targets)
    }

    /// A pipeline to each of the targets.
    pub fn line_to_each(&self, conn: &mut Conn, ada: &Person, name: &str) -> Result<Vec<Line>, Error> {
        let targets = self.targets.iter().enumerate();
        let line =
            |(number, target)| self.through(conn, ada, &format!("{name} {number}"), std::slice::from_ref(target));
        targets.map(line).collect()
    }

    fn through(
        &self,
        conn: &mut Conn,
        ada: &Person,
        name: &str,
        targets: &[DeploymentEnvironment],
    ) -> Result<Line, Error> {
        let may: Permit<ManageHost> = permit(conn, ada, "host", self.host.id)?;
        let new = PipelineInput { name: name.into(), description: String::new(), allow_redeploy: true };
        let pipeline = done(Pipeline::create(conn, &may, &new))?;
        let may: Permit<ManagePipeline> = permit(conn, ada, "pipeline", pipeline.id)?;
        done(Pipeline::link(conn, &may, self.source.id))?;
        let mut stages: Vec<Stage> = Vec::new();
        for target in targets {
            let previous = stages.last().map(|stage| stage.id);
            let name = target.name.clone();
            let new = StageInput { name, description: String::new(), previous, target: target.id };
            stages.push(done(Stage::add(conn, &may, &new))?);
        }
        Ok(Line { pipeline, source: self.source.clone(), stages })
    }
}

/// What an administrator may do to one thing.
pub fn permit<A: Action>(
    conn: &mut Conn,
    ada: &Person,
    name: &'static str,
    id: impl ToString,
) -> Result<Permit<A>, Error> {
    Permit::check(conn, ada.clone(), &Ids::of([(name, id.to_string())]))
}

/// What an administrator may do to the tenant.
pub fn administration(conn: &mut Conn, ada: &Person) -> Result<Permit<AdministerTenant>, Error> {
    Permit::check(conn, ada.clone(), &Ids::default())
}

/// What nothing was wrong with.
pub fn done<T>(attempt: Attempt<T>) -> Result<T, Error> {
    attempt?.map_err(|problems| Error::internal(format!("{problems:?}")))
}

fn environment(conn: &mut Conn, ada: &Person, name: &str) -> Result<Environment, Error> {
    let may = administration(conn, ada)?;
    let region = "Europe".parse().map_err(Error::Conflict)?;
    let kind = EnvironmentKind::Sandbox;
    Environment::create(conn, &may, &Details { name: name.into(), region, kind, managed: true, dataverse: true })
}

fn register(
    conn: &mut Conn,
    ada: &Person,
    host: &Host,
    name: &str,
    kind: RecordKind,
) -> Result<DeploymentEnvironment, Error> {
    let environment = environment(conn, ada, name)?;
    let may: Permit<ManageHost> = permit(conn, ada, "host", host.id)?;
    let new = Registration { name: name.into(), kind, guid: environment.guid.clone(), description: String::new() };
    let record = done(DeploymentEnvironment::register(conn, &may, &new))?;
    DeploymentEnvironment::validate(conn, record.id, record.revision, Some(known(&environment)))?;
    DeploymentEnvironment::by_id(conn, record.id)
}
