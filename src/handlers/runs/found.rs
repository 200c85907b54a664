//! What a check found, with where it can be mended.

use std::{cmp::Reverse, collections::BTreeSet};

use super::badge::{self, Badge};
use crate::{
    db::{self, Conn},
    error::Error,
    handlers::solutions::solution_path,
    models::{reach::Reach, run::Run, sighting::Sighting},
    package::checks::Finding,
};

/// A finding as the list of findings shows it.
pub struct Found {
    pub badge: Badge,
    pub finding: Finding,
    /// The solution that has to be there first, where the person can open it.
    pub opens: Option<Opens>,
}

/// A solution's page.
pub struct Opens {
    /// Its display name.
    pub name: String,
    pub href: String,
}

/// All that was found of a run, by the check and by the rules, the worst first.
pub fn of(conn: &mut Conn, who: &Reach, run: &Run) -> Result<Vec<Found>, Error> {
    let mut all: Vec<Finding> = run.checks()?.map(|checks| checks.findings).unwrap_or_default();
    for warning in run.judgement()?.map(|judgement| judgement.warnings).unwrap_or_default() {
        if !all.contains(&warning) {
            all.push(warning);
        }
    }
    all.sort_by_key(|finding| Reverse(finding.severity));
    let names: BTreeSet<String> = all.iter().filter_map(|finding| finding.solution.clone()).collect();
    // The development environment, where the person may look into it.
    let there = match who.role_in(run.source_environment_id) {
        Some(_) if !names.is_empty() => Sighting::in_live(conn, run.source_environment_id, &names)?,
        _ => Vec::new(),
    };
    let found = |finding: Finding| {
        let named = finding.solution.as_deref().map(db::fold);
        let seen = there.iter().find(|seen| Some(db::fold(&seen.unique_name)) == named);
        Found { badge: badge::of_severity(finding.severity), opens: seen.and_then(opens), finding }
    };
    Ok(all.into_iter().map(found).collect())
}

// Where the solution is made, and can be deployed from itself.
fn opens(seen: &Sighting) -> Option<Opens> {
    let made = !seen.managed && !seen.system;
    let href = solution_path(seen.environment_id, &seen.unique_name);
    made.then(|| Opens { href, name: seen.display_name.clone() })
}
