//! Who did what to what, from where, and which values it changed: rows that are only ever added, in the transaction of
//! the change they tell of.

pub mod log;
mod words;

use std::{collections::HashMap, fmt::Display};

use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, max},
    prelude::*,
};
use serde::{Deserialize, Serialize};

pub use words::{Kind, Verb};

use super::person::Person;
use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::{PersonId, RowId},
    schema::audit,
};

const SLUICE: &str = "Sluice";
const COMMAND_LINE: &str = "Command line";
const VISITOR: &str = "Not signed in";

/// Who acts without being anybody with an account, by the names that the log gives them.
pub const NOBODY: [&str; 3] = [SLUICE, COMMAND_LINE, VISITOR];

/// Who acts and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// None for the program itself, its command line, and who is not signed in.
    person: Option<PersonId>,
    name: String,
    /// The IP address; empty where it happens on the server.
    address: String,
}

impl By {
    /// A person who is signed in.
    pub fn person(person: &Person, address: &str) -> By {
        By { person: Some(person.id), name: person.name.clone(), address: address.to_owned() }
    }

    /// The program itself, on nobody's behalf.
    pub fn sluice() -> By {
        By { person: None, name: SLUICE.into(), address: String::new() }
    }

    /// Who has the command line of the server.
    pub fn command_line() -> By {
        By { person: None, name: COMMAND_LINE.into(), address: String::new() }
    }

    /// Somebody who is not signed in.
    pub fn visitor(address: &str) -> By {
        By { person: None, name: VISITOR.into(), address: address.to_owned() }
    }

    /// Begins an entry, which is written by [`Entry::record`].
    pub fn did(&self, verb: Verb, subject: Subject) -> Entry {
        Entry { by: self.clone(), verb, subject, changes: Vec::new(), detail: String::new() }
    }
}

/// What something was done to, by the name it had then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    kind: Kind,
    id: String,
    name: String,
}

impl Subject {
    /// The thing with this key.
    pub fn new(kind: Kind, id: impl Display, name: &str) -> Subject {
        Subject { kind, id: id.to_string(), name: name.to_owned() }
    }
}

/// A value that changed, as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    /// Empty where there was none.
    pub old: String,
    /// Empty where there is none any more.
    pub new: String,
}

impl Change {
    /// A value of this field before and after.
    pub fn new(field: impl Into<String>, old: impl Display, new: impl Display) -> Change {
        Change { field: field.into(), old: old.to_string(), new: new.to_string() }
    }
}

/// One entry, until it is written. Never tell it a secret.
#[derive(Debug)]
#[must_use = "an entry that is not recorded tells nothing"]
pub struct Entry {
    by: By,
    verb: Verb,
    subject: Subject,
    changes: Vec<Change>,
    detail: String,
}

impl Entry {
    /// With the value of a field before and after, if it differs.
    pub fn changed(self, field: impl Into<String>, old: impl Display, new: impl Display) -> Entry {
        self.with([Change::new(field, old, new)])
    }

    /// With all of these that differ.
    pub fn with(mut self, changes: impl IntoIterator<Item = Change>) -> Entry {
        self.changes.extend(changes.into_iter().filter(|change| change.old != change.new));
        self
    }

    /// With a value that was not there before.
    pub fn set(self, field: impl Into<String>, new: impl Display) -> Entry {
        self.changed(field, "", new)
    }

    /// With a value that is not there any more.
    pub fn cleared(self, field: impl Into<String>, old: impl Display) -> Entry {
        self.changed(field, old, "")
    }

    /// With a switch that was turned, if it was; `old` is none for what is new.
    pub fn switched(self, field: impl Into<String>, old: Option<bool>, new: bool) -> Entry {
        let word = |on| if on { "yes" } else { "no" };
        self.changed(field, old.map_or("", word), word(new))
    }

    /// With a secret that was replaced, which the log never holds.
    pub fn replaced(self, field: impl Into<String>) -> Entry {
        self.changed(field, "", "replaced")
    }

    /// With why it was done, or more of it in words.
    pub fn because(mut self, words: impl Into<String>) -> Entry {
        self.detail = words.into();
        self
    }

    /// Writes the entry, in the transaction of what it tells of.
    pub fn record(self, conn: &mut Conn) -> Result<(), Error> {
        self.write(conn).map(drop)
    }

    fn write(self, conn: &mut Conn) -> Result<RowId, Error> {
        let id = RowId::new();
        let fields = self.changes.iter().map(|change| change.field.as_str());
        let found_by: Vec<&str> =
            [self.by.name.as_str(), self.subject.name.as_str()].into_iter().chain(fields).collect();
        let (changes, search_key) = (serde_json::to_string(&self.changes)?, db::fold(&found_by.join(" ")));
        unvaried!(diesel::insert_into(audit::table).values((
            audit::id.eq(id),
            audit::at.eq(db::now()),
            audit::person_id.eq(self.by.person),
            audit::person_name.eq(&self.by.name),
            audit::address.eq(&self.by.address),
            audit::action.eq(self.verb.as_str()),
            audit::subject_kind.eq(self.subject.kind.as_str()),
            audit::subject_id.eq(&self.subject.id),
            audit::subject_name.eq(&self.subject.name),
            audit::changes.eq(changes),
            audit::detail.eq(&self.detail),
            audit::search_key.eq(search_key),
        )))
        .execute(conn)?;
        Ok(id)
    }
}

/// When something was last done to each of these things.
pub fn last_changes(conn: &mut Conn, ids: &[String]) -> Result<HashMap<String, NaiveDateTime>, Error> {
    let changes: Vec<(String, Option<NaiveDateTime>)> = audit::table
        .filter(audit::subject_id.eq_any(ids))
        .group_by(audit::subject_id)
        .select((audit::subject_id, max(audit::at)))
        .load(conn)?;
    Ok(changes.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// Whether anybody ever did this.
pub fn ever(conn: &mut Conn, verb: Verb) -> Result<bool, Error> {
    Ok(diesel::select(exists(audit::table.filter(audit::action.eq(verb.as_str())))).get_result(conn)?)
}
