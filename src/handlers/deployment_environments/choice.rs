//! Which environments a host could register next, and what their record would say at first.

use crate::{
    db::Conn,
    error::Error,
    id::EnvironmentId,
    models::{
        deployment_environment::DeploymentEnvironment,
        environment::{Environment, EnvironmentKind},
        host::Host,
        reach::Reach,
    },
    rules::{rights::EnvironmentRole, stages::ValidationStatus, validation::RecordKind},
    web::forms::Form,
};

/// The environments that have a database and that the person has a role in, without those that the host has recorded,
/// by name.
pub fn unregistered(conn: &mut Conn, host: &Host, who: &Reach) -> Result<Vec<Environment>, Error> {
    let records = DeploymentEnvironment::of_host(conn, host)?;
    let mut open = Environment::with_role(conn, who, EnvironmentRole::BasicUser)?;
    let recorded = |environment: &Environment| records.iter().any(|one| one.environment_guid == environment.guid);
    open.retain(|environment| fits(environment, host.id) && !recorded(environment));
    Ok(open)
}

/// Whether a host could register an environment that it has no record of.
pub fn fits(environment: &Environment, host: EnvironmentId) -> bool {
    let free = environment.retired_at.is_none() && environment.bound_host_id.is_none_or(|bound| bound == host);
    free && environment.dataverse && environment.id != host
}

/// A record as lists offer it.
pub fn label(record: &DeploymentEnvironment) -> String {
    match record.status {
        ValidationStatus::Success => record.name.clone(),
        ValidationStatus::Pending => format!("{} (being validated)", record.name),
        ValidationStatus::Failed => format!("{} (failed validation)", record.name),
    }
}

/// The form filled in for one of them, where it is one. What a sandbox is for, only people know.
pub fn filled(environments: &[Environment], chosen: Option<EnvironmentId>) -> Form {
    let Some(environment) = environments.iter().find(|one| Some(one.id) == chosen) else { return Form::default() };
    let kind = match environment.kind {
        EnvironmentKind::Production => RecordKind::Target.as_str(),
        EnvironmentKind::Developer => RecordKind::Development.as_str(),
        EnvironmentKind::Sandbox => "",
    };
    Form::of([("name", environment.name.clone()), ("guid", environment.guid.clone()), ("kind", kind.to_owned())])
}
