//! Who belongs to a group.

use diesel::prelude::*;

use super::{
    audit::Verb,
    group::{AdministerGroup, Group},
    host::{Host, Loss},
    permit::Permit,
    person::Person,
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::PersonId,
    schema::{group_members, people},
};

impl Group {
    /// The people who belong to it, by name, deactivated ones too.
    pub fn members(&self, conn: &mut Conn) -> Result<Vec<Person>, Error> {
        let theirs = group_members::table.filter(group_members::group_id.eq(self.id)).select(group_members::person_id);
        let people = Person::query().filter(people::id.eq_any(theirs));
        Ok(people.order((people::name_key, people::id)).load(conn)?)
    }

    /// Adds a person.
    ///
    /// # Errors
    /// A conflict for the field when the person belongs to it already or is gone.
    pub fn add_member(conn: &mut Conn, permit: &Permit<AdministerGroup>, id: PersonId) -> Result<Person, Error> {
        permit.live(conn)?;
        let gone = || Error::Conflict("This person is no longer there. Choose another one.".into());
        let person = Person::active(conn, id)?.ok_or_else(gone)?;
        let row = (group_members::group_id.eq(permit.id), group_members::person_id.eq(id));
        let inserted = conn.transaction(|conn| diesel::insert_into(group_members::table).values(row).execute(conn));
        match inserted {
            Err(error) if db::is_duplicate(&error, "group_members", "group_id") => {
                return Err(Error::Conflict(format!("{} belongs to this group already.", person.name)));
            }
            inserted => inserted?,
        };
        permit.by().did(Verb::AddMember, permit.subject()).set("Member", &person.name).record(conn)?;
        Ok(person)
    }

    /// Removes a person, and with them what the group gave.
    ///
    /// # Errors
    /// A conflict where nobody would be left who administers a host.
    pub fn remove_member(conn: &mut Conn, permit: &Permit<AdministerGroup>, id: PersonId) -> Result<Person, Error> {
        permit.live(conn)?;
        let person = Person::by_id(conn, id)?;
        Host::keep_administrators(conn, Loss::Member(permit.id, id), &person.name)?;
        if diesel::delete(group_members::table.find((permit.id, id))).execute(conn)? == 0 {
            return Err(Error::NotFound);
        }
        permit.by().did(Verb::RemoveMember, permit.subject()).cleared("Member", &person.name).record(conn)?;
        Ok(person)
    }
}
