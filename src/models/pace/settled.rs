//! What was counted of weeks that are over. Runs are kept forever, and end when they end: so it is counted once an hour at
//! most, in case somebody mends the database by hand.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{NaiveDateTime, TimeDelta};

use super::weeks::{Ended, sum};
use crate::id::PipelineId;

/// After how long all of it is counted anew.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// How many calendars and how many pipelines of each are known at most: what comes then takes the place of all.
const CALENDARS: usize = 16;
const PIPELINES: usize = 10_000;
/// For how long something may still end in a week that is over: a transaction that is not finished, a clock that is late.
const LATE: TimeDelta = TimeDelta::days(1);

/// Of one pipeline, or of all together.
pub type Whose = Option<PipelineId>;

/// What is known.
#[derive(Default)]
pub struct Settled(Mutex<Known>);

struct Known {
    since: Instant,
    /// By where weeks begin, which depends on where people are.
    weeks: HashMap<Vec<NaiveDateTime>, HashMap<Whose, Vec<Ended>>>,
}

impl Default for Known {
    fn default() -> Known {
        Known { since: Instant::now(), weeks: HashMap::new() }
    }
}

/// How many of the weeks that begin at these instants do not change any more.
pub fn weeks(starts: &[NaiveDateTime], now: NaiveDateTime) -> usize {
    starts.iter().skip(1).take_while(|end| **end + LATE <= now).count()
}

impl Settled {
    /// How many ended in all in the weeks between these instants, where that is known of each of these.
    pub fn of(&self, calendar: &[NaiveDateTime], whose: &[Whose]) -> Option<Vec<Ended>> {
        let known = self.known();
        let known = known.weeks.get(calendar)?;
        let counts: Vec<&[Ended]> = whose.iter().map(|one| known.get(one).map(Vec::as_slice)).collect::<Option<_>>()?;
        Some(sum(calendar.len() - 1, counts.into_iter()))
    }

    /// Keeps what was counted.
    pub fn keep(&self, calendar: &[NaiveDateTime], counts: Vec<(Whose, Vec<Ended>)>) {
        let mut known = self.known();
        if known.weeks.len() >= CALENDARS && !known.weeks.contains_key(calendar) {
            known.weeks.clear();
        }
        let weeks = known.weeks.entry(calendar.to_vec()).or_default();
        if weeks.len() + counts.len() > PIPELINES {
            weeks.clear();
        }
        weeks.extend(counts);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.since.elapsed() > KEPT {
            *known = Known::default();
        }
        known
    }
}
