//! A list that shows what a person looks for, and says how much it leaves out.

use serde::Deserialize;

use crate::db;

/// How many rows a list shows at most.
const SHOWN: usize = 200;

/// What a person looks for in a list.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
}

/// The rows that fit, up to a bound.
pub struct Listed<T> {
    pub rows: Vec<T>,
    /// How many there are, whether they fit or not.
    pub total: usize,
    /// How many fit but are not shown.
    pub left_out: usize,
    pub q: String,
}

impl<T> Listed<T> {
    /// Those of `all` whose text contains what is wanted.
    pub fn of(all: Vec<T>, wanted: Wanted, text: impl Fn(&T) -> String) -> Listed<T> {
        let (total, key) = (all.len(), db::fold(&wanted.q));
        let mut rows: Vec<T> = all.into_iter().filter(|one| db::fold(&text(one)).contains(&key)).collect();
        let left_out = rows.len().saturating_sub(SHOWN);
        rows.truncate(SHOWN);
        Listed { rows, total, left_out, q: wanted.q }
    }
}
