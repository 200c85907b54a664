//! Who may change a host's record of an environment.

use std::ops::Deref;

use super::DeploymentEnvironment;
use crate::{
    db::Conn,
    error::Error,
    models::{
        host::{Host, ManageHost},
        permit::{Action, Path},
        person::Person,
        reach::Reach,
    },
    rules::{rights::EnvironmentRole, validation::RecordKind},
};

/// A record and its host, for who has Manage there.
#[derive(Debug, Clone)]
pub struct Registered {
    pub host: Host,
    pub record: DeploymentEnvironment,
    /// The role in the record's environment of the person who asks.
    pub role: Option<EnvironmentRole>,
}

impl Deref for Registered {
    type Target = DeploymentEnvironment;

    fn deref(&self) -> &DeploymentEnvironment {
        &self.record
    }
}

impl Registered {
    /// Whether the host would be its own development environment, which no host can.
    pub fn is_own_source(&self) -> bool {
        self.kind == RecordKind::Development && self.environment_guid == self.host.environment.guid
    }

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Registered, Error> {
        let host = ManageHost::find(conn, who, path)?;
        let record = DeploymentEnvironment::by_id(conn, path.id("record")?)?;
        if record.host_id != host.id {
            return Err(Error::NotFound);
        }
        let environment = record.environment(conn)?;
        let role = environment.and_then(|found| who.role_in(found.id));
        Ok(Registered { host, record, role })
    }
}

/// To look at, edit, refresh and retire a host's record of an environment.
pub struct ManageDeploymentEnvironment;

impl Action for ManageDeploymentEnvironment {
    type Subject = Registered;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Registered, Error> {
        Registered::find(conn, who, path)
    }

    fn allows(_: &Person, _: &Registered) -> bool {
        true
    }

    fn refusal(_: &Registered) -> String {
        "This is for Deployment Pipeline Administrators.".into()
    }
}

/// To take an environment over from another host.
pub struct ForceLink;

impl Action for ForceLink {
    type Subject = Registered;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Registered, Error> {
        Registered::find(conn, who, path)
    }

    fn allows(_: &Person, registered: &Registered) -> bool {
        registered.role.is_some_and(EnvironmentRole::may_administer)
    }

    // The same whether the environment exists or not: its ID alone must not tell.
    fn refusal(registered: &Registered) -> String {
        format!(
            "Force Link needs System Administrator in the environment of {}. A System Administrator of it can use \
             Force Link here, or give you that role.",
            registered.name
        )
    }
}
