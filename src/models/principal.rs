//! To whom something is given: a person, or a group and so each of its members.

mod granted;
mod search;

pub(crate) use granted::granted;
pub use granted::{Granted, Row};
pub use search::{Meant, Whom};

use diesel::prelude::*;

use crate::{
    db::Conn,
    error::Error,
    id::{GroupId, PersonId},
    schema::{group_members, groups, people},
};

/// A person or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    Person(PersonId),
    Group(GroupId),
}

impl Principal {
    /// The person's key, for the column of that name.
    pub fn person(self) -> Option<PersonId> {
        match self {
            Principal::Person(id) => Some(id),
            Principal::Group(_) => None,
        }
    }

    /// The group's key, for the column of that name.
    pub fn group(self) -> Option<GroupId> {
        match self {
            Principal::Person(_) => None,
            Principal::Group(id) => Some(id),
        }
    }
}

/// A person or a group as lists and choices show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub principal: Principal,
    pub name: String,
    /// What tells namesakes apart: a person's email, a group's description.
    pub detail: String,
}

impl Named {
    /// Whether it is a group, which lists show apart from people.
    pub fn is_group(&self) -> bool {
        self.principal.group().is_some()
    }

    /// What the audit log calls something of theirs: *Role of Maya*.
    pub fn field(&self, what: &str) -> String {
        format!("{what} of {}", self.name)
    }
}

impl Principal {
    /// The person or group, if something can still be given to them.
    ///
    /// # Errors
    /// A conflict for the field when there is no such person or group any more.
    pub fn named(self, conn: &mut Conn) -> Result<Named, Error> {
        let found: Option<(String, String)> = match self {
            Principal::Person(id) => people::table
                .filter(people::id.eq(id).and(people::active.eq(true)))
                .select((people::name, people::email))
                .first(conn)
                .optional()?,
            Principal::Group(id) => groups::table
                .filter(groups::id.eq(id).and(groups::retired_at.is_null()))
                .select((groups::name, groups::description))
                .first(conn)
                .optional()?,
        };
        let gone = || Error::Conflict("This person or group is no longer there. Choose another one.".into());
        let (name, detail) = found.ok_or_else(gone)?;
        Ok(Named { principal: self, name, detail })
    }
}

/// In forms: `person:<key>` or `group:<key>`.
impl std::str::FromStr for Principal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let key = |id: Result<Principal, uuid::Error>| id.map_err(|_| format!("{text:?} is nobody"));
        match text.split_once(':') {
            Some(("person", id)) => key(id.parse().map(Principal::Person)),
            Some(("group", id)) => key(id.parse().map(Principal::Group)),
            _ => Err(format!("{text:?} is nobody")),
        }
    }
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Principal::Person(id) => write!(f, "person:{id}"),
            Principal::Group(id) => write!(f, "group:{id}"),
        }
    }
}

/// The live groups that a person belongs to, for the condition of a query.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn groups_of(person: PersonId) -> _ {
    group_members::table
        .inner_join(groups::table)
        .filter(group_members::person_id.eq(person))
        .filter(groups::retired_at.is_null())
        .select(group_members::group_id.nullable())
}
