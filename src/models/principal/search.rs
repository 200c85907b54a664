//! Finding people and groups by what somebody types.

use diesel::prelude::*;

use super::{Named, Principal};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{GroupId, PersonId},
    schema::{groups, people},
};

/// Whom a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    Anyone,
    People,
}

/// Who is meant by what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    One(Principal),
    /// Several have this name, or some have it in theirs: one of them is to be chosen.
    Unclear,
    Nobody,
}

// Escapes what LIKE would read as a wildcard.
const ESCAPE: char = '!';

impl Principal {
    /// To whom something can be given now and whose name or email contains the text: groups, then people, each by
    /// name, `limit` at most. Nobody fits an empty text.
    pub fn matching(conn: &mut Conn, text: &str, whom: Whom, limit: usize) -> Result<Vec<Named>, Error> {
        let key = db::fold(text);
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = match whom {
            Whom::Anyone => groups_like(conn, &pattern(&key), limit)?,
            Whom::People => Vec::new(),
        };
        found.extend(people_like(conn, &pattern(&key), limit)?);
        found.truncate(limit);
        Ok(found)
    }

    /// Who is meant: the one that was chosen, as long as the text fits them; else whose email or whole name it is.
    pub fn meant(conn: &mut Conn, text: &str, chosen: Option<Principal>, whom: Whom) -> Result<Meant, Error> {
        let key = db::fold(text);
        if let Some(chosen) = chosen
            && (whom == Whom::Anyone || chosen.person().is_some())
            && chosen.named(conn).is_ok_and(|named| named.fits(&key))
        {
            return Ok(Meant::One(chosen));
        }
        let active = people::table.filter(people::active.eq(true));
        let by_email: Option<PersonId> =
            active.filter(people::email_key.eq(&key)).select(people::id).first(conn).optional()?;
        if let Some(id) = by_email {
            return Ok(Meant::One(Principal::Person(id)));
        }
        let named: Vec<PersonId> = active.filter(people::name_key.eq(&key)).select(people::id).limit(2).load(conn)?;
        let mut exact: Vec<Principal> = named.into_iter().map(Principal::Person).collect();
        if whom == Whom::Anyone {
            let live = groups::table.filter(groups::retired_at.is_null());
            let named: Vec<GroupId> = live.filter(groups::name_key.eq(&key)).select(groups::id).load(conn)?;
            exact.extend(named.into_iter().map(Principal::Group));
        }
        match exact[..] {
            [one] => Ok(Meant::One(one)),
            [] if Principal::matching(conn, text, whom, 1)?.is_empty() => Ok(Meant::Nobody),
            _ => Ok(Meant::Unclear),
        }
    }
}

impl Named {
    // As the search decides it.
    fn fits(&self, key: &str) -> bool {
        let email = !self.is_group() && db::fold(&self.detail).contains(key);
        !key.is_empty() && (email || db::fold(&self.name).contains(key))
    }
}

fn pattern(key: &str) -> String {
    let mut pattern = String::from("%");
    for letter in key.chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn groups_like(conn: &mut Conn, pattern: &str, limit: usize) -> Result<Vec<Named>, Error> {
    let rows: Vec<(GroupId, String, String)> = groups::table
        .filter(groups::retired_at.is_null())
        .filter(groups::name_key.like(pattern).escape(ESCAPE))
        .order((groups::name_key, groups::id))
        .limit(limit as i64)
        .select((groups::id, groups::name, groups::description))
        .load(conn)?;
    let named = |(id, name, detail)| Named { principal: Principal::Group(id), name, detail };
    Ok(rows.into_iter().map(named).collect())
}

fn people_like(conn: &mut Conn, pattern: &str, limit: usize) -> Result<Vec<Named>, Error> {
    let rows: Vec<(PersonId, String, String)> = people::table
        .filter(people::active.eq(true))
        .filter(people::name_key.like(pattern).escape(ESCAPE).or(people::email_key.like(pattern).escape(ESCAPE)))
        .order((people::name_key, people::id))
        .limit(limit as i64)
        .select((people::id, people::name, people::email))
        .load(conn)?;
    let named = |(id, name, detail)| Named { principal: Principal::Person(id), name, detail };
    Ok(rows.into_iter().map(named).collect())
}
