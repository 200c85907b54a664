//! One environment's page in the admin center: its facts and its members.

use askama::Template;

use super::{
    deployment_environments::fits,
    environments::path,
    principals::{self, Chooser},
};
use crate::{
    db::{Conn, Db},
    error::Error,
    handlers::clock,
    id::EnvironmentId,
    models::{
        deployment_environment::DeploymentEnvironment,
        environment::{AdministerEnvironment, Environment},
        environment_role::Member,
        host::{Host, Installation},
        permit::Permit,
        person::Person,
    },
    rules::rights::EnvironmentRole,
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, page},
        time::{Clock, Moment},
    },
};

/// The page, with the form that adds a member.
#[derive(Template)]
#[template(path = "environments/show.html")]
pub struct Show {
    layout: Layout,
    environment: Environment,
    retired: Option<Moment>,
    host: Option<HostFacts>,
    bound_to: String,
    /// The hosts that could register it, of those that who looks administers, as key and name.
    registrable: Vec<(EnvironmentId, String)>,
    members: Vec<Member>,
    chooser: Chooser,
    /// The choices of *Role*.
    roles: Vec<(&'static str, &'static str)>,
    form: Form,
}

struct HostFacts {
    installation: Installation,
    installed: Moment,
    /// Whether who looks may open its Configuration.
    open: bool,
}

/// `GET /admin/environments/{environment}`
pub async fn show(db: Db, permit: Permit<AdministerEnvironment>, layout: Layout) -> Answer {
    let (environment, person) = (permit.environment.clone(), permit.person().clone());
    page(db.read(move |c| Show::of(c, &person, environment, layout, Form::default())).await?)
}

impl Show {
    /// The page of `environment` as `person`, who administers it, sees it.
    pub fn of(
        conn: &mut Conn,
        person: &Person,
        environment: Environment,
        layout: Layout,
        mut form: Form,
    ) -> Result<Show, Error> {
        let search = format!("{}/roles/matches", path(environment.id));
        let clock = clock::of(person);
        Ok(Show {
            retired: environment.retired_at.map(|at| clock.tell(at)),
            host: host_facts(conn, person, &environment, clock)?,
            bound_to: bound_to(conn, person, &environment)?,
            registrable: registrable(conn, person, &environment)?,
            members: Member::of(conn, environment.id)?,
            roles: EnvironmentRole::ALL.iter().map(|role| (role.as_str(), role.label())).collect(),
            chooser: principals::ANYONE.chooser(conn, &mut form, search)?,
            layout,
            environment,
            form,
        })
    }
}

fn host_facts(
    conn: &mut Conn,
    person: &Person,
    environment: &Environment,
    clock: Clock,
) -> Result<Option<HostFacts>, Error> {
    let Some(installation) = Installation::of(conn, environment.id)? else { return Ok(None) };
    let open = Host::by_id(conn, environment.id)?.is_managed_by(conn, person)?;
    let installed = clock.tell(installation.at);
    Ok(Some(HostFacts { installation, installed, open }))
}

fn registrable(
    conn: &mut Conn,
    person: &Person,
    environment: &Environment,
) -> Result<Vec<(EnvironmentId, String)>, Error> {
    let mut fitting = Vec::new();
    for host in Host::administered_by(conn, person)? {
        if fits(environment, &host, &DeploymentEnvironment::of_host(conn, &host)?) {
            fitting.push((host.id, host.name().to_owned()));
        }
    }
    Ok(fitting)
}

// A host is named only to who may see it.
fn bound_to(conn: &mut Conn, person: &Person, environment: &Environment) -> Result<String, Error> {
    let Some(id) = environment.bound_host_id else { return Ok("No host".into()) };
    let host = Host::by_id(conn, id)?;
    Ok(match host.is_managed_by(conn, person)? {
        true => host.name().to_owned(),
        false => "A host that you do not administer".into(),
    })
}
