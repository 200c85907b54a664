//! Environments: the places where solutions live, and who has which role in them.

mod administered;
mod details;
mod retirement;

pub use administered::AdministerEnvironments;
pub use details::{DATABASE_STAYS, Details};
pub use retirement::{Place, Use};

use chrono::NaiveDateTime;
use diesel::{dsl::exists, prelude::*};

use super::{
    audit::{Kind, Subject},
    column::text_columns,
    environment_role::Member,
    operation::{Operation, by_hand},
    permit::{Action, Path},
    person::Person,
    principal::groups_of,
    reach::{Named, Reach},
    sighting::Sighting,
};
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::EnvironmentId,
    rules::{grantors::Grantors, rights::EnvironmentRole, words},
    schema::{environment_roles, environments},
};

/// What an environment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvironmentKind {
    Production,
    Sandbox,
    Developer,
}

words!(EnvironmentKind {
    Production = "production", "Production";
    Sandbox = "sandbox", "Sandbox";
    Developer = "developer", "Developer";
});

/// What an environment runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlatformKind {
    /// Its solutions live in Sluice itself.
    Embedded,
}

words!(PlatformKind {
    Embedded = "embedded", "Embedded";
});

text_columns!(EnvironmentKind, PlatformKind);

/// A place where solutions live.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = environments)]
pub struct Environment {
    pub id: EnvironmentId,
    /// Its *Environment ID*, a GUID in lower case.
    pub guid: String,
    pub name: String,
    pub region: String,
    pub kind: EnvironmentKind,
    /// Whether it is a managed environment.
    pub managed: bool,
    /// Whether it has a Dataverse database.
    pub dataverse: bool,
    pub platform: PlatformKind,
    /// The host that it is bound to.
    pub bound_host_id: Option<EnvironmentId>,
    pub retired_at: Option<NaiveDateTime>,
}

impl Environment {
    /// The environment with this key.
    pub fn by_id(conn: &mut Conn, id: EnvironmentId) -> Result<Environment, Error> {
        Ok(unvaried!(Environment::query().filter(environments::id.eq(id))).first(conn)?)
    }

    /// As the audit log names it.
    pub fn subject(&self) -> Subject {
        Subject::new(Kind::Environment, self.id, &self.name)
    }

    /// Its key and name alone.
    pub fn named(self) -> Named<EnvironmentId> {
        Named { id: self.id, name: self.name, live: self.retired_at.is_none() }
    }

    /// The live environments that can have solutions.
    pub fn with_solutions(conn: &mut Conn) -> Result<Vec<Environment>, Error> {
        let live = Environment::query().filter(environments::retired_at.is_null());
        Ok(live.filter(environments::dataverse.eq(true)).load(conn)?)
    }

    /// The highest role that the person has in it, own or through a group.
    pub fn role(&self, conn: &mut Conn, person: &Person) -> Result<Option<EnvironmentRole>, Error> {
        if person.system_administrator {
            return Ok(Some(EnvironmentRole::SystemAdministrator));
        }
        let roles: Vec<EnvironmentRole> = environment_roles::table
            .filter(environment_roles::environment_id.eq(self.id))
            .filter(
                environment_roles::person_id.eq(person.id).or(environment_roles::group_id.eq_any(groups_of(person.id))),
            )
            .select(environment_roles::role)
            .load(conn)?;
        Ok(roles.into_iter().max())
    }

    /// The live environments in which the person has at least `role`, by name.
    pub fn with_role(conn: &mut Conn, who: &Reach, role: EnvironmentRole) -> Result<Vec<Environment>, Error> {
        let live = Environment::query().filter(environments::retired_at.is_null());
        let live = live.order((environments::name_key, environments::id));
        if who.system_administrator {
            return Ok(live.load(conn)?);
        }
        let ids: Vec<_> = who.environments(role).into_iter().map(|environment| environment.id).collect();
        Ok(live.filter(environments::id.eq_any(ids)).load(conn)?)
    }

    /// The region of the environment that was added last.
    pub fn newest_region(conn: &mut Conn) -> Result<Option<String>, Error> {
        let newest = environments::table.order(environments::id.desc()).select(environments::region);
        Ok(newest.first(conn).optional()?)
    }
}

/// An environment, and the role in it of the person who asks.
#[derive(Debug, Clone)]
pub struct Seen {
    pub environment: Environment,
    pub role: EnvironmentRole,
    /// Whether it is a validated target of runs.
    pub is_target: bool,
    /// Some who can give a higher role, by name; looked up only for who is refused.
    administrators: Vec<String>,
}

impl std::ops::Deref for Seen {
    type Target = Environment;

    fn deref(&self) -> &Environment {
        &self.environment
    }
}

impl Seen {
    /// The live environment that the path names as `environment`, through what the person can see.
    pub fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Seen, Error> {
        let id: EnvironmentId = path.id("environment")?;
        let this = environments::table.filter(environments::id.eq(id));
        let (environment, is_target): (Environment, bool) =
            unvaried!(this.select((Environment::as_select(), exists(by_hand::targets(id))))).first(conn)?;
        let role = who.role_in(environment.id).ok_or(Error::NotFound)?;
        if environment.retired_at.is_some() && !who.system_administrator {
            return Err(Error::NotFound);
        }
        Ok(Seen { environment, role, is_target, administrators: Vec::new() })
    }

    // A refusal must not tell that there is something in another environment.
    fn holds(&self, conn: &mut Conn, path: &Path) -> Result<(), Error> {
        if path.names("solution") {
            Sighting::of(conn, self.id, &path.id::<String>("solution")?)?.ok_or(Error::NotFound)?;
        }
        if path.names("operation") && Operation::by_id(conn, path.id("operation")?)?.environment_id != self.id {
            return Err(Error::NotFound);
        }
        if path.names("role") {
            Member::by_id(conn, self.id, path.id("role")?)?;
        }
        Ok(())
    }

    fn refused(mut self, conn: &mut Conn) -> Result<Seen, Error> {
        self.administrators = Environment::administrators(conn, self.id)?;
        Ok(self)
    }

    fn lacks(&self, needed: EnvironmentRole) -> String {
        let ask = Grantors::of_environment(&self.name, &self.administrators).ask_for(needed.label());
        format!("You need {} in {}; you are {} there. {ask}", needed.label(), self.name, self.role.label())
    }
}

/// Declares an action on an environment that asks for a role.
macro_rules! environment_action {
    ($(#[$doc:meta])* $name:ident, $may:ident, $needed:ident) => {
        $(#[$doc])*
        pub struct $name;

        impl Action for $name {
            type Subject = Seen;

            fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Seen, Error> {
                let seen = Seen::find(conn, who, path)?;
                if seen.role.$may() {
                    return Ok(seen);
                }
                seen.holds(conn, path)?;
                seen.refused(conn)
            }

            fn allows(_: &Person, seen: &Seen) -> bool {
                seen.role.$may()
            }

            fn refusal(seen: &Seen) -> String {
                seen.lacks(EnvironmentRole::$needed)
            }
        }
    };
}

environment_action!(
    /// To look at an environment and its solutions.
    ViewEnvironment, may_look, BasicUser
);
environment_action!(
    /// To export, import and change solutions.
    ChangeSolutions, may_change, SystemCustomizer
);
environment_action!(
    /// To install Power Platform Pipelines, give roles, override by hand.
    AdministerEnvironment, may_administer, SystemAdministrator
);
