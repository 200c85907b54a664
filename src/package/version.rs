//! Solution versions: kept as given, compared number by number.

use std::{cmp::Ordering, fmt, hash, str::FromStr};

use serde::{Deserialize, Serialize};

/// A solution's version: the text as given and its four numbers; equal when the numbers are, so 1.0 is 1.0.0.0.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    text: String,
    numbers: [u32; 4],
}

/// Why a text is no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version is two to four whole numbers with points between them, such as 1.0.0.4")]
pub struct InvalidVersion;

impl Version {
    /// The four numbers, absent ones as 0.
    pub fn numbers(&self) -> [u32; 4] {
        self.numbers
    }

    /// The version with its last number raised by one: what a maker most likely wants next.
    pub fn next(&self) -> Version {
        let [a, b, c, d] = self.numbers;
        Version::from([a, b, c, d.saturating_add(1)])
    }
}

impl From<[u32; 4]> for Version {
    fn from(numbers: [u32; 4]) -> Self {
        let text = numbers.map(|n| n.to_string()).join(".");
        Version { text, numbers }
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let parts: Vec<&str> = text.split('.').collect();
        if !(2..=4).contains(&parts.len()) {
            return Err(InvalidVersion);
        }
        let mut numbers = [0; 4];
        for (number, part) in numbers.iter_mut().zip(&parts) {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            *number = part.parse().ok().filter(|_| digits).ok_or(InvalidVersion)?;
        }
        Ok(Version { text: text.to_owned(), numbers })
    }
}

impl TryFrom<String> for Version {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.text
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for Version {}

impl hash::Hash for Version {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.numbers.hash(state);
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}
