//! What was counted of weeks that are over. Runs are kept forever, and end when they end: so it is kept, for an hour at most
//! in case somebody mends the database by hand.

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
/// Of how many pipelines it is kept at most, each in each calendar: what comes then takes the place of all.
const MOST: usize = 10_000;
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
pub fn over(starts: &[NaiveDateTime], now: NaiveDateTime) -> usize {
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
        if counts.len() > MOST {
            return;
        }
        let mut known = self.known();
        if known.weeks.values().map(HashMap::len).sum::<usize>() + counts.len() > MOST {
            known.weeks.clear();
        }
        known.weeks.entry(calendar.to_vec()).or_default().extend(counts);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.since.elapsed() > KEPT {
            *known = Known::default();
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn mondays(count: i64) -> Vec<NaiveDateTime> {
        let first = DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::days(4);
        (0..count).map(|week| first + TimeDelta::weeks(week)).collect()
    }

    #[test]
    fn a_week_is_over_for_good_a_day_after_it_ended() {
        let starts = mondays(4);
        for (late, over) in [(TimeDelta::zero(), 2), (LATE - TimeDelta::seconds(1), 2), (LATE, 3), (LATE * 6, 3)] {
            assert_eq!(super::over(&starts, starts[3] + late), over);
        }
        assert_eq!(over(&starts, starts[0]), 0);
        assert_eq!(over(&[], starts[0]), 0);
    }

    #[test]
    fn everybody_is_told_of_what_they_see_alone_and_only_where_all_of_it_is_known() {
        let (settled, calendar) = (Settled::default(), mondays(3));
        let [one, other, third] = [(); 3].map(|()| Some(PipelineId::new()));
        settled.keep(&calendar, vec![(one, vec![(1, 0), (2, 1)]), (None, vec![(9, 9), (9, 9)])]);
        settled.keep(&calendar, vec![(other, vec![(10, 3), (0, 0)])]);
        assert_eq!(settled.of(&calendar, &[one]), Some(vec![(1, 0), (2, 1)]));
        assert_eq!(settled.of(&calendar, &[other, one]), Some(vec![(11, 3), (2, 1)]));
        assert_eq!(settled.of(&calendar, &[]), Some(vec![(0, 0); 2]));
        assert_eq!(settled.of(&calendar, &[one, third]), None);
        assert_eq!(settled.of(&mondays(4), &[one]), None, "other weeks");
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (settled, calendar) = (Settled::default(), mondays(2));
        let some = |count: usize| (0..count).map(|_| (Some(PipelineId::new()), vec![(1, 1)])).collect::<Vec<_>>();
        let first = some(MOST);
        settled.keep(&calendar, first.clone());
        assert!(settled.of(&calendar, &[first[0].0]).is_some());
        settled.keep(&mondays(3), some(1));
        assert!(settled.of(&calendar, &[first[0].0]).is_none());
        settled.keep(&calendar, some(MOST + 1));
        assert_eq!(settled.known().weeks.values().map(HashMap::len).sum::<usize>(), 1);
    }
}
