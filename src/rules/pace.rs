//! Weeks, medians and bars: how often something is deployed, and how long it takes.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};

/// The Mondays with which this week and those before it begin, oldest first, so many in all.
pub fn weeks(today: NaiveDate, count: u64) -> Vec<NaiveDate> {
    let monday = today - Days::new(today.weekday().num_days_from_monday().into());
    (0..count).rev().map(|ago| monday - Days::new(7 * ago)).collect()
}

/// What falls into each week, given when each begins; what was before the first falls into none.
pub fn by_week<T>(starts: &[NaiveDateTime], all: impl IntoIterator<Item = (NaiveDateTime, T)>) -> Vec<Vec<T>> {
    let mut weeks: Vec<Vec<T>> = starts.iter().map(|_| Vec::new()).collect();
    for (at, one) in all {
        let week = starts.partition_point(|start| *start <= at).checked_sub(1);
        if let Some(week) = week.and_then(|week| weeks.get_mut(week)) {
            week.push(one);
        }
    }
    weeks
}

/// The middle one; of an even number, what lies between the two in the middle. None of nothing.
pub fn median(mut all: Vec<TimeDelta>) -> Option<TimeDelta> {
    all.sort_unstable();
    let upper = *all.get(all.len() / 2)?;
    let lower = *all.get((all.len() - 1) / 2)?;
    Some(lower + (upper - lower) / 2)
}

/// How tall counts that are stacked in pairs are drawn, so that the tallest pair is at most `tall`; what is not nothing is seen.
pub fn heights(pairs: &[(usize, usize)], tall: u32) -> Vec<(u32, u32)> {
    const LEAST: u32 = 3;
    let most = pairs.iter().map(|(below, above)| below + above).max().unwrap_or_default().max(1);
    // Two that are drawn taller than they are must not rise above the rest.
    let room = u64::from(tall.saturating_sub(2 * LEAST));
    let height = |count: usize| match count {
        0 => 0,
        count => LEAST + u32::try_from(count as u64 * room / most as u64).unwrap_or_default(),
    };
    pairs.iter().map(|(below, above)| (height(*below), height(*above))).collect()
}
