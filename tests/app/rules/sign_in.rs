//! How long whoever fails to sign in must wait.

use std::net::{IpAddr, Ipv6Addr};

use chrono::TimeDelta;
use proptest::prelude::*;
use sluice::rules::sign_in::{CountedBy, subscriber};

fn seconds(by: CountedBy, failures: u32) -> i64 {
    by.wait(failures).num_seconds()
}

#[test]
fn the_first_failures_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
    let account: Vec<i64> = (0..14).map(|failures| seconds(CountedBy::Account, failures)).collect();
    assert_eq!(account, [0, 0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]);
    let address: Vec<i64> = (19..30).map(|failures| seconds(CountedBy::Address, failures)).collect();
    assert_eq!(address, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]);
}

#[test]
fn an_address_stands_for_its_subscriber() {
    for (address, stands_for) in [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
    ] {
        assert_eq!(subscriber(address.parse().unwrap()), stands_for);
    }
}

proptest! {
    #[test]
    fn one_failure_more_never_shortens_the_wait_and_no_wait_is_endless(failures in 0..u32::MAX) {
        for by in [CountedBy::Account, CountedBy::Address] {
            prop_assert!(by.wait(failures) <= by.wait(failures + 1));
            prop_assert!(by.wait(failures) <= TimeDelta::minutes(15));
            prop_assert_eq!(by.wait(failures).is_zero(), failures <= by.free());
        }
    }

    #[test]
    fn an_address_is_never_stricter_than_an_account(failures in 0..u32::MAX) {
        prop_assert!(CountedBy::Address.wait(failures) <= CountedBy::Account.wait(failures));
    }

    #[test]
    fn addresses_of_one_network_are_counted_together_and_others_apart(network: u64, host: u64, other: u64) {
        let at = |network: u64, host: u64| {
            subscriber(IpAddr::V6(Ipv6Addr::from((u128::from(network) << 64) | u128::from(host))))
        };
        prop_assume!(network > u64::from(u32::MAX), "the first ones are those of IPv4");
        prop_assert_eq!(at(network, host), at(network, !host));
        prop_assume!(other > u64::from(u32::MAX) && other != network);
        prop_assert_ne!(at(network, host), at(other, host));
    }
}
