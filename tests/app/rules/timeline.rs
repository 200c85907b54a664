//! Where marks, words and days stand on a line of time.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};
use proptest::prelude::*;
use sluice::rules::timeline::{Axis, ticks, words};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(seconds: i64) -> NaiveDateTime {
    day("2026-03-01").and_hms_opt(0, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

#[test]
fn an_instant_stands_where_its_share_of_the_time_is() {
    let axis = Axis::new(at(0), at(1000), 100);
    assert_eq!([-5, 0, 500, 999, 1000, 2000].map(|seconds| axis.at(at(seconds))), [0, 0, 50, 99, 100, 100]);
    assert_eq!(Axis::new(at(0), at(0), 100).at(at(0)), 0);
}

#[test]
fn mondays_are_named_as_long_as_they_are_not_too_many() {
    let mondays = ["2026-03-02", "2026-03-09", "2026-03-16"].map(day);
    assert_eq!(ticks(day("2026-03-01"), day("2026-03-16"), 14), mondays);
    assert_eq!(ticks(day("2025-12-31"), day("2026-03-16"), 4), ["2026-01-01", "2026-02-01", "2026-03-01"].map(day));
    assert_eq!(ticks(day("2025-12-31"), day("2026-03-16"), 1), [day("2026-01-01")]);
}

#[test]
fn a_word_stands_above_its_mark_unless_another_is_there() {
    assert_eq!(words(&[(95, 40), (60, 40), (50, 40), (0, 30)], 100), [Some(80), None, None, Some(15)]);
    assert_eq!(words(&[(50, 40), (90, 40)], 200), [Some(50), Some(90)], "they may touch");
    assert_eq!(words(&[(5, 40)], 30), [None], "there is no room for it at all");
}

proptest! {
    #[test]
    fn what_is_later_stands_further_right(long in 0i64..40_000_000, width in 0u32..2000, one in any::<i32>(), two in any::<i32>()) {
        let axis = Axis::new(at(0), at(long), width);
        let (early, late) = (one.min(two), one.max(two));
        prop_assert!(axis.at(at(early.into())) <= axis.at(at(late.into())));
        prop_assert!(axis.at(at(late.into())) <= width);
    }

    #[test]
    fn named_days_are_few_in_order_and_in_the_range(start in 0u64..4000, long in 0u64..1500, most in 0usize..20) {
        let first = day("2020-01-01") + Days::new(start);
        let last = first + Days::new(long);
        let days = ticks(first, last, most);
        prop_assert!(days.len() <= most && days.is_sorted());
        prop_assert!(days.iter().all(|day| (first..=last).contains(day)));
        let borders = |day: &NaiveDate| day.weekday() == chrono::Weekday::Mon || day.day() == 1;
        prop_assert!(days.iter().all(borders));
    }

    #[test]
    fn no_word_lies_over_another_and_the_first_always_has_its_place(
        marks in prop::collection::vec((0u32..1000, 1u32..120), 1..40),
    ) {
        let placed = words(&marks, 1000);
        prop_assert_eq!(placed.len(), marks.len());
        prop_assert!(placed[0].is_some());
        let boxes: Vec<(u32, u32)> = placed.iter().zip(&marks)
            .filter_map(|(middle, (_, wide))| middle.map(|middle| (middle - wide / 2, middle - wide / 2 + wide)))
            .collect();
        prop_assert!(boxes.iter().all(|(_, end)| *end <= 1000));
        for (at, one) in boxes.iter().enumerate() {
            prop_assert!(boxes[at + 1..].iter().all(|other| one.1 <= other.0 || other.1 <= one.0));
        }
    }
}
