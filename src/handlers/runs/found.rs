//! What a check found, with where it can be mended.

use std::cmp::Reverse;

use super::badge::{self, Badge};
use crate::{
    db::Conn,
    error::Error,
    handlers::solutions::solution_path,
    id::EnvironmentId,
    models::{environment::Environment, reach::Reach, run::Run, sighting::Sighting},
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
    let source = match all.iter().any(|finding| finding.solution.is_some()) {
        true => open_source(conn, who, run)?,
        false => None,
    };
    let found = |finding: Finding| {
        let opens = match (source, &finding.solution) {
            (Some(source), Some(solution)) => opens(conn, source, solution)?,
            _ => None,
        };
        Ok(Found { badge: badge::of_severity(finding.severity), finding, opens })
    };
    all.into_iter().map(found).collect()
}

// The development environment, where the person may look into it.
fn open_source(conn: &mut Conn, who: &Reach, run: &Run) -> Result<Option<EnvironmentId>, Error> {
    if who.role_in(run.source_environment_id).is_none() {
        return Ok(None);
    }
    let source = Environment::by_id(conn, run.source_environment_id)?;
    Ok(source.retired_at.is_none().then_some(source.id))
}

// Where the solution is made, and can be deployed from itself.
fn opens(conn: &mut Conn, source: EnvironmentId, solution: &str) -> Result<Option<Opens>, Error> {
    let seen = Sighting::of(conn, source, solution)?.filter(|seen| !seen.managed && !seen.system);
    Ok(seen.map(|seen| Opens { href: solution_path(source, &seen.unique_name), name: seen.display_name }))
}
