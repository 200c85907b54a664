//! Signing in: attempts are counted before a password is looked at, by account and by address, in rows that all servers
//! on a database share.

mod counter;

use chrono::TimeDelta;
use diesel::prelude::*;

use self::counter::{Counter, Key};
use super::{
    audit::{By, Kind, Subject, Verb},
    password::Proof,
    person::Person,
    session::{Device, NewSession, Session},
};
use crate::{
    db::{self, Conn},
    error::Error,
    rules::sign_in::FORGOTTEN_AFTER,
    schema::{people, sign_in_attempts},
};

/// An attempt that was counted as failed, and may now look at the password.
#[derive(Debug)]
#[must_use = "an attempt stays counted as failed until it is said to have succeeded"]
pub struct Attempt {
    account: Counter,
    address: Option<Counter>,
}

/// An attempt that was not made: how long until one may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocked {
    pub wait: TimeDelta,
}

impl Blocked {
    fn of(conn: &mut Conn, keys: &[&Key]) -> Result<Option<Blocked>, Error> {
        let Some(until) = counter::blocked(conn, keys)? else { return Ok(None) };
        let wait = until - db::clock(conn)?;
        Ok((wait > TimeDelta::zero()).then_some(Blocked { wait }))
    }
}

impl Attempt {
    /// Counts an attempt to prove that one is who has this email, whether or not anybody has. It counts as failed from
    /// now on, so that of many at once no more are made than may be.
    pub fn count(conn: &mut Conn, email: &str, address: &str) -> Result<Result<Attempt, Blocked>, Error> {
        let (account, address) = (Key::account(email), address.parse().ok().map(Key::address));
        let keys: Vec<&Key> = address.iter().chain([&account]).collect();
        // Asked before anything is written, as whoever must wait may ask often, and again once nobody else can count.
        if let Some(blocked) = Blocked::of(conn, &keys)? {
            return Ok(Err(blocked));
        }
        // In this order always, so that two never wait for each other.
        let mut of_account = Counter::lock(conn, account.clone())?;
        let mut of_address = address.clone().map(|key| Counter::lock(conn, key)).transpose()?;
        if let Some(blocked) = Blocked::of(conn, &keys)? {
            return Ok(Err(blocked));
        }
        let now = db::clock(conn)?;
        of_account.add(conn, now)?;
        if let Some(counter) = &mut of_address {
            counter.add(conn, now)?;
        }
        Ok(Ok(Attempt { account: of_account, address: of_address }))
    }

    /// Writes down that it failed, if nobody may try again for a while now. What was typed is not told where nobody has
    /// that email: it may be a password in the wrong field.
    pub fn fail(self, conn: &mut Conn, by: &By, account: Option<&Person>) -> Result<(), Error> {
        let of_address = self.address.as_ref().and_then(Counter::blocked_until);
        let Some(until) = self.account.blocked_until().max(of_address) else { return Ok(()) };
        let unknown = || Subject::new(Kind::Person, "", "Unknown account");
        let entry = by.did(Verb::Block, account.map_or_else(unknown, Person::subject));
        entry.set("Blocked until", until.format("%Y-%m-%d %H:%M:%SZ")).record(conn)
    }

    /// Takes this attempt back and no other: who forgot those of others would tell them that the account is in use.
    pub fn succeed(self, conn: &mut Conn) -> Result<(), Error> {
        self.account.take_back(conn)?;
        self.address.map_or(Ok(()), |address| address.take_back(conn))
    }

    /// Removes the counts that are too old to count.
    pub fn purge(conn: &mut Conn) -> Result<usize, Error> {
        let quiet = db::clock(conn)? - FORGOTTEN_AFTER;
        Ok(diesel::delete(sign_in_attempts::table.filter(sign_in_attempts::last_failed_at.le(quiet))).execute(conn)?)
    }
}

impl Person {
    /// Begins a session for who proved to be this person; none when the account or its password changed meanwhile.
    pub fn sign_in(
        &self,
        conn: &mut Conn,
        attempt: Attempt,
        proof: &Proof,
        device: &Device,
    ) -> Result<Option<NewSession>, Error> {
        let unchanged =
            people::table.find(self.id).filter(people::active.eq(true)).filter(people::password_hash.eq(&proof.hash));
        let hash = proof.stronger.as_ref().unwrap_or(&proof.hash);
        if diesel::update(unchanged).set(people::password_hash.eq(hash)).execute(conn)? == 0 {
            return Ok(None);
        }
        attempt.succeed(conn)?;
        Ok(Some(Session::begin(conn, self, device)?))
    }
}
