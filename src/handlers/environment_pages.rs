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
        host::Installation,
        permit::Permit,
        reach::{Named, Reach},
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
    page(db.read(move |c| Show::of(c, permit.reach(), permit.environment.clone(), layout, Form::default())).await?)
}

impl Show {
    /// The page of `environment` as somebody sees it who administers it.
    pub fn of(
        conn: &mut Conn,
        who: &Reach,
        environment: Environment,
        layout: Layout,
        mut form: Form,
    ) -> Result<Show, Error> {
        let search = format!("{}/roles/matches", path(environment.id));
        let clock = clock::of(who);
        Ok(Show {
            retired: environment.retired_at.map(|at| clock.tell(at)),
            host: host_facts(conn, who, &environment, clock)?,
            bound_to: bound_to(who, &environment),
            registrable: registrable(conn, who, &environment)?,
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
    who: &Reach,
    environment: &Environment,
    clock: Clock,
) -> Result<Option<HostFacts>, Error> {
    let Some(installation) = Installation::of(conn, environment.id)? else { return Ok(None) };
    let installed = clock.tell(installation.at);
    Ok(Some(HostFacts { installation, installed, open: who.manages(environment.id) }))
}

fn registrable(conn: &mut Conn, who: &Reach, environment: &Environment) -> Result<Vec<(EnvironmentId, String)>, Error> {
    let recorders = DeploymentEnvironment::hosts_with(conn, environment)?;
    let fitting = |host: &&Named<EnvironmentId>| fits(environment, host.id) && !recorders.contains(&host.id);
    Ok(who.hosts().into_iter().filter(fitting).map(|host| (host.id, host.name.clone())).collect())
}

// A host is named only to who may see it.
fn bound_to(who: &Reach, environment: &Environment) -> String {
    let Some(id) = environment.bound_host_id else { return "No host".into() };
    who.managed(id).map_or_else(|| "A host that you do not administer".into(), |host| host.name.clone())
}
