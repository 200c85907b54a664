//! The last weeks as charts: deployments a week, and how long versions took to production.

use chrono::{NaiveDateTime, TimeDelta};

use crate::{
    db::Conn,
    error::Error,
    models::{pace::Pace, run::Scope},
    rules::pace::{by_week, heights, median, weeks},
    web::time::{Clock, about, span},
};

/// How many weeks are shown, this one included.
const WEEKS: u64 = 12;
/// A week's place, the bar in it, the height of all bars, and what is above them for a number, in pixels.
const PLACE: u32 = 40;
const BAR: u32 = 22;
const TALL: u32 = 96;
const HEAD: u32 = 18;
/// What is below the bars for the days, and beside them for words that are wider than a bar.
const FOOT: u32 = 26;
const SIDE: u32 = 16;

/// What both charts show.
pub struct Chart {
    pub weeks: Vec<Week>,
    pub succeeded: usize,
    pub failed: usize,
    pub median: Option<Median>,
}

/// A week: what its bars and its row say.
pub struct Week {
    pub begins: String,
    pub succeeded: usize,
    pub failed: usize,
    /// Left and middle of its bar.
    pub left: u32,
    pub middle: u32,
    /// How tall each part is.
    pub low: u32,
    pub high: u32,
    /// How long it took in this week, where something arrived.
    pub took: Option<Took>,
}

/// How long it took: exactly, in a word, and as a bar.
pub struct Took {
    pub exact: String,
    pub about: String,
    pub tall: u32,
}

/// How long it takes from development to production.
pub struct Median {
    pub took: String,
    /// Of how many arrivals that is.
    pub arrivals: usize,
    /// Whether only the newest were looked at.
    pub cut: bool,
}

impl Chart {
    /// That of the runs that the person may see; none before the first deployment.
    pub fn of(conn: &mut Conn, scope: &Scope, clock: &Clock) -> Result<Option<Chart>, Error> {
        let starts: Vec<NaiveDateTime> =
            weeks(clock.day(clock.now()), WEEKS).into_iter().filter_map(|monday| clock.start_of(monday)).collect();
        Ok(Pace::of(conn, scope, &starts)?.map(|pace| Chart::new(&pace, &starts, clock)))
    }

    fn new(pace: &Pace, starts: &[NaiveDateTime], clock: &Clock) -> Chart {
        let took = by_week(starts, pace.arrivals.iter().map(|one| (one.at, one.took)));
        let medians: Vec<Option<TimeDelta>> = took.into_iter().map(median).collect();
        let minutes =
            |took: &Option<TimeDelta>| took.map_or(0, |took| usize::try_from(took.num_minutes().max(1)).unwrap_or(0));
        let long = heights(&medians.iter().map(|took| (minutes(took), 0)).collect::<Vec<_>>(), TALL);
        let places = (0..).step_by(PLACE as usize);
        let all = places
            .zip(starts)
            .zip(pace.weeks.iter().zip(heights(&pace.weeks, TALL)))
            .zip(medians.into_iter().zip(long));
        let weeks: Vec<Week> = all
            .map(|(((left, start), ((succeeded, failed), (low, high))), (took, (tall, _)))| Week {
                begins: clock.short_date(*start),
                succeeded: *succeeded,
                failed: *failed,
                left: left + (PLACE - BAR) / 2,
                middle: left + PLACE / 2,
                low,
                high,
                took: took.map(|took| Took { exact: span(took), about: about(took), tall }),
            })
            .collect();
        Chart {
            succeeded: pace.weeks.iter().map(|(succeeded, _)| succeeded).sum(),
            failed: pace.weeks.iter().map(|(_, failed)| failed).sum(),
            median: Median::of(pace),
            weeks,
        }
    }

    /// How wide all bars are.
    pub fn width(&self) -> u32 {
        PLACE * u32::try_from(self.weeks.len()).unwrap_or_default()
    }

    /// What the picture shows: the bars, and all words around them.
    pub fn view(&self) -> String {
        format!("-{SIDE} 0 {} {}", self.width() + 2 * SIDE, self.floor() + FOOT)
    }

    /// How wide a bar is.
    pub fn bar(&self) -> u32 {
        BAR
    }

    /// Where the bars stand.
    pub fn floor(&self) -> u32 {
        HEAD + TALL
    }
}

impl Week {
    /// The number above the bar: of all that ended, whose parts are told by their look.
    pub fn count(&self) -> String {
        match self.succeeded + self.failed {
            0 => String::new(),
            all => all.to_string(),
        }
    }

    /// Where its upper end is.
    pub fn top(&self) -> u32 {
        HEAD + TALL - self.low - self.high
    }
}

impl Median {
    fn of(pace: &Pace) -> Option<Median> {
        let took = median(pace.arrivals.iter().map(|one| one.took).collect())?;
        Some(Median { took: span(took), arrivals: pace.arrivals.len(), cut: pace.arrivals_cut })
    }
}
