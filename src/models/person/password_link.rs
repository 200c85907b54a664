//! One-time links with which people set a password; only hashes of their tokens are kept.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{AdministerPerson, Person};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{PersonId, RowId},
    models::{
        audit::{By, Verb},
        password,
        permit::Permit,
        session::Session,
    },
    schema::{password_links, people},
};

/// How long a link for setting a password lives, in days.
pub const LINK_DAYS: i64 = 7;

/// A link as it is known once, when it is made.
#[derive(Debug)]
pub struct PasswordLink {
    pub token: String,
    pub expires_at: NaiveDateTime,
}

impl Person {
    /// A new link for somebody else, to hand over; older ones end.
    ///
    /// # Errors
    /// A conflict when the person is deactivated.
    pub fn issue_password_link(conn: &mut Conn, permit: &Permit<AdministerPerson>) -> Result<PasswordLink, Error> {
        permit.password_link(conn, &permit.by())
    }

    /// The token of a new link for this person, for those that need no more than it.
    pub fn new_password_link(&self, conn: &mut Conn, by: &By) -> Result<String, Error> {
        Ok(self.password_link(conn, by)?.token)
    }

    pub(super) fn password_link(&self, conn: &mut Conn, by: &By) -> Result<PasswordLink, Error> {
        self.queue_up(conn)?;
        let link = PasswordLink { token: password::new_token(), expires_at: db::now() + TimeDelta::days(LINK_DAYS) };
        self.end_password_links(conn)?;
        diesel::insert_into(password_links::table)
            .values((
                password_links::id.eq(RowId::new()),
                password_links::person_id.eq(self.id),
                password_links::token_hash.eq(password::token_hash(&link.token)),
                password_links::expires_at.eq(link.expires_at),
                password_links::created_at.eq(db::now()),
            ))
            .execute(conn)?;
        by.did(Verb::MakePasswordLink, self.subject()).record(conn)?;
        Ok(link)
    }

    // Links are made and used one after another, so that of many at once one stays.
    fn queue_up(&self, conn: &mut Conn) -> Result<(), Error> {
        let active = people::table.find(self.id).filter(people::active.eq(true));
        match diesel::update(active).set(people::active.eq(true)).execute(conn)? {
            0 => Err(Error::Conflict(format!("{} is deactivated. Reactivate the account first.", self.name))),
            _ => Ok(()),
        }
    }

    pub(super) fn end_password_links(&self, conn: &mut Conn) -> Result<(), Error> {
        let open = password_links::table.filter(password_links::person_id.eq(self.id));
        diesel::update(open.filter(password_links::used_at.is_null()))
            .set(password_links::used_at.eq(db::now()))
            .execute(conn)?;
        Ok(())
    }

    /// Whom a link for setting a password is for.
    ///
    /// # Errors
    /// Not found when the link is wrong, used up or too old.
    pub fn by_password_link(conn: &mut Conn, token: &str) -> Result<Person, Error> {
        let person_id: PersonId = password_links::table
            .filter(password_links::token_hash.eq(password::token_hash(token)))
            .filter(password_links::used_at.is_null())
            .filter(password_links::expires_at.gt(db::now()))
            .select(password_links::person_id)
            .first(conn)?;
        Person::active(conn, person_id)?.ok_or(Error::NotFound)
    }

    /// Sets the password through a link, which is used up by it, from this address. All sessions end; the
    /// caller begins a new one. Failed attempts to sign in count on: who made them must not notice.
    pub fn use_password_link(conn: &mut Conn, address: &str, token: &str, hash: &str) -> Result<Person, Error> {
        let person = Person::by_password_link(conn, token)?;
        person.queue_up(conn).map_err(|error| match error {
            Error::Conflict(_) => Error::NotFound,
            other => other,
        })?;
        let link = password_links::table.filter(password_links::token_hash.eq(password::token_hash(token)));
        let used = diesel::update(link.filter(password_links::used_at.is_null()))
            .set(password_links::used_at.eq(Some::<NaiveDateTime>(db::now())))
            .execute(conn)?;
        if used == 0 {
            return Err(Error::NotFound);
        }
        person.end_password_links(conn)?;
        let by = By::person(&person, address);
        person.set_password_hash(conn, &by, hash)?;
        Session::end_all(conn, &by, &person)?;
        Ok(person)
    }
}
