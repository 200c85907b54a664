//! What system administrators do with people: add, change, deactivate, reactivate.

use diesel::prelude::*;

use super::{ADMINISTRATOR, PasswordLink, Person};
use crate::{
    db::{self, Conn},
    error::Error,
    models::{
        audit::Verb,
        host::{Host, Loss},
        permit::{Action, AdministerTenant, Path, Permit},
        reach::Reach,
        session::Session,
        tenant::Tenant,
    },
    schema::people,
    zone::Zone,
};

/// To administer one person. To whoever may not, there is none.
pub struct AdministerPerson;

impl Action for AdministerPerson {
    type Subject = Person;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Person, Error> {
        AdministerTenant::demand(who)?;
        Person::by_id(conn, path.id("person")?)
    }

    fn allows(person: &Person, _: &Person) -> bool {
        person.system_administrator
    }

    fn refusal(_: &Person) -> String {
        AdministerTenant::refusal(&())
    }
}

/// What an administrator writes about a person.
#[derive(Debug, Clone)]
pub struct Details {
    pub name: String,
    pub email: String,
    pub system_administrator: bool,
    pub time_zone: Zone,
    /// A language tag.
    pub locale: String,
}

impl Person {
    /// Adds a person and makes the link with which they set their password.
    ///
    /// # Errors
    /// A conflict for the field *Email* when it is taken.
    pub fn invite(
        conn: &mut Conn,
        permit: &Permit<AdministerTenant>,
        name: &str,
        email: &str,
        system_administrator: bool,
    ) -> Result<(Person, PasswordLink), Error> {
        let by = &permit.by();
        let person = Person::add(conn, by, name, email, system_administrator)?;
        let link = person.password_link(conn, by)?;
        Ok((person, link))
    }

    /// Replaces what is written about the person.
    ///
    /// # Errors
    /// A conflict: for the field *Email* when it is taken, for *System administrator* as [`Person::needed`] says.
    pub fn change(conn: &mut Conn, permit: &Permit<AdministerPerson>, details: &Details) -> Result<(), Error> {
        let before = Person::by_id(conn, permit.id)?;
        if !details.system_administrator {
            permit.keep_an_administrator(conn)?;
        }
        let changed = conn.transaction(|conn| {
            diesel::update(people::table.find(permit.id))
                .set((
                    people::name.eq(&details.name),
                    people::name_key.eq(db::fold(&details.name)),
                    people::email.eq(&details.email),
                    people::email_key.eq(db::fold(&details.email)),
                    people::system_administrator.eq(details.system_administrator),
                    people::time_zone.eq(details.time_zone.name()),
                    people::locale.eq(&details.locale),
                ))
                .execute(conn)
        });
        match changed {
            Err(error) if db::is_duplicate(&error, "people", "email_key") => {
                return Err(Error::Conflict("Somebody with this email is there already.".into()));
            }
            changed => changed?,
        };
        let entry = permit.by().did(Verb::Change, before.subject()).changed("Name", &before.name, &details.name);
        let entry = entry.changed("Email", &before.email, &details.email);
        let entry = entry.switched(ADMINISTRATOR, Some(before.system_administrator), details.system_administrator);
        let entry = entry.changed("Time zone", &before.time_zone, details.time_zone.name());
        entry.changed("Formats", &before.locale, &details.locale).record(conn)
    }

    /// Takes the account out of use: its sessions and links end at once.
    ///
    /// # Errors
    /// A conflict when it is out of use already, or the last one that administers the tenant or a host.
    pub fn deactivate(conn: &mut Conn, permit: &Permit<AdministerPerson>) -> Result<(), Error> {
        permit.keep_an_administrator(conn)?;
        Host::keep_administrators(conn, Loss::Person(permit.id), &permit.name)?;
        permit.set_active(conn, false)?;
        permit.end_password_links(conn)?;
        Session::end_all(conn, &permit.by(), permit)?;
        permit.by().did(Verb::Deactivate, permit.subject()).record(conn)
    }

    /// Takes the account into use again, with the password and roles it had.
    pub fn reactivate(conn: &mut Conn, permit: &Permit<AdministerPerson>) -> Result<(), Error> {
        permit.set_active(conn, true)?;
        permit.by().did(Verb::Reactivate, permit.subject()).record(conn)
    }

    /// Why the tenant cannot do without this person as an administrator; none when it can.
    pub fn needed(&self, conn: &mut Conn) -> Result<Option<String>, Error> {
        let now = Person::by_id(conn, self.id)?;
        let others = people::table
            .filter(people::system_administrator.eq(true))
            .filter(people::active.eq(true))
            .filter(people::id.ne(self.id));
        let dispensable = !(now.system_administrator && now.active);
        if dispensable || diesel::select(diesel::dsl::exists(others)).get_result(conn)? {
            return Ok(None);
        }
        let name = &now.name;
        Ok(Some(format!("{name} is the last active system administrator. Make somebody else one first.")))
    }

    /// Why the account cannot be taken out of use; none when it can.
    pub fn indispensable(&self, conn: &mut Conn) -> Result<Option<String>, Error> {
        match self.needed(conn)? {
            None => Host::left_alone(conn, Loss::Person(self.id), &self.name),
            why => Ok(why),
        }
    }

    // Two who demote each other at once must not both succeed, so such changes queue up at the tenant's row.
    fn keep_an_administrator(&self, conn: &mut Conn) -> Result<(), Error> {
        Tenant::queue_up(conn)?;
        match self.needed(conn)? {
            Some(why) => Err(Error::Conflict(why)),
            None => Ok(()),
        }
    }

    fn set_active(&self, conn: &mut Conn, active: bool) -> Result<(), Error> {
        let person = people::table.find(self.id).filter(people::active.eq(!active));
        match diesel::update(person).set(people::active.eq(active)).execute(conn)? {
            0 if active => Err(Error::Conflict(format!("{} is active already.", self.name))),
            0 => Err(Error::Conflict(format!("{} is deactivated already.", self.name))),
            _ => Ok(()),
        }
    }
}
