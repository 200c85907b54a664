//! What a run keeps of a check: what the target said, and what the rules made of it.

use diesel::prelude::*;

use super::{Case, Run, one_moved};
use crate::{
    db::{Conn, unvaried},
    error::Error,
    models::audit::By,
    package::checks::Checks,
    rules::{state::Event, verdict::Judgement},
    schema::runs,
};

/// What a check found and what the rules made of it, as a run keeps it.
#[derive(AsChangeset)]
#[diesel(table_name = runs, treat_none_as_null = true)]
pub struct Kept {
    checks: String,
    judgement: String,
    version_before: Option<String>,
}

impl Kept {
    /// Of this check of a case, and this judgement on it.
    pub fn of(checks: &Checks, judgement: &Judgement, case: &Case) -> Result<Kept, Error> {
        let found = Checks { findings: case.facts.findings.clone().unwrap_or_default(), ..checks.clone() };
        Ok(Kept {
            checks: serde_json::to_string(&found)?,
            judgement: serde_json::to_string(judgement)?,
            version_before: checks.installed.as_ref().map(|installed| installed.version.to_string()),
        })
    }
}

impl Run {
    /// Keeps it.
    pub(super) fn keep(&self, conn: &mut Conn, kept: &Kept) -> Result<(), Error> {
        unvaried!(diesel::update(runs::table.find(self.id)).set(kept)).execute(conn)?;
        Ok(())
    }

    /// Keeps it and goes on to the import, in one writing of the row. The run as it is then.
    pub(super) fn claimed(&self, conn: &mut Conn, kept: Kept) -> Result<Run, Error> {
        let next = self.next(Event::Claimed)?;
        let here = runs::table.filter(runs::id.eq(self.id)).filter(runs::state.eq(self.state));
        let moved = unvaried!(diesel::update(here).set((runs::state.eq(next), &kept))).execute(conn)?;
        one_moved(moved)?;
        self.moved(&By::sluice(), Event::Claimed, next).record(conn)?;
        let Kept { checks, judgement, version_before } = kept;
        let (checks, judgement) = (Some(checks), Some(judgement));
        Ok(Run { state: next, checks, judgement, version_before, ..self.clone() })
    }
}
