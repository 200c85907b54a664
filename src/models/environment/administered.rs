//! Which environments a person administers.

use super::Environment;
use crate::{
    db::Conn,
    error::Error,
    models::{
        permit::{Action, Path},
        person::Person,
        reach::Reach,
    },
    rules::rights::EnvironmentRole,
};

/// To administer environments, those in which one is System Administrator: none is not enough.
pub struct AdministerEnvironments;

impl Action for AdministerEnvironments {
    type Subject = Vec<Environment>;

    fn find(conn: &mut Conn, who: &Reach, _: &Path) -> Result<Vec<Environment>, Error> {
        Environment::with_role(conn, who, EnvironmentRole::SystemAdministrator)
    }

    fn allows(person: &Person, administered: &Vec<Environment>) -> bool {
        person.system_administrator || !administered.is_empty()
    }

    fn refusal(_: &Vec<Environment>) -> String {
        "Only a System Administrator of an environment can do this. One of them, or a system administrator, can \
         give you that role."
            .into()
    }
}
