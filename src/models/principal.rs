//! To whom something is given: a person, or a group and so each of its members.

use diesel::prelude::*;

use super::person::Person;
use crate::{
    db::Conn,
    error::Error,
    id::{GroupId, PersonId},
    schema::{group_members, groups},
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

/// The live groups that a person belongs to.
pub fn groups_of(conn: &mut Conn, person: &Person) -> Result<Vec<GroupId>, Error> {
    Ok(group_members::table
        .inner_join(groups::table)
        .filter(group_members::person_id.eq(person.id))
        .filter(groups::retired_at.is_null())
        .select(group_members::group_id)
        .load(conn)?)
}
