//! Sessions: rows, so that they outlive the server and can be ended from elsewhere. Keys are kept hashed.

mod kept;

pub use kept::{KEY, Kept, State, end, keep, load, see};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{
    audit::{By, Verb},
    password::{new_token, token_hash},
    permit::{Action, Path, Permit},
    person::{AdministerPerson, Person, UseAccount},
    reach::Reach,
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{PersonId, SessionId},
    schema::sessions,
};

/// How long a session lives that nobody uses.
const IDLE: TimeDelta = TimeDelta::hours(12);
/// How long a session lives at most, in days, however much it is used.
pub const LONGEST_DAYS: i64 = 7;

/// Somebody signed in somewhere.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub id: SessionId,
    pub person_id: PersonId,
    /// As a person calls it.
    pub browser: String,
    /// Where it was signed in; empty where unknown.
    pub address: String,
    pub created_at: NaiveDateTime,
    /// To the minute.
    pub last_seen_at: NaiveDateTime,
}

/// What somebody signs in with.
#[derive(Debug, Clone, Default)]
pub struct Device {
    pub browser: String,
    pub address: String,
}

/// A session as it is known once, when it begins: the key opens it.
#[derive(Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub key: String,
}

/// To end a session of one's own.
pub struct EndSession;

impl Action for EndSession {
    type Subject = Session;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Session, Error> {
        let id: SessionId = path.id("session")?;
        Session::of(conn, who.id)?.into_iter().find(|session| session.id == id).ok_or(Error::NotFound)
    }

    fn allows(_: &Person, _: &Session) -> bool {
        true
    }

    fn refusal(_: &Session) -> String {
        "Everybody may end their own sessions.".into()
    }
}

impl Session {
    /// Signs a person in on a device. Who may was asked before, in the same transaction.
    pub fn begin(conn: &mut Conn, person: &Person, device: &Device) -> Result<NewSession, Error> {
        let new = NewSession { id: SessionId::new(), key: new_token() };
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(new.id),
                sessions::key_hash.eq(token_hash(&new.key)),
                sessions::person_id.eq(person.id),
                sessions::browser.eq(&device.browser),
                sessions::address.eq(&device.address),
                sessions::state.eq("{}"),
                sessions::created_at.eq(db::now()),
                sessions::last_seen_at.eq(db::now()),
            ))
            .execute(conn)?;
        let entry = By::person(person, &device.address).did(Verb::SignIn, person.subject());
        entry.set("Browser", &device.browser).record(conn)?;
        Ok(new)
    }

    /// A person's open sessions, the one seen last first.
    pub fn of(conn: &mut Conn, person: PersonId) -> Result<Vec<Session>, Error> {
        let theirs = Session::query().filter(sessions::person_id.eq(person));
        let all: Vec<Session> = theirs.order((sessions::last_seen_at.desc(), sessions::id.desc())).load(conn)?;
        let now = db::now();
        Ok(all.into_iter().filter(|session| is_open(now, session.created_at, session.last_seen_at)).collect())
    }

    /// Signs out: ends the session that somebody is using.
    pub fn sign_out(conn: &mut Conn, by: &By, person: &Person, id: SessionId) -> Result<(), Error> {
        let own = sessions::table.find(id).filter(sessions::person_id.eq(person.id));
        match diesel::delete(own).execute(conn)? {
            0 => Ok(()),
            _ => by.did(Verb::SignOut, person.subject()).record(conn),
        }
    }

    /// Ends one session of one's own, wherever it is.
    pub fn revoke(conn: &mut Conn, permit: &Permit<EndSession>) -> Result<(), Error> {
        match diesel::delete(sessions::table.find(permit.id)).execute(conn)? {
            0 => Err(Error::NotFound),
            _ => {
                let entry = permit.by().did(Verb::EndSessions, permit.person().subject());
                entry.cleared("Browser", &permit.browser).cleared("Address", &permit.address).record(conn)
            }
        }
    }

    /// Ends all of one's own sessions but one; how many there were.
    pub fn revoke_others(conn: &mut Conn, permit: &Permit<UseAccount>, stays: SessionId) -> Result<usize, Error> {
        let own = sessions::table.filter(sessions::person_id.eq(permit.id));
        let ended = diesel::delete(own.filter(sessions::id.ne(stays))).execute(conn)?;
        tell(conn, &permit.by(), permit, ended)
    }

    /// Signs somebody else out everywhere; how many sessions there were.
    pub fn revoke_all(conn: &mut Conn, permit: &Permit<AdministerPerson>) -> Result<usize, Error> {
        Session::end_all(conn, &permit.by(), permit)
    }

    /// Ends all sessions of a person, as a part of what makes it necessary.
    pub fn end_all(conn: &mut Conn, by: &By, person: &Person) -> Result<usize, Error> {
        let ended = diesel::delete(sessions::table.filter(sessions::person_id.eq(person.id))).execute(conn)?;
        tell(conn, by, person, ended)
    }

    /// Removes what has ended by itself.
    pub fn purge(conn: &mut Conn) -> Result<usize, Error> {
        let idle = diesel::delete(sessions::table.filter(sessions::last_seen_at.le(db::now() - IDLE))).execute(conn)?;
        let end = db::now() - TimeDelta::days(LONGEST_DAYS);
        Ok(idle + diesel::delete(sessions::table.filter(sessions::created_at.le(end))).execute(conn)?)
    }
}

// Where nobody was signed in, nothing ended.
fn tell(conn: &mut Conn, by: &By, person: &Person, ended: usize) -> Result<usize, Error> {
    if ended > 0 {
        by.did(Verb::EndSessions, person.subject()).cleared("Sessions", ended).record(conn)?;
    }
    Ok(ended)
}

// Asked whenever a session is used, so that no row says for itself how long it lives.
fn is_open(now: NaiveDateTime, created_at: NaiveDateTime, last_seen_at: NaiveDateTime) -> bool {
    now < last_seen_at + IDLE && now < created_at + TimeDelta::days(LONGEST_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_rest_and_by_age() {
        let now = db::now();
        let open = |age: TimeDelta, rest: TimeDelta| is_open(now, now - age, now - rest);
        let second = TimeDelta::seconds(1);
        assert!(open(TimeDelta::zero(), TimeDelta::zero()));
        assert!(open(TimeDelta::days(6), IDLE - second) && !open(TimeDelta::days(6), IDLE));
        assert!(open(TimeDelta::days(7) - second, second) && !open(TimeDelta::days(7), second));
    }
}
