//! What a session remembers between requests, found by its key.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::is_open;
use crate::{
    db::{self, Conn},
    error::Error,
    id::{PersonId, SessionId},
    models::password::token_hash,
    schema::sessions,
};

/// The name in a state for whose session it is.
pub const PERSON: &str = "person";
/// The name in a state for which session it is.
pub const SESSION: &str = "session";
/// The name in a state for the key of a session that has begun and is not in a cookie yet.
pub const KEY: &str = "key";

/// How exactly it is known when a session was used: the price is one write each time.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What a session remembers: JSON by name.
pub type State = HashMap<String, String>;

/// A session that is open.
pub struct Kept {
    pub state: State,
    /// Whether it is time to note that it is used.
    pub unseen: bool,
}

/// The session behind a key; none once it ended. Whose it is comes from its row, whatever its state says.
pub fn load(conn: &mut Conn, key: &str) -> Result<Option<Kept>, Error> {
    type Row = (SessionId, PersonId, String, NaiveDateTime, NaiveDateTime);
    let columns = (sessions::id, sessions::person_id, sessions::state, sessions::created_at, sessions::last_seen_at);
    let row = sessions::table.filter(sessions::key_hash.eq(token_hash(key))).select(columns);
    let Some((id, person, state, created_at, last_seen_at)) = row.first::<Row>(conn).optional()? else {
        return Ok(None);
    };
    let now = db::now();
    if !is_open(now, created_at, last_seen_at) {
        return Ok(None);
    }
    let mut state: State = serde_json::from_str(&state)?;
    state.insert(PERSON.into(), serde_json::to_string(&person)?);
    state.insert(SESSION.into(), serde_json::to_string(&id)?);
    Ok(Some(Kept { state, unseen: now - last_seen_at >= SEEN_EVERY }))
}

/// Notes that a session is used.
pub fn see(conn: &mut Conn, key: &str) -> Result<(), Error> {
    let unseen = sessions::table
        .filter(sessions::key_hash.eq(token_hash(key)))
        .filter(sessions::last_seen_at.le(db::now() - SEEN_EVERY));
    diesel::update(unseen).set(sessions::last_seen_at.eq(db::now())).execute(conn)?;
    Ok(())
}

/// Keeps what an open session remembers from now on. One that has ended meanwhile stays ended, and how long one lives
/// does not change.
pub fn keep(conn: &mut Conn, key: &str, state: &State) -> Result<(), Error> {
    let own = |name: &str| [PERSON, SESSION, KEY].contains(&name);
    let rest: HashMap<&String, &String> = state.iter().filter(|(name, _)| !own(name)).collect();
    let row = sessions::table.filter(sessions::key_hash.eq(token_hash(key)));
    diesel::update(row).set(sessions::state.eq(serde_json::to_string(&rest)?)).execute(conn)?;
    Ok(())
}

/// Ends the session behind a key, if it is still there.
pub fn end(conn: &mut Conn, key: &str) -> Result<(), Error> {
    diesel::delete(sessions::table.filter(sessions::key_hash.eq(token_hash(key)))).execute(conn)?;
    Ok(())
}
