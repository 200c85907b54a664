//! A tenant of many pipelines with a long history.

use std::path::{Path, PathBuf};

use sluice::{
    db::{Conn, Db},
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::{
        audit::By,
        deployment_environment::{DeploymentEnvironment, Registration, known},
        environment::{AdministerEnvironment, Details, Environment, EnvironmentKind},
        host::{Host, ManageHost},
        permit::{Action, AdministerTenant, Path as Ids, Permit},
        person::Person,
        pipeline::{Pipeline, PipelineInput},
        principal::Principal,
        problem::Attempt,
        seen_pipeline::ManagePipeline,
        share::Share,
        stage::{Stage, StageInput},
    },
    rules::{rights::Access, validation::RecordKind},
};
use tempfile::TempDir;

use crate::{
    Outcome,
    program::Program,
    runs::{self, Line},
};

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery";

const HOSTS: usize = 10;
const PIPELINES_OF_A_HOST: usize = 10;
const MAKERS: usize = 50;
/// How many environments the widest pipeline goes through.
pub const ENVIRONMENTS: usize = 20;

/// The tenant and whom and what the measuring needs of it.
pub struct Tenant {
    _folder: TempDir,
    data: PathBuf,
    /// Administers everything.
    pub ada: Person,
    /// May look at one pipeline of many, which is in use.
    pub vic: Person,
    /// May look at one pipeline of many, of which all runs are older than those of the others.
    pub quinn: Person,
    /// The source of `line`.
    pub development: EnvironmentId,
    /// A way from there.
    pub line: Line,
    pub wide: Wide,
}

/// The widest pipeline, with its environments, the development environment first.
pub struct Wide {
    pub pipeline: PipelineId,
    pub environments: Vec<EnvironmentId>,
}

impl Tenant {
    /// Makes the tenant.
    pub fn new() -> Outcome<Tenant> {
        let folder = TempDir::new()?;
        let data = folder.path().join("data");
        Program::add_administrator(&data, "ada@example.com", PASSWORD)?;
        let db = open(&data)?;
        let tenant = db.write_now(|c| {
            let ada = Person::all(c)?.into_iter().next().ok_or(Error::NotFound)?;
            let mut lines = Vec::new();
            for host in 0..HOSTS {
                lines.extend(add_host(c, &ada, &format!("Host {host}"))?);
            }
            let (vic, quinn) = (add_viewer(c, &ada, "Vic", &lines[1])?, add_viewer(c, &ada, "Quinn", &lines[2])?);
            let (makers, old) = (add_makers(c)?, lines.remove(2));
            runs::insert(c, &old, &lines, &makers)?;
            let line = lines.swap_remove(0);
            let wide = add_wide(c, &ada)?;
            let development = line.source.environment_id.ok_or(Error::NotFound)?;
            Ok(Tenant { _folder: folder, data, ada, vic, quinn, development, line, wide })
        })?;
        Ok(tenant)
    }

    /// The folder of the tenant's files; the folder above is ours too.
    pub fn folder(&self) -> &Path {
        &self.data
    }

    /// The tenant's database.
    pub fn database(&self) -> Outcome<Db> {
        open(&self.data)
    }
}

fn open(data: &Path) -> Outcome<Db> {
    Ok(Db::open_file(&data.join("sluice.db"))?)
}

// A host with a source, a target, and pipelines of one stage between them.
fn add_host(conn: &mut Conn, ada: &Person, name: &str) -> Result<Vec<Line>, Error> {
    let environment = add_environment(conn, ada, name)?;
    let may: Permit<AdministerEnvironment> = permit(conn, ada, "environment", environment.id)?;
    let host = Host::install(conn, &may)?;
    let source = register(conn, ada, &host, &format!("{name} Development"), RecordKind::Development)?;
    let target = register(conn, ada, &host, &format!("{name} Production"), RecordKind::Target)?;
    (0..PIPELINES_OF_A_HOST)
        .map(|number| add_pipeline(conn, ada, &host, &format!("{name} Pipeline {number}"), &source, &target))
        .collect()
}

