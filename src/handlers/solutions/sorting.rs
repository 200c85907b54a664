//! In which order the solutions of an environment are listed.

use std::cmp::Ordering;

use crate::{db, models::sighting::Sighting, package::version::Version, rules::words};

/// What they are ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Column {
    #[default]
    DisplayName,
    Name,
    Version,
    Type,
    Publisher,
    Changed,
}

words!(Column {
    DisplayName = "display-name", "Display name";
    Name = "name", "Name";
    Version = "version", "Version";
    Type = "type", "Type";
    Publisher = "publisher", "Publisher";
    Changed = "changed", "Changed";
});

/// A column, upwards or down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sorting {
    pub column: Column,
    pub down: bool,
}

impl Sorting {
    /// As an address says it: the column's word, with a minus before it for down. What it does not know is the first one.
    pub fn of(text: &str) -> Sorting {
        let (word, down) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
        word.parse().map(|column| Sorting { column, down }).unwrap_or_default()
    }

    /// The word for the address; empty for how lists are at first.
    pub fn word(self) -> String {
        match self {
            Sorting { column: Column::DisplayName, down: false } => String::new(),
            Sorting { column, down } => format!("{}{}", if down { "-" } else { "" }, column.as_str()),
        }
    }

    /// What the heading of a column leads to: the other way round where it is in force.
    pub fn pressed(self, column: Column) -> Sorting {
        Sorting { column, down: column == self.column && !self.down }
    }

    /// As headings say it to screen readers; none for the columns that are not in force.
    pub fn aria(self, column: Column) -> Option<&'static str> {
        (self.column == column).then_some(if self.down { "descending" } else { "ascending" })
    }

    /// Puts them into this order; equal ones stand by their names.
    pub fn sort(self, seen: &mut [Sighting]) {
        seen.sort_by_cached_key(|one| (db::fold(&one.display_name), db::fold(&one.unique_name)));
        let by = |one: &Sighting, other: &Sighting| match self.column {
            Column::DisplayName => Ordering::Equal,
            Column::Name => db::fold(&one.unique_name).cmp(&db::fold(&other.unique_name)),
            Column::Version => version(one).cmp(&version(other)),
            Column::Type => (one.system, one.managed).cmp(&(other.system, other.managed)),
            Column::Publisher => db::fold(&one.publisher).cmp(&db::fold(&other.publisher)),
            Column::Changed => one.modified_at.cmp(&other.modified_at),
        };
        match (self.column, self.down) {
            (Column::DisplayName, true) => seen.reverse(),
            (_, true) => seen.sort_by(|one, other| by(other, one)),
            (_, false) => seen.sort_by(by),
        }
    }
}

fn version(seen: &Sighting) -> Option<Version> {
    seen.version().ok()
}
