//! People: who they are, how they prove it, whether they still may.

mod account;
mod administration;
mod password_link;

pub use account::UseAccount;
pub use administration::{AdministerPerson, Details};
pub use password_link::{LINK_DAYS, PasswordLink};

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::audit::{By, Kind, Subject, Verb};
use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::PersonId,
    schema::people,
};

/// What the audit log calls the switch that makes somebody a system administrator.
const ADMINISTRATOR: &str = "System administrator";

/// Somebody with an account.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = people)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub system_administrator: bool,
    pub active: bool,
    /// An IANA name.
    pub time_zone: String,
    /// How dates and numbers are written, as a language tag.
    pub locale: String,
}

impl Person {
    /// Adds a person, who cannot sign in before a password is set.
    ///
    /// # Errors
    /// A conflict when the email is taken.
    pub fn add(conn: &mut Conn, by: &By, name: &str, email: &str, system_administrator: bool) -> Result<Person, Error> {
        let id = PersonId::new();
        let inserted = conn.transaction(|conn| {
            diesel::insert_into(people::table)
                .values((
                    people::id.eq(id),
                    people::name.eq(name),
                    people::name_key.eq(db::fold(name)),
                    people::email.eq(email),
                    people::email_key.eq(db::fold(email)),
                    people::system_administrator.eq(system_administrator),
                    people::active.eq(true),
                    people::time_zone.eq("UTC"),
                    people::created_at.eq(db::now()),
                ))
                .execute(conn)
        });
        match inserted {
            Err(error) if db::is_duplicate(&error, "people", "email_key") => {
                return Err(Error::Conflict("Somebody with this email is there already.".into()));
            }
            inserted => inserted?,
        };
        let person = Person::by_id(conn, id)?;
        let entry = by.did(Verb::Add, person.subject()).set("Name", name).set("Email", email);
        entry.switched(ADMINISTRATOR, None, system_administrator).record(conn)?;
        Ok(person)
    }

    /// The person with this key.
    pub fn by_id(conn: &mut Conn, id: PersonId) -> Result<Person, Error> {
        Ok(unvaried!(Person::query().filter(people::id.eq(id))).first(conn)?)
    }

    /// The names of these people.
    pub fn names(conn: &mut Conn, ids: HashSet<PersonId>) -> Result<HashMap<PersonId, String>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let names: Vec<(PersonId, String)> =
            people::table.filter(people::id.eq_any(ids)).select((people::id, people::name)).load(conn)?;
        Ok(names.into_iter().collect())
    }

    /// The person behind a session: none once deactivated.
    pub fn active(conn: &mut Conn, id: PersonId) -> Result<Option<Person>, Error> {
        Ok(Person::query().filter(people::id.eq(id)).filter(people::active.eq(true)).first(conn).optional()?)
    }

    /// Who signs in with this email, and the hash that the password is held against. Where there is none, it is somebody
    /// else's, always the same one, so that it takes as long as for some account; it never lets anybody in.
    pub fn to_sign_in(conn: &mut Conn, email: &str) -> Result<(Option<Person>, Option<String>), Error> {
        let key = db::fold(email);
        let person = Person::query().filter(people::email_key.eq(&key)).filter(people::active.eq(true));
        let person: Option<Person> = person.first(conn).optional()?;
        let hash = person.as_ref().map(|person| person.password_hash(conn)).transpose()?.flatten();
        match hash {
            Some(hash) => Ok((person, Some(hash))),
            None => Ok((person, Person::somebodys_hash(conn, &key)?)),
        }
    }

    fn somebodys_hash(conn: &mut Conn, key: &str) -> Result<Option<String>, Error> {
        let hashes = people::table.filter(people::password_hash.is_not_null());
        let count: i64 = hashes.count().get_result(conn)?;
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(key.as_bytes()));
        let chosen = i64::from(u32::from_be_bytes([a, b, c, d])).checked_rem(count).unwrap_or_default();
        let chosen = hashes.order(people::id).offset(chosen).select(people::password_hash);
        Ok(chosen.first::<Option<String>>(conn).optional()?.flatten())
    }

    /// Everybody, by name.
    pub fn all(conn: &mut Conn) -> Result<Vec<Person>, Error> {
        Ok(Person::query().order((people::name_key, people::id)).load(conn)?)
    }

    /// Those who have not set a password yet.
    pub fn without_password(conn: &mut Conn) -> Result<Vec<PersonId>, Error> {
        Ok(people::table.filter(people::password_hash.is_null()).select(people::id).load(conn)?)
    }

    /// Replaces the password.
    pub fn set_password_hash(&self, conn: &mut Conn, by: &By, hash: &str) -> Result<(), Error> {
        diesel::update(people::table.find(self.id)).set(people::password_hash.eq(hash)).execute(conn)?;
        by.did(Verb::SetPassword, self.subject()).replaced("Password").record(conn)
    }

    /// As the audit log names them.
    pub fn subject(&self) -> Subject {
        Subject::new(Kind::Person, self.id, &self.name)
    }
}
