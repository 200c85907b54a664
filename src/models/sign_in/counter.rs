//! The failures counted under one key.

use std::net::IpAddr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use crate::{
    db::{self, Conn},
    error::Error,
    rules::sign_in::{CountedBy, FORGOTTEN_AFTER, subscriber},
    schema::sign_in_attempts::{self, blocked_until, failures, last_failed_at},
};

/// Under what failures are counted. What was typed is kept nowhere, as it may be a password in the wrong field.
#[derive(Debug, Clone)]
pub(super) struct Key {
    by: CountedBy,
    hash: String,
}

impl Key {
    pub fn account(email: &str) -> Key {
        Key::new(CountedBy::Account, "account", &db::fold(email))
    }

    pub fn address(address: IpAddr) -> Key {
        Key::new(CountedBy::Address, "address", &subscriber(address))
    }

    fn new(by: CountedBy, kind: &str, what: &str) -> Key {
        Key { by, hash: BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{kind}:{what}").as_bytes())) }
    }
}

/// Until when no attempt may be made under one of these keys, if any said so.
pub(super) fn blocked(conn: &mut Conn, keys: &[&Key]) -> Result<Option<NaiveDateTime>, Error> {
    let keys = keys.iter().map(|key| key.hash.as_str());
    let rows = sign_in_attempts::table.filter(sign_in_attempts::key.eq_any(keys));
    Ok(rows.select(diesel::dsl::max(blocked_until)).first(conn)?)
}

/// A row of counted failures, locked until the transaction ends; afterwards, what it was then.
#[derive(Debug)]
pub(super) struct Counter {
    key: Key,
    count: Count,
    /// What it was before the last failure.
    before: Count,
}

type Count = (i32, NaiveDateTime, Option<NaiveDateTime>);

impl Counter {
    /// The counter under a key, made where there is none.
    pub fn lock(conn: &mut Conn, key: Key) -> Result<Counter, Error> {
        let row = sign_in_attempts::table.find(&key.hash);
        // What is written to is locked on every database.
        while diesel::update(row).set(failures.eq(failures)).execute(conn)? == 0 {
            let new = (sign_in_attempts::key.eq(&key.hash), failures.eq(0), last_failed_at.eq(db::clock(conn)?));
            let inserted = conn.transaction(|c| diesel::insert_into(sign_in_attempts::table).values(new).execute(c));
            match inserted {
                Err(error) if !db::is_duplicate(&error, "sign_in_attempts", "key") => return Err(error.into()),
                _ => (),
            }
        }
        let count: Count = row.select((failures, last_failed_at, blocked_until)).first(conn)?;
        Ok(Counter { key, count, before: count })
    }

    /// Counts one more failure.
    pub fn add(&mut self, conn: &mut Conn, now: NaiveDateTime) -> Result<(), Error> {
        let (counted, last, _) = self.count;
        let counted = if now - last < FORGOTTEN_AFTER { counted.saturating_add(1) } else { 1 };
        let wait = self.key.by.wait(counted.unsigned_abs());
        let until = (!wait.is_zero()).then(|| now + wait);
        self.before = self.count;
        self.count = (counted, now, until);
        self.save(conn)
    }

    /// Until when nobody may try again, if so.
    pub fn blocked_until(&self) -> Option<NaiveDateTime> {
        self.count.2
    }

    /// Takes back the failure that was added: as if it had never been, unless there were more since.
    pub fn take_back(self, conn: &mut Conn) -> Result<(), Error> {
        let mut present = Counter::lock(conn, self.key)?;
        let (counted, last, until) = present.count;
        present.count = match present.count == self.count {
            true => self.before,
            false => ((counted - 1).max(0), last, until),
        };
        present.save(conn)
    }

    fn save(&self, conn: &mut Conn) -> Result<(), Error> {
        let (counted, last, until) = self.count;
        diesel::update(sign_in_attempts::table.find(&self.key.hash))
            .set((failures.eq(counted), last_failed_at.eq(last), blocked_until.eq(until)))
            .execute(conn)?;
        Ok(())
    }
}
