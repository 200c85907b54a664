//! Where things stand on a line of time: marks, the words above them, the days that are named below.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// A stretch of time, drawn from left to right.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    from: NaiveDateTime,
    to: NaiveDateTime,
    width: u32,
}

impl Axis {
    /// From one instant to a later one, so wide.
    pub fn new(from: NaiveDateTime, to: NaiveDateTime, width: u32) -> Axis {
        Axis { from, to, width }
    }

    /// How far right an instant stands; what lies outside stands at the border.
    pub fn at(&self, instant: NaiveDateTime) -> u32 {
        let long = i128::from((self.to - self.from).num_seconds().max(1));
        let gone = i128::from((instant - self.from).num_seconds()).clamp(0, long);
        u32::try_from(gone * i128::from(self.width) / long).unwrap_or(self.width)
    }
}

/// The days to name between two, these included: Mondays, else the first days of months, else those of years, whichever
/// are not too many.
pub fn ticks(first: NaiveDate, last: NaiveDate, most: usize) -> Vec<NaiveDate> {
    let fits: [fn(&NaiveDate) -> bool; 3] =
        [|day| day.weekday() == chrono::Weekday::Mon, |day| day.day() == 1, |day| day.ordinal() == 1];
    let days = |fit| first.iter_days().take_while(|day| *day <= last).filter(fit).collect::<Vec<_>>();
    fits.into_iter().map(days).find(|days| days.len() <= most).unwrap_or_default()
}

/// Where the middle of each word is that stands above its mark: within the width, and never over another word. Each comes
/// as the place of its mark and as wide as it is; where two do not fit, the one that comes first has the place.
pub fn words(marks: &[(u32, u32)], width: u32) -> Vec<Option<u32>> {
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut place = |&(at, wide): &(u32, u32)| {
        let begin = at.saturating_sub(wide / 2).min(width.checked_sub(wide)?);
        let end = begin + wide;
        if taken.iter().any(|(other, until)| begin < *until && *other < end) {
            return None;
        }
        taken.push((begin, end));
        Some(begin + wide / 2)
    };
    marks.iter().map(&mut place).collect()
}
