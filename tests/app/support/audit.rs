//! What the audit log says.

use diesel::prelude::*;
use sluice::{models::audit::Change, schema::audit};

use super::TestApp;

impl TestApp {
    /// What the log says was done to a thing, oldest first.
    pub fn log_of(&self, subject: impl ToString) -> Vec<String> {
        let subject = subject.to_string();
        let entries = audit::table.filter(audit::subject_id.eq(subject)).order(audit::id).select(audit::action);
        self.read(|c| Ok(entries.load::<String>(c)?))
    }

    /// The log, each entry as one line such as `Maya change role Contoso QA; Role of Bo: Basic User → System
    /// Customizer; a reason`, oldest first.
    pub fn audit(&self) -> Vec<String> {
        let columns = (audit::person_name, audit::action, audit::subject_name, audit::changes, audit::detail);
        let entries = audit::table.order(audit::id).select(columns);
        let entries: Vec<(String, String, String, String, String)> = self.read(|c| Ok(entries.load(c)?));
        let line = |(who, what, whom, changes, more): (String, _, _, String, String)| {
            let changes: Vec<Change> = serde_json::from_str(&changes).unwrap();
            let head = format!("{who} {what} {whom}");
            let told = changes.iter().map(|Change { field, old, new }| format!("{field}: {old} → {new}"));
            let more = Some(more).filter(|more| !more.is_empty());
            [head].into_iter().chain(told).chain(more).collect::<Vec<_>>().join("; ")
        };
        entries.into_iter().map(line).collect()
    }
}
