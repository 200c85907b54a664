//! How long whoever fails to sign in must wait before the next attempt.

use std::net::{IpAddr, Ipv6Addr};

use chrono::TimeDelta;

/// After how long without a failure those of before are forgotten.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(1);
/// The shortest and the longest wait, in seconds.
const WAIT: (i64, i64) = (5, 15 * 60);

/// What failures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedBy {
    /// The email that was typed, whether or not somebody has it.
    Account,
    /// The network address that it was typed at, which many may share.
    Address,
}

impl CountedBy {
    /// How many failures have no consequence.
    pub fn free(self) -> u32 {
        match self {
            CountedBy::Account => 4,
            CountedBy::Address => 20,
        }
    }

    /// How long nobody may try again after this many failures in a row.
    pub fn wait(self, failures: u32) -> TimeDelta {
        let (shortest, longest) = WAIT;
        match failures.saturating_sub(self.free()) {
            0 => TimeDelta::zero(),
            beyond => TimeDelta::seconds(longest.min(shortest << (beyond - 1).min(16))),
        }
    }
}

/// The part of an address that stands for one subscriber, who has 2^64 addresses of IPv6 to choose from.
pub fn subscriber(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}