fn add_environment(conn: &mut Conn, ada: &Person, name: &str) -> Result<Environment, Error> {
    let may: Permit<AdministerTenant> = Permit::check(conn, ada.clone(), &Ids::default())?;
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
    let environment = add_environment(conn, ada, name)?;
    let may: Permit<ManageHost> = permit(conn, ada, "host", host.id)?;
    let new = Registration { name: name.into(), kind, guid: environment.guid.clone(), description: String::new() };
    let record = done(DeploymentEnvironment::register(conn, &may, &new))?;
    DeploymentEnvironment::validate(conn, record.id, record.revision, Some(known(&environment)))?;
    DeploymentEnvironment::by_id(conn, record.id)
}

fn add_pipeline(
    conn: &mut Conn,
    ada: &Person,
    host: &Host,
    name: &str,
    source: &DeploymentEnvironment,
    target: &DeploymentEnvironment,
) -> Result<Line, Error> {
    let may: Permit<ManageHost> = permit(conn, ada, "host", host.id)?;
    let new = PipelineInput { name: name.into(), description: String::new(), allow_redeploy: false };
    let pipeline = done(Pipeline::create(conn, &may, &new))?;
    let may: Permit<ManagePipeline> = permit(conn, ada, "pipeline", pipeline.id)?;
    done(Pipeline::link(conn, &may, source.id))?;
    let new = StageInput { name: "Production".into(), description: String::new(), previous: None, target: target.id };
    let stage = done(Stage::add(conn, &may, &new))?;
    Ok(Line { host: host.clone(), pipeline, source: source.clone(), stage })
}

// A pipeline of one stage after the other, each with an environment of its own.
fn add_wide(conn: &mut Conn, ada: &Person) -> Result<Wide, Error> {
    let environment = add_environment(conn, ada, "Wide host")?;
    let may: Permit<AdministerEnvironment> = permit(conn, ada, "environment", environment.id)?;
    let host = Host::install(conn, &may)?;
    let source = register(conn, ada, &host, "Wide source", RecordKind::Development)?;
    let target = register(conn, ada, &host, "Wide target 1", RecordKind::Target)?;
    let line = add_pipeline(conn, ada, &host, "Wide", &source, &target)?;
    let may: Permit<ManagePipeline> = permit(conn, ada, "pipeline", line.pipeline.id)?;
    let (mut last, mut records) = (line.stage, vec![source, target]);
    while records.len() < ENVIRONMENTS {
        let name = format!("Wide target {}", records.len());
        let target = register(conn, ada, &host, &name, RecordKind::Target)?;
        let new = StageInput { name, description: String::new(), previous: Some(last.id), target: target.id };
        last = done(Stage::add(conn, &may, &new))?;
        records.push(target);
    }
    let environments = records.iter().filter_map(|record| record.environment_id).collect();
    Ok(Wide { pipeline: line.pipeline.id, environments })
}

fn add_viewer(conn: &mut Conn, ada: &Person, name: &str, line: &Line) -> Result<Person, Error> {
    let person = Person::add(conn, &By::sluice(), name, &format!("{}@example.com", name.to_lowercase()), false)?;
    person.set_password_hash(conn, &By::sluice(), &sluice::models::password::hash(PASSWORD)?)?;
    let may: Permit<ManagePipeline> = permit(conn, ada, "pipeline", line.pipeline.id)?;
    done(Share::add(conn, &may, Principal::Person(person.id), Access::View))?;
    Ok(person)
}

// Those who started all those runs.
fn add_makers(conn: &mut Conn) -> Result<Vec<Person>, Error> {
    let add = |number| {
        Person::add(conn, &By::sluice(), &format!("Maker {number}"), &format!("maker{number}@example.com"), false)
    };
    (0..MAKERS).map(add).collect()
}

fn permit<A: Action>(conn: &mut Conn, ada: &Person, name: &'static str, id: impl ToString) -> Result<Permit<A>, Error> {
    Permit::check(conn, ada.clone(), &Ids::of([(name, id.to_string())]))
}

fn done<T>(attempt: Attempt<T>) -> Result<T, Error> {
    attempt?.map_err(|problems| Error::internal(format!("{problems:?}")))
}
