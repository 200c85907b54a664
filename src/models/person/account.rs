//! What people change about themselves.

use chrono_tz::Tz;
use diesel::prelude::*;

use super::Person;
use crate::{
    db::Conn,
    error::Error,
    models::{
        audit::Verb,
        permit::{Action, Path, Permit},
        session,
    },
    schema::people,
};

/// To look at one's own account and change it: everybody who is signed in.
pub struct UseAccount;

impl Action for UseAccount {
    type Subject = Person;

    fn find(_: &mut Conn, person: &Person, _: &Path) -> Result<Person, Error> {
        Ok(person.clone())
    }

    fn allows(_: &Person, _: &Person) -> bool {
        true
    }

    fn refusal(_: &Person) -> String {
        "Everybody may use their own account.".into()
    }
}

impl Person {
    /// The zone in which the person reads and writes times; UTC where the stored one is unknown.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }

    /// The hash of the password, if one is set.
    pub fn password_hash(&self, conn: &mut Conn) -> Result<Option<String>, Error> {
        Ok(people::table.find(self.id).select(people::password_hash).first(conn)?)
    }

    /// Changes one's own time zone.
    pub fn choose_time_zone(conn: &mut Conn, permit: &Permit<UseAccount>, zone: Tz) -> Result<(), Error> {
        diesel::update(people::table.find(permit.id)).set(people::time_zone.eq(zone.name())).execute(conn)?;
        let entry = permit.by().did(Verb::Change, permit.subject());
        entry.changed("Time zone", &permit.time_zone, zone.name()).record(conn)
    }

    /// Changes one's own password, ending all sessions and open links; the caller starts a new session.
    pub fn change_password(conn: &mut Conn, permit: &Permit<UseAccount>, hash: &str) -> Result<(), Error> {
        permit.set_password_hash(conn, &permit.by(), hash)?;
        permit.end_password_links(conn)?;
        session::end_all(conn, permit.id)
    }
}
