//! Time passing, as the rows of people's access and of scheduled runs see it.

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::schema::{password_links, runs, sessions, sign_in_attempts};

use super::TestApp;

impl TestApp {
    /// Lets so much time pass for sessions, attempts to sign in, links, and scheduled runs: everything in them happened
    /// earlier, or comes sooner.
    pub fn later(&self, time: TimeDelta) {
        self.write(|c| {
            for (key, last, until) in sign_in_attempts::table
                .select((sign_in_attempts::key, sign_in_attempts::last_failed_at, sign_in_attempts::blocked_until))
                .load::<(String, chrono::NaiveDateTime, Option<chrono::NaiveDateTime>)>(c)?
            {
                diesel::update(sign_in_attempts::table.find(key))
                    .set((
                        sign_in_attempts::last_failed_at.eq(last - time),
                        sign_in_attempts::blocked_until.eq(until.map(|until| until - time)),
                    ))
                    .execute(c)?;
            }
            for (id, began, seen) in sessions::table
                .select((sessions::id, sessions::created_at, sessions::last_seen_at))
                .load::<(String, chrono::NaiveDateTime, chrono::NaiveDateTime)>(c)?
            {
                diesel::update(sessions::table.find(id))
                    .set((sessions::created_at.eq(began - time), sessions::last_seen_at.eq(seen - time)))
                    .execute(c)?;
            }
            for (id, end) in
                password_links::table
                    .select((password_links::id, password_links::expires_at))
                    .load::<(String, chrono::NaiveDateTime)>(c)?
            {
                diesel::update(password_links::table.find(id))
                    .set(password_links::expires_at.eq(end - time))
                    .execute(c)?;
            }
            let scheduled = runs::scheduled_for.assume_not_null();
            let scheduled = runs::table.filter(runs::scheduled_for.is_not_null()).select((runs::id, scheduled));
            for (id, at) in scheduled.load::<(String, chrono::NaiveDateTime)>(c)? {
                diesel::update(runs::table.find(id)).set(runs::scheduled_for.eq(at - time)).execute(c)?;
            }
            Ok(())
        });
    }
}
