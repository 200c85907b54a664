//! Which places of a pipeline are behind those before them.

use proptest::prelude::*;
use sluice::{package::version::Version, rules::whereabouts::behind};

fn version(text: &str) -> Option<Version> {
    Some(text.parse().unwrap())
}

#[test]
fn a_place_is_behind_the_newest_of_those_before_it() {
    let places = [
        (version("1.0.0.9"), vec![]),
        (version("1.0.0.10"), vec![]),
        (version("1.0.0.9"), vec![0, 1]),
        (version("1.0.0.9"), vec![2]),
        (None, vec![2]),
        (version("2.0"), vec![4]),
        (version("1.0.0.8"), vec![2]),
    ];
    let none = || None;
    let ahead = [none(), none(), version("1.0.0.10"), none(), none(), none(), version("1.0.0.9")];
    assert_eq!(behind(&places), ahead);
}

proptest! {
    #[test]
    fn nothing_is_behind_that_has_what_comes_before_it(numbers in prop::collection::vec(0u16..5, 1..9)) {
        let versions = numbers.iter().map(|number| version(&format!("1.{number}")));
        let places: Vec<_> = versions.enumerate().map(|(at, has)| (has, (0..at).collect())).collect();
        for (at, behind) in behind(&places).into_iter().enumerate() {
            let newest = numbers[..at].iter().max().filter(|newest| **newest > numbers[at]);
            prop_assert_eq!(behind, newest.and_then(|number| version(&format!("1.{number}"))));
        }
    }
}
