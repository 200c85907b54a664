//! Versions are compared number by number, however they are written.

use proptest::prelude::*;
use sluice::{
    package::version::Version,
    rules::versions::{Step, step},
};

fn version(text: &str) -> Version {
    text.parse().expect(text)
}

/// Two to four numbers, small ones often, with leading zeros.
fn written() -> impl Strategy<Value = (String, [u32; 4])> {
    let number = prop_oneof![0..4u32, 0..4u32, any::<u32>()];
    prop::collection::vec((number, 0..3usize), 2..=4).prop_map(|parts| {
        let mut numbers = [0; 4];
        let mut texts = Vec::new();
        for (index, (number, zeros)) in parts.into_iter().enumerate() {
            numbers[index] = number;
            texts.push(format!("{}{number}", "0".repeat(zeros)));
        }
        (texts.join("."), numbers)
    })
}

proptest! {
    #[test]
    fn order_is_the_order_of_the_numbers((a, a_numbers) in written(), (b, b_numbers) in written()) {
        prop_assert_eq!(version(&a).cmp(&version(&b)), a_numbers.cmp(&b_numbers));
        prop_assert_eq!(version(&a) == version(&b), a_numbers == b_numbers);
    }

    #[test]
    fn the_text_stays_as_given((text, _) in written()) {
        prop_assert_eq!(version(&text).to_string(), text);
    }

    #[test]
    fn order_is_total((a, _) in written(), (b, _) in written(), (c, _) in written()) {
        let mut sorted = [version(&a), version(&b), version(&c)];
        sorted.sort();
        prop_assert!(sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2]);
        prop_assert_eq!(version(&a).cmp(&version(&b)), version(&b).cmp(&version(&a)).reverse());
    }

    #[test]
    fn the_next_version_is_higher((text, numbers) in written()) {
        prop_assume!(numbers[3] < u32::MAX);
        prop_assert_eq!(step(&version(&text).next(), Some(&version(&text))), Step::Upgrade);
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,40}") {
        let _ = text.parse::<Version>();
    }
}

#[test]
fn absent_numbers_are_zero_and_leading_zeros_mean_nothing() {
    assert_eq!(version("1.0"), version("1.0.0.0"));
    assert_eq!(version("3.04.0009.1"), version("3.4.9.1"));
    assert!(version("1.61") > version("1.7"));
    assert!(version("1.0.0.10") > version("1.0.0.9"));
}

#[test]
fn other_texts_are_no_versions() {
    for text in ["", "1", "1.", ".1", "1.0.0.0.0", "1.a", "1.-1", "1.+1", "1. 0", "v1.0", "1.4294967296", "1,0"] {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
}

#[test]
fn a_step_says_what_a_deployment_does() {
    let installed = version("1.0.0.5");
    assert_eq!(step(&version("1.0.0.5"), None), Step::Install);
    assert_eq!(step(&version("1.0.0.6"), Some(&installed)), Step::Upgrade);
    assert_eq!(step(&version("1.0.0.05"), Some(&installed)), Step::Same);
    assert_eq!(step(&version("1.0"), Some(&installed)), Step::Downgrade);
}
