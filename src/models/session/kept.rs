//! What a session remembers between requests, found by its key.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::is_open;
use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::SessionId,
    models::{password::token_hash, person::Person},
    schema::{people, sessions},
};

/// The name in a cookie's state for the key of its session.
pub const KEY: &str = "key";

/// How exactly it is known when a session was used: the price is one write each time.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What a session remembers, or is to remember: JSON by name. What is to be `null` is forgotten.
pub type State = HashMap<String, String>;

/// A session that is open, of a person who may still use it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: SessionId,
    pub person: Person,
    pub state: State,
    /// Whether it is time to note that it is used.
    pub unseen: bool,
}

/// A session as its row says, with the person whose it is.
#[derive(Debug)]
struct Begun {
    id: SessionId,
    state: State,
    created_at: NaiveDateTime,
    last_seen_at: NaiveDateTime,
    person: Person,
}

/// The session behind a key; none once it ended, or its person was deactivated.
pub fn load(conn: &mut Conn, key: &str) -> Result<Option<Kept>, Error> {
    let hash = token_hash(key);
    let begun = conn.kept(format!("session {hash}"), |conn| Begun::find(conn, &hash))?;
    let now = db::now();
    let open = begun.filter(|begun| is_open(now, begun.created_at, begun.last_seen_at));
    Ok(open.map(|begun| Kept {
        id: begun.id,
        person: begun.person.clone(),
        state: begun.state.clone(),
        unseen: now - begun.last_seen_at >= SEEN_EVERY,
    }))
}

impl Begun {
    fn find(conn: &mut Conn, hash: &str) -> Result<Option<Begun>, Error> {
        type Row = (SessionId, String, NaiveDateTime, NaiveDateTime, Person);
        let theirs = sessions::table.inner_join(people::table).filter(people::active.eq(true));
        let row = theirs.filter(sessions::key_hash.eq(hash));
        let times = (sessions::created_at, sessions::last_seen_at);
        let row: Option<Row> =
            unvaried!(row.select((sessions::id, sessions::state, times.0, times.1, Person::as_select())))
                .first(conn)
                .optional()?;
        let begun = |(id, state, created_at, last_seen_at, person): Row| {
            Ok(Begun { id, state: serde_json::from_str(&state)?, created_at, last_seen_at, person })
        };
        row.map(begun).transpose()
    }
}

/// Notes that a session is used.
pub fn see(conn: &mut Conn, id: SessionId) -> Result<(), Error> {
    let unseen = sessions::table.find(id).filter(sessions::last_seen_at.le(db::now() - SEEN_EVERY));
    diesel::update(unseen).set(sessions::last_seen_at.eq(db::now())).execute(conn)?;
    Ok(())
}

/// Has an open session remember this beside what it remembers. One that has ended meanwhile stays ended, and how long one
/// lives does not change.
pub fn keep(conn: &mut Conn, key: &str, news: &State) -> Result<(), Error> {
    let row = sessions::table.filter(sessions::key_hash.eq(token_hash(key)));
    let known: Option<(SessionId, String)> = row.select((sessions::id, sessions::state)).first(conn).optional()?;
    let Some((id, known)) = known else { return Ok(()) };
    let mut state: State = serde_json::from_str(&known)?;
    state.extend(news.iter().filter(|(name, _)| *name != KEY).map(|(name, json)| (name.clone(), json.clone())));
    state.retain(|_, json| json != "null");
    let state = sessions::state.eq(serde_json::to_string(&state)?);
    diesel::update(sessions::table.find(id)).set(state).execute(conn)?;
    Ok(())
}

/// Ends the session behind a key, if it is still there.
pub fn end(conn: &mut Conn, key: &str) -> Result<(), Error> {
    diesel::delete(sessions::table.filter(sessions::key_hash.eq(token_hash(key)))).execute(conn)?;
    Ok(())
}
