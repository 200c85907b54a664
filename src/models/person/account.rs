//! What people change about themselves.

use diesel::prelude::*;

use super::Person;
use crate::{
    db::Conn,
    error::Error,
    models::{
        audit::Verb,
        password::Proof,
        permit::{Action, Path, Permit},
        reach::Reach,
        session::Session,
    },
    schema::people,
    zone::Zone,
};

/// To look at one's own account and change it: everybody who is signed in.
pub struct UseAccount;

impl Action for UseAccount {
    type Subject = Person;

    fn find(_: &mut Conn, who: &Reach, _: &Path) -> Result<Person, Error> {
        Ok(who.person().clone())
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
    pub fn zone(&self) -> Zone {
        self.time_zone.parse().unwrap_or(Zone::utc())
    }

    /// The hash of the password, if one is set.
    pub fn password_hash(&self, conn: &mut Conn) -> Result<Option<String>, Error> {
        Ok(people::table.find(self.id).select(people::password_hash).first(conn)?)
    }

    /// Changes how times, dates and numbers are written for oneself.
    pub fn choose_formats(conn: &mut Conn, permit: &Permit<UseAccount>, zone: Zone, locale: &str) -> Result<(), Error> {
        let formats = (people::time_zone.eq(zone.name()), people::locale.eq(locale));
        diesel::update(people::table.find(permit.id)).set(formats).execute(conn)?;
        let entry = permit.by().did(Verb::Change, permit.subject());
        let entry = entry.changed("Time zone", &permit.time_zone, zone.name());
        entry.changed("Formats", &permit.locale, locale).record(conn)
    }

    /// Changes one's own password, ending all sessions and open links; the caller begins a new session.
    ///
    /// # Errors
    /// A conflict when the password that was proven is no longer the present one.
    pub fn change_password(
        conn: &mut Conn,
        permit: &Permit<UseAccount>,
        proof: &Proof,
        hash: &str,
    ) -> Result<(), Error> {
        let row = people::table.find(permit.id).filter(people::password_hash.eq(&proof.hash));
        if diesel::update(row).set(people::password_hash.eq(hash)).execute(conn)? == 0 {
            return Err(Error::Conflict("Your password was changed elsewhere meanwhile. Sign in with it.".into()));
        }
        permit.by().did(Verb::SetPassword, permit.subject()).replaced("Password").record(conn)?;
        permit.end_password_links(conn)?;
        Session::end_all(conn, &permit.by(), permit)?;
        Ok(())
    }
}
