//! What settings would remove, and why the rest stays: everything counted, one page of it listed.

use std::collections::{BTreeMap, VecDeque};

use chrono::NaiveDateTime;

use super::facts::{self, Kept, Known};
use crate::{
    db::{self, Conn},
    error::Error,
    id::ArtifactId,
    rules::retention::{Policy, Reason, Verdict, Why, judge},
};

/// Artifacts on one page.
pub const PAGE: usize = 50;

/// How many artifacts, and the bytes of their packages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    pub count: usize,
    pub bytes: i64,
}

impl Sum {
    pub(super) fn add(&mut self, bytes: i64) {
        self.count += 1;
        self.bytes += bytes;
    }
}

/// Which of them are listed, oldest first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    /// Those that stay, rather than those that go.
    pub staying: bool,
    pub after: Option<ArtifactId>,
    pub before: Option<ArtifactId>,
}

/// What a policy means for the artifacts that there are.
#[derive(Debug, Default)]
pub struct Preview {
    pub goes: Sum,
    pub stays: Sum,
    /// How many stay for each kind of reason; one may stay for several.
    pub why: BTreeMap<Why, usize>,
    pub rows: VecDeque<Row>,
    pub has_earlier: bool,
    pub has_later: bool,
}

/// An artifact as a list shows it.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: ArtifactId,
    pub solution: String,
    pub version: String,
    pub source: String,
    pub bytes: i64,
    pub last_used: NaiveDateTime,
    /// Why it stays; none where it goes.
    pub reasons: Vec<Reason>,
}

impl Preview {
    /// Asks the rule of every artifact. However many there are, few are in memory at a time.
    pub fn of(conn: &mut Conn, policy: Policy, window: Window) -> Result<Preview, Error> {
        let (mut preview, now, mut last, mut more) = (Preview::default(), db::now(), None, true);
        while more {
            let batch;
            (batch, more) = Kept::after(conn, last)?;
            last = batch.last().map(|kept| kept.id);
            for known in facts::known(conn, now, batch)? {
                preview.take(policy, window, known);
            }
        }
        Ok(preview)
    }

    fn take(&mut self, policy: Policy, window: Window, known: Known) {
        let bytes = known.kept.size();
        let (staying, reasons) = match judge(policy, &known.facts) {
            Verdict::Goes => (false, Vec::new()),
            Verdict::Stays(reasons) => (true, reasons),
        };
        let sum = if staying { &mut self.stays } else { &mut self.goes };
        sum.add(bytes);
        let mut kinds: Vec<Why> = reasons.iter().map(Reason::why).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for why in kinds {
            *self.why.entry(why).or_default() += 1;
        }
        if staying == window.staying {
            self.list(window, known, reasons);
        }
    }

    fn list(&mut self, window: Window, known: Known, reasons: Vec<Reason>) {
        let bytes = known.kept.size();
        let Known { kept, facts, last_used } = known;
        if window.after.is_some_and(|after| kept.id <= after) {
            self.has_earlier = true;
            return;
        }
        let past = window.before.is_some_and(|before| kept.id >= before);
        let full = self.rows.len() >= PAGE;
        if past || (full && window.before.is_none()) {
            self.has_later = true;
            return;
        }
        // Before one of them means the nearest to it.
        if full {
            self.rows.pop_front();
            self.has_earlier = true;
        }
        self.rows.push_back(Row {
            id: kept.id,
            solution: kept.display_name,
            version: kept.version,
            source: facts.source,
            bytes,
            last_used,
            reasons,
        });
    }
}
