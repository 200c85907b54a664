//! Weeks, medians and bars.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use proptest::prelude::*;
use sluice::rules::pace::{by_week, heights, median, weeks};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(hours: i64) -> NaiveDateTime {
    day("2026-03-02").and_hms_opt(0, 0, 0).unwrap() + TimeDelta::hours(hours)
}

#[test]
fn weeks_begin_on_mondays_and_end_with_this_one() {
    let three = ["2026-02-23", "2026-03-02", "2026-03-09"].map(day);
    assert_eq!(weeks(day("2026-03-09"), 3), three);
    assert_eq!(weeks(day("2026-03-15"), 3), three);
}

#[test]
fn each_falls_into_its_week() {
    let starts = [at(0), at(168)];
    let all = [(at(-1), 'a'), (at(0), 'b'), (at(167), 'c'), (at(168), 'd'), (at(999), 'e')];
    assert_eq!(by_week(&starts, all), [vec!['b', 'c'], vec!['d', 'e']]);
}

#[test]
fn the_median_is_the_middle_one() {
    let of = |hours: &[i64]| median(hours.iter().map(|one| TimeDelta::hours(*one)).collect());
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[9, 1, 100]), Some(TimeDelta::hours(9)));
    assert_eq!(of(&[4, 1, 2, 100]), Some(TimeDelta::hours(3)));
}

proptest! {
    #[test]
    fn half_lies_on_either_side_of_the_median(minutes in prop::collection::vec(0i64..100_000, 1..50)) {
        let middle = median(minutes.iter().map(|one| TimeDelta::minutes(*one)).collect()).unwrap();
        let below = minutes.iter().filter(|one| TimeDelta::minutes(**one) <= middle).count();
        let above = minutes.iter().filter(|one| TimeDelta::minutes(**one) >= middle).count();
        prop_assert!(2 * below >= minutes.len() && 2 * above >= minutes.len());
    }

    #[test]
    fn the_last_week_has_today(day_of_era in 700_000i32..750_000, count in 1u64..60) {
        let today = NaiveDate::from_num_days_from_ce_opt(day_of_era).unwrap();
        let all = weeks(today, count);
        prop_assert_eq!(all.len() as u64, count);
        prop_assert!(all.iter().all(|day| day.weekday() == Weekday::Mon));
        prop_assert!(all.windows(2).all(|two| two[1] - two[0] == TimeDelta::days(7)));
        prop_assert!((0..7).contains(&(today - all[all.len() - 1]).num_days()));
    }

    #[test]
    fn nothing_is_lost_from_the_first_week_on(hours in prop::collection::vec(-500i64..2000, 0..60)) {
        let starts = [at(0), at(168), at(336)];
        let weeks = by_week(&starts, hours.iter().map(|hour| (at(*hour), *hour)));
        let kept: usize = weeks.iter().map(Vec::len).sum();
        prop_assert_eq!(kept, hours.iter().filter(|hour| **hour >= 0).count());
        prop_assert!(weeks[1].iter().all(|hour| (168..336).contains(hour)));
    }

    #[test]
    fn bars_are_seen_stay_in_their_place_and_keep_their_order(
        pairs in prop::collection::vec((0usize..3000, 0usize..300), 1..20), tall in 10u32..200,
    ) {
        let drawn = heights(&pairs, tall);
        for ((below, above), (one, two)) in pairs.iter().zip(&drawn) {
            prop_assert!(one + two <= tall);
            prop_assert_eq!((*below > 0, *above > 0), (*one > 0, *two > 0));
        }
        let all: Vec<(usize, u32)> = pairs.iter().map(|pair| pair.0).zip(drawn.iter().map(|one| one.0)).collect();
        prop_assert!(all.iter().all(|one| all.iter().all(|other| one.0 > other.0 || one.1 <= other.1)));
    }
}
