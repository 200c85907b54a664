//! Time passing, as the rows of people's access and of scheduled runs see it, and packages.

use std::{fs, path::Path, time::Duration};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use sluice::schema::{artifacts, password_links, runs, sessions, sign_in_attempts};

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

    /// Lets so many days pass for packages: exports and runs happened earlier, and what was kept is older.
    pub fn packages_later(&self, days: i64) {
        let time = TimeDelta::days(days);
        self.write(|c| {
            for (id, created, retired, back) in artifacts::table
                .select((artifacts::id, artifacts::created_at, artifacts::retired_at, artifacts::brought_back_at))
                .load::<(String, NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>)>(c)?
            {
                diesel::update(artifacts::table.find(id))
                    .set((
                        artifacts::created_at.eq(created - time),
                        artifacts::retired_at.eq(retired.map(|at| at - time)),
                        artifacts::brought_back_at.eq(back.map(|at| at - time)),
                    ))
                    .execute(c)?;
            }
            for (id, started, ended) in
                runs::table.select((runs::id, runs::started_at, runs::ended_at)).load::<(
                    String,
                    NaiveDateTime,
                    Option<NaiveDateTime>,
                )>(c)?
            {
                diesel::update(runs::table.find(id))
                    .set((runs::started_at.eq(started - time), runs::ended_at.eq(ended.map(|at| at - time))))
                    .execute(c)?;
            }
            Ok(())
        });
        make_older(&self.folder().join("artifacts"), time.to_std().unwrap());
    }
}

fn make_older(folder: &Path, time: Duration) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => make_older(&path, time),
            false => {
                let file = fs::File::options().write(true).open(path).unwrap();
                file.set_modified(file.metadata().unwrap().modified().unwrap() - time).unwrap();
            }
        }
    }
}
