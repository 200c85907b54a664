//! What was given in one place, each with whom it was given to, as lists show it.

use super::{Named, Principal};
use crate::{
    db::fold,
    id::{GrantId, GroupId, PersonId},
};

/// A role or a share, and who has it.
#[derive(Debug, Clone)]
pub struct Granted<T> {
    pub id: GrantId,
    pub what: T,
    pub named: Named,
    /// False for people who are deactivated: what they were given waits for them.
    pub active: bool,
}

/// A row as such lists are read: of the group and the person there is one.
pub type Row<T> = (GrantId, T, Option<(GroupId, String, String)>, Option<(PersonId, String, String, bool)>);

/// Reads the rows of a table of what was given, in one place; what retired groups had is none of them.
macro_rules! granted {
    ($conn:expr, $grants:ident, $what:ident, $here:expr) => {{
        use $crate::schema::{groups, people};
        let rows = $grants::table
            .left_join(groups::table)
            .left_join(people::table)
            .filter($here)
            .filter(groups::retired_at.is_null())
            .select((
                $grants::id,
                $grants::$what,
                (groups::id, groups::name, groups::description).nullable(),
                (people::id, people::name, people::email, people::active).nullable(),
            ));
        let rows: Vec<$crate::models::principal::Row<_>> = $crate::db::unvaried!(rows).load($conn)?;
        $crate::models::principal::Granted::in_order(rows)
    }};
}

pub(crate) use granted;

impl<T> Granted<T> {
    /// Groups by name, then people by name.
    pub fn in_order(rows: Vec<Row<T>>) -> Vec<Granted<T>> {
        let mut all: Vec<_> = rows.into_iter().filter_map(Granted::of).collect();
        let key =
            |one: &Granted<T>| (!one.named.is_group(), fold(&one.named.name), one.named.principal.to_string(), one.id);
        all.sort_by_cached_key(key);
        all
    }

    fn of((id, what, group, person): Row<T>) -> Option<Granted<T>> {
        let (principal, name, detail, active) = match (group, person) {
            (Some((group, name, detail)), _) => (Principal::Group(group), name, detail, true),
            (None, Some((person, name, detail, active))) => (Principal::Person(person), name, detail, active),
            (None, None) => return None,
        };
        Some(Granted { id, what, named: Named { principal, name, detail }, active })
    }
}
