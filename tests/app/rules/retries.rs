//! What follows when an environment did not do what it was asked.

use chrono::TimeDelta;
use proptest::prelude::*;
use sluice::rules::retries::{MOST_ATTEMPTS, Next, Trouble, next};

#[test]
fn without_an_answer_it_is_tried_ever_more_slowly_for_a_quarter_of_an_hour() {
    let waits: Vec<TimeDelta> = (0..)
        .map_while(|attempts| match next(Trouble::NoAnswer, attempts) {
            Next::After(wait) => Some(wait),
            Next::GiveUp => None,
        })
        .collect();
    let seconds: Vec<i64> = waits.iter().map(TimeDelta::num_seconds).collect();
    assert_eq!(seconds[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
    assert!(seconds.is_sorted(), "{seconds:?}");
    let minutes = seconds.iter().sum::<i64>() / 60;
    assert!((10..20).contains(&minutes), "{minutes} minutes");
    assert_eq!(i32::try_from(waits.len() + 1), Ok(MOST_ATTEMPTS), "the first try counts");
}

proptest! {
    #[test]
    fn a_refusal_is_final(attempts in 0..1000) {
        prop_assert_eq!(next(Trouble::Refusal, attempts), Next::GiveUp);
    }

    #[test]
    fn who_is_busy_is_waited_for_as_long_as_it_asks_within_reason(retry_after: u64, attempts in 0..1000) {
        let Next::After(wait) = next(Trouble::Busy { retry_after }, attempts) else { panic!("given up") };
        prop_assert_eq!(wait.num_seconds(), i64::try_from(retry_after.clamp(1, 900)).unwrap());
    }
}
