//! Reading the log: newest first, by what is looked for, a page or a portion at a time.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Change, Kind, Subject, Verb};
use crate::{
    db::{self, Conn, MultiBackend},
    error::Error,
    id::{PersonId, RowId},
    models::permit::{AdministerTenant, Permit},
    schema::audit,
};

/// Who did something, as a filter names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Person(PersonId),
    /// The program, its command line, or whoever is not signed in, by the name that stands in the log.
    Nobody(String),
}

/// Which entries are looked for; all that are given must fit.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In the names of who did it, what it was done to and what changed; empty for all.
    pub text: String,
    pub actor: Option<Actor>,
    pub kind: Option<Kind>,
    pub verb: Option<Verb>,
    /// The key of what it was done to; empty for all.
    pub subject: String,
    /// The whole IP address; empty for all.
    pub address: String,
    /// From this instant on.
    pub since: Option<NaiveDateTime>,
    /// Before this instant.
    pub until: Option<NaiveDateTime>,
    /// Older than this entry.
    pub before: Option<RowId>,
    /// Newer than this entry.
    pub after: Option<RowId>,
}

/// An entry as it was written.
#[derive(Debug, Clone)]
pub struct Told {
    pub id: RowId,
    pub at: NaiveDateTime,
    /// None for the program itself, its command line, and who was not signed in.
    pub person_id: Option<PersonId>,
    pub person_name: String,
    pub address: String,
    pub action: String,
    pub kind: String,
    pub subject_id: String,
    pub subject_name: String,
    pub changes: Vec<Change>,
    /// Why, or more of it in words.
    pub detail: String,
}

#[derive(HasQuery)]
#[diesel(table_name = audit)]
struct Row {
    id: RowId,
    at: NaiveDateTime,
    person_id: Option<PersonId>,
    person_name: String,
    address: String,
    action: String,
    subject_kind: String,
    subject_id: String,
    subject_name: String,
    changes: String,
    detail: String,
}

impl Told {
    /// What was done, as a page tells it.
    pub fn verb(&self) -> String {
        match self.action.parse::<Verb>() {
            Ok(verb) => verb.label().to_owned(),
            Err(_) => capitalized(&self.action),
        }
    }

    /// What kind of thing it was done to, as a page tells it.
    pub fn kind(&self) -> String {
        self.kind.parse::<Kind>().map_or_else(|_| capitalized(&self.kind), |kind| kind.label().to_owned())
    }
}

/// At most `limit` entries, newest first, and whether there are more in the direction that was asked for.
pub fn read(conn: &mut Conn, filter: &Filter, limit: usize) -> Result<(Vec<Told>, bool), Error> {
    let query = filter.query();
    let most = limit as i64 + 1;
    let mut rows: Vec<Row> = match (filter.before, filter.after) {
        (_, Some(after)) => query.filter(audit::id.gt(after)).order(audit::id.asc()).limit(most).load(conn)?,
        (Some(before), None) => query.filter(audit::id.lt(before)).order(audit::id.desc()).limit(most).load(conn)?,
        (None, None) => query.order(audit::id.desc()).limit(most).load(conn)?,
    };
    let more = rows.len() > limit;
    rows.truncate(limit);
    if filter.after.is_some() {
        rows.reverse();
    }
    let told = rows.into_iter().map(Told::try_from).collect::<Result<_, _>>()?;
    Ok((told, more))
}

/// Writes that somebody takes the entries away which these filters leave, and answers with the entry that says so: what
/// is older than it is theirs.
pub fn export(
    conn: &mut Conn,
    permit: &Permit<AdministerTenant>,
    format: &str,
    filters: Vec<Change>,
) -> Result<RowId, Error> {
    let log = Subject::new(Kind::Tenant, "", "Audit log");
    permit.by().did(Verb::ExportLog, log).set("Format", format).with(filters).write(conn)
}

type Query = audit::BoxedQuery<'static, MultiBackend, diesel::dsl::SqlTypeOf<diesel::dsl::AsSelect<Row, MultiBackend>>>;

impl Filter {
    fn query(&self) -> Query {
        let mut query = audit::table.select(Row::as_select()).into_boxed::<MultiBackend>();
        if let Some(text) = pattern(&self.text) {
            query = query.filter(audit::search_key.like(text).escape('\\'));
        }
        match &self.actor {
            Some(Actor::Person(id)) => query = query.filter(audit::person_id.eq(*id)),
            Some(Actor::Nobody(name)) => {
                query = query.filter(audit::person_name.eq(name.clone())).filter(audit::person_id.is_null());
            }
            None => (),
        }
        if let Some(kind) = self.kind {
            query = query.filter(audit::subject_kind.eq(kind.as_str()));
        }
        if let Some(verb) = self.verb {
            query = query.filter(audit::action.eq(verb.as_str()));
        }
        if !self.subject.is_empty() {
            query = query.filter(audit::subject_id.eq(self.subject.clone()));
        }
        if !self.address.is_empty() {
            query = query.filter(audit::address.eq(self.address.clone()));
        }
        if let Some(since) = self.since {
            query = query.filter(audit::at.ge(since));
        }
        if let Some(until) = self.until {
            query = query.filter(audit::at.lt(until));
        }
        query
    }
}

impl TryFrom<Row> for Told {
    type Error = Error;

    fn try_from(row: Row) -> Result<Told, Error> {
        Ok(Told {
            id: row.id,
            at: row.at,
            person_id: row.person_id,
            person_name: row.person_name,
            address: row.address,
            action: row.action,
            kind: row.subject_kind,
            subject_id: row.subject_id,
            subject_name: row.subject_name,
            changes: serde_json::from_str(&row.changes)?,
            detail: row.detail,
        })
    }
}

// Anywhere in the text; the signs that LIKE reads otherwise stand for themselves.
fn pattern(text: &str) -> Option<String> {
    let text = db::fold(text);
    let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    (!text.is_empty()).then(|| format!("%{plain}%"))
}

fn capitalized(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().collect::<String>() + signs.as_str()).unwrap_or_default()
}
