//! The demo's environments, and the host with its pipeline.

use super::{accepted, cast::Cast, permit};
use crate::{
    app::App,
    db::Conn,
    error::Error,
    id::{DeploymentEnvironmentId, EnvironmentId},
    models::{
        deployment_environment::{DeploymentEnvironment, Registration},
        environment::{AdministerEnvironment, Details, Environment, EnvironmentKind},
        environment_role::Member,
        group::{AdministerGroup, Group},
        host::{Host, ManageHost},
        permit::{AdministerTenant, Permit},
        pipeline::{Pipeline, PipelineInput},
        principal::Principal,
        role_holder::RoleHolder,
        seen_pipeline::ManagePipeline,
        share::Share,
        stage::{Stage, StageInput},
    },
    platform::embedded::connections,
    rules::{
        rights::{Access, EnvironmentRole, HostRole},
        validation::RecordKind,
    },
    worker,
};

/// Where the story takes place.
#[derive(Debug, Clone)]
pub struct Places {
    pub development: Environment,
    pub pipeline: Pipeline,
    /// The stage to *Contoso QA*.
    pub test: Stage,
    /// The stage to *Contoso Production*.
    pub production: Stage,
}

struct Environments {
    host: Environment,
    development: Environment,
    qa: Environment,
    production: Environment,
}

struct Records {
    development: DeploymentEnvironmentId,
    qa: DeploymentEnvironmentId,
    production: DeploymentEnvironmentId,
}

/// Makes everything that deployments need.
pub async fn build(app: &App, cast: &Cast) -> Result<Places, Error> {
    let people = cast.clone();
    let (environments, records) = app
        .db
        .write(move |c| {
            let environments = environments(c, &people)?;
            let records = host(c, &people, &environments)?;
            Ok((environments, records))
        })
        .await?;
    // A pipeline is complete only once its environments are validated.
    worker::run_pending(app).await?;
    let people = cast.clone();
    app.db.write(move |c| pipeline(c, &people, environments, &records)).await
}

fn environments(conn: &mut Conn, cast: &Cast) -> Result<Environments, Error> {
    use EnvironmentKind::{Developer, Production, Sandbox};
    let host = environment(conn, cast, "Contoso Host", Production, true)?;
    let development = environment(conn, cast, "Contoso Development", Developer, false)?;
    let qa = environment(conn, cast, "Contoso QA", Sandbox, true)?;
    let production = environment(conn, cast, "Contoso Production", Production, true)?;
    for environment in [&development, &qa, &production] {
        let may = permit::<AdministerEnvironment>(conn, &cast.ada, &[("environment", environment.id.to_string())])?;
        Member::add(conn, &may, Principal::Person(cast.maya.id), EnvironmentRole::SystemCustomizer)?;
        Member::add(conn, &may, Principal::Person(cast.vic.id), EnvironmentRole::BasicUser)?;
        for (name, connector) in [
            ("Office 365 (service account)", "shared_office365"),
            ("Approvals (service account)", "shared_approvals"),
            ("Dataverse (service account)", "shared_commondataserviceforapps"),
        ] {
            connections::add(conn, environment.id, name, connector, cast.ada.id)?;
        }
    }
    Ok(Environments { host, development, qa, production })
}

fn environment(
    conn: &mut Conn,
    cast: &Cast,
    name: &str,
    kind: EnvironmentKind,
    managed: bool,
) -> Result<Environment, Error> {
    let may = permit::<AdministerTenant>(conn, &cast.ada, &[])?;
    let region = "Europe".parse().map_err(|error: String| Error::internal(error))?;
    Environment::create(conn, &may, &Details { name: name.to_owned(), region, kind, managed, dataverse: true })
}

fn host(conn: &mut Conn, cast: &Cast, environments: &Environments) -> Result<Records, Error> {
    let id = environments.host.id.to_string();
    let may = permit::<AdministerEnvironment>(conn, &cast.ada, &[("environment", id.clone())])?;
    Host::install(conn, &may)?;
    let may = permit::<ManageHost>(conn, &cast.ada, &[("host", id)])?;
    accepted(RoleHolder::give(conn, &may, Principal::Person(cast.maya.id), HostRole::User)?)?;
    Ok(Records {
        development: record(conn, &may, &environments.development, RecordKind::Development)?,
        qa: record(conn, &may, &environments.qa, RecordKind::Target)?,
        production: record(conn, &may, &environments.production, RecordKind::Target)?,
    })
}

fn record(
    conn: &mut Conn,
    may: &Permit<ManageHost>,
    environment: &Environment,
    kind: RecordKind,
) -> Result<DeploymentEnvironmentId, Error> {
    let (name, guid) = (environment.name.clone(), environment.guid.clone());
    let new = Registration { name, kind, guid, description: String::new() };
    Ok(accepted(DeploymentEnvironment::register(conn, may, &new)?)?.id)
}

fn pipeline(conn: &mut Conn, cast: &Cast, environments: Environments, records: &Records) -> Result<Places, Error> {
    let pipeline = new_pipeline(conn, cast, environments.host.id)?;
    let may = permit::<ManagePipeline>(conn, &cast.ada, &[("pipeline", pipeline.id.to_string())])?;
    accepted(Pipeline::link(conn, &may, records.development)?)?;
    let test = stage(conn, &may, "Test", "Testers try every version here first.", None, records.qa)?;
    let description = "What people work with every day.";
    let production = stage(conn, &may, "Production", description, Some(&test), records.production)?;
    accepted(Share::add(conn, &may, Principal::Person(cast.maya.id), Access::Run)?)?;
    let viewers = viewers(conn, cast)?;
    accepted(Share::add(conn, &may, Principal::Group(viewers.id), Access::View)?)?;
    Ok(Places { development: environments.development, pipeline, test, production })
}

fn new_pipeline(conn: &mut Conn, cast: &Cast, host: EnvironmentId) -> Result<Pipeline, Error> {
    let may = permit::<ManageHost>(conn, &cast.ada, &[("host", host.to_string())])?;
    let new = PipelineInput {
        name: "Contoso Standard".into(),
        description: "From development through test to production, for all solutions of Contoso.".into(),
        allow_redeploy: true,
    };
    accepted(Pipeline::create(conn, &may, &new)?)
}

fn stage(
    conn: &mut Conn,
    may: &Permit<ManagePipeline>,
    name: &str,
    description: &str,
    previous: Option<&Stage>,
    target: DeploymentEnvironmentId,
) -> Result<Stage, Error> {
    let (name, description) = (name.to_owned(), description.to_owned());
    let new = StageInput { name, description, previous: previous.map(|stage| stage.id), target };
    accepted(Stage::add(conn, may, &new)?)
}

fn viewers(conn: &mut Conn, cast: &Cast) -> Result<Group, Error> {
    let may = permit::<AdministerTenant>(conn, &cast.ada, &[])?;
    let group = Group::create(conn, &may, "Viewers", "Who may follow deployments without running them.")?;
    let may = permit::<AdministerGroup>(conn, &cast.ada, &[("group", group.id.to_string())])?;
    Group::add_member(conn, &may, cast.vic.id)?;
    Ok(group)
}
