//! What an administrator writes about an environment: creating and changing one. An embedded environment is its row.

use diesel::prelude::*;
use uuid::Uuid;

use super::{AdministerEnvironment, Environment, EnvironmentKind, PlatformKind};
use crate::{
    db::{self, Conn},
    error::Error,
    id::EnvironmentId,
    models::{
        audit::{Entry, Verb},
        permit::{AdministerTenant, Permit},
        region::Region,
    },
    schema::environments,
};

/// The fields of the form.
#[derive(Debug, Clone)]
pub struct Details {
    pub name: String,
    pub region: Region,
    pub kind: EnvironmentKind,
    /// Whether it is a managed environment.
    pub managed: bool,
    /// Whether it has a Dataverse database.
    pub dataverse: bool,
}

impl Environment {
    /// Makes an embedded environment with a new *Environment ID*.
    ///
    /// # Errors
    /// A conflict for the field *Name* when a live environment has it.
    pub fn create(conn: &mut Conn, permit: &Permit<AdministerTenant>, details: &Details) -> Result<Environment, Error> {
        let id = EnvironmentId::new();
        let inserted = conn.transaction(|conn| {
            diesel::insert_into(environments::table)
                .values((
                    environments::id.eq(id),
                    environments::guid.eq(Uuid::new_v4().to_string()),
                    environments::name.eq(&details.name),
                    environments::name_key.eq(db::fold(&details.name)),
                    environments::region.eq(details.region.name()),
                    environments::kind.eq(details.kind),
                    environments::managed.eq(details.managed),
                    environments::dataverse.eq(details.dataverse),
                    environments::platform.eq(PlatformKind::Embedded),
                    environments::created_at.eq(db::now()),
                ))
                .execute(conn)
        });
        unless_taken(inserted, details)?;
        let environment = Environment::by_id(conn, id)?;
        let entry = permit.by().did(Verb::Create, environment.subject());
        details.told(entry, None).record(conn)?;
        Ok(environment)
    }

    /// Replaces what is written about the environment.
    ///
    /// # Errors
    /// A conflict: for the field *Name* when a live environment has it, or when a database would be taken away or the
    /// environment is retired.
    pub fn change(conn: &mut Conn, permit: &Permit<AdministerEnvironment>, details: &Details) -> Result<(), Error> {
        let before = permit.live(conn)?;
        if before.dataverse && !details.dataverse {
            return Err(Error::Conflict(DATABASE_STAYS.into()));
        }
        let changed = conn.transaction(|conn| {
            diesel::update(environments::table.find(before.id))
                .set((
                    environments::name.eq(&details.name),
                    environments::name_key.eq(db::fold(&details.name)),
                    environments::region.eq(details.region.name()),
                    environments::kind.eq(details.kind),
                    environments::managed.eq(details.managed),
                    environments::dataverse.eq(details.dataverse),
                ))
                .execute(conn)
        });
        unless_taken(changed, details)?;
        let entry = permit.by().did(Verb::Change, before.subject());
        details.told(entry, Some(&before)).record(conn)
    }
}

/// Why a database cannot be taken away.
pub const DATABASE_STAYS: &str = "A Dataverse database cannot be removed from an environment.";

impl Details {
    fn told(&self, entry: Entry, before: Option<&Environment>) -> Entry {
        let text = |of: fn(&Environment) -> &str| before.map_or("", of);
        let entry = entry.changed("Name", text(|before| &before.name), &self.name);
        let entry = entry.changed("Region", text(|before| &before.region), self.region.name());
        let entry = entry.changed("Type", text(|before| before.kind.label()), self.kind.label());
        let entry = entry.switched("Managed environment", before.map(|before| before.managed), self.managed);
        entry.switched("Dataverse database", before.map(|before| before.dataverse), self.dataverse)
    }
}

fn unless_taken(done: QueryResult<usize>, details: &Details) -> Result<(), Error> {
    match done {
        Err(error) if db::is_duplicate(&error, "environments", "name_key") => Err(Error::Conflict(format!(
            "There is an environment called {} already. Choose another name.",
            details.name
        ))),
        done => Ok(done.map(|_| ())?),
    }
}
