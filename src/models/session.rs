//! Sessions: rows, so that they outlive the server and can be ended from elsewhere. Keys are kept hashed.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::password::token_hash;
use crate::{
    db::{self, Conn},
    error::Error,
    id::PersonId,
    schema::sessions,
};

/// How long a session lives that nobody uses.
const IDLE_HOURS: i64 = 12;

/// What a session remembers, by name.
pub type State = HashMap<String, String>;

/// The state behind a session's key; none once it ended.
pub fn load(conn: &mut Conn, key: &str) -> Result<Option<State>, Error> {
    let state = sessions::table
        .find(token_hash(key))
        .filter(sessions::expires_at.gt(db::now()))
        .select(sessions::state)
        .first::<String>(conn)
        .optional()?;
    Ok(state.map(|state| serde_json::from_str(&state)).transpose()?)
}

/// Keeps the state of a new session, or anew that of an old one.
pub fn save(conn: &mut Conn, key: &str, state: &State) -> Result<(), Error> {
    let id = token_hash(key);
    let values = (
        sessions::state.eq(serde_json::to_string(state)?),
        sessions::person_id.eq(person(state)),
        sessions::last_seen_at.eq(db::now()),
        sessions::expires_at.eq(db::now() + TimeDelta::hours(IDLE_HOURS)),
    );
    if diesel::update(sessions::table.find(&id)).set(values.clone()).execute(conn)? == 0 {
        diesel::delete(sessions::table.filter(sessions::expires_at.lt(db::now()))).execute(conn)?;
        diesel::insert_into(sessions::table)
            .values((sessions::id.eq(id), sessions::created_at.eq(db::now()), values))
            .execute(conn)?;
    }
    Ok(())
}

/// Lets a session live on from now.
pub fn touch(conn: &mut Conn, key: &str) -> Result<(), Error> {
    let until = db::now() + TimeDelta::hours(IDLE_HOURS);
    diesel::update(sessions::table.find(token_hash(key)))
        .set((sessions::last_seen_at.eq(db::now()), sessions::expires_at.eq(until)))
        .execute(conn)?;
    Ok(())
}

/// Ends one session.
pub fn end(conn: &mut Conn, key: &str) -> Result<(), Error> {
    diesel::delete(sessions::table.find(token_hash(key))).execute(conn)?;
    Ok(())
}

/// Ends all sessions of a person.
pub fn end_all(conn: &mut Conn, person: PersonId) -> Result<(), Error> {
    diesel::delete(sessions::table.filter(sessions::person_id.eq(person))).execute(conn)?;
    Ok(())
}

// actix-session keeps each value as JSON.
fn person(state: &State) -> Option<PersonId> {
    state.get("person").and_then(|json| serde_json::from_str(json).ok())
}
