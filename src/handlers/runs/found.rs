//! What a check found, with where it can be mended.

use std::cmp::Reverse;

use super::badge::{self, Badge};
use crate::{
    db::Conn,
    error::Error,
    handlers::solutions::solution_path,
    models::{environment::Environment, person::Person, run::Run, sighting::Sighting},
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
pub fn of(conn: &mut Conn, person: &Person, run: &Run) -> Result<Vec<Found>, Error> {
    let mut all: Vec<Finding> = run.checks()?.map(|checks| checks.findings).unwrap_or_default();
    for warning in run.judgement()?.map(|judgement| judgement.warnings).unwrap_or_default() {
        if !all.contains(&warning) {
            all.push(warning);
        }
    }
    all.sort_by_key(|finding| Reverse(finding.severity));
    let found = |finding: Finding| {
        let opens = opens(conn, person, run, finding.solution.as_deref())?;
        Ok(Found { badge: badge::of_severity(finding.severity), finding, opens })
    };
    all.into_iter().map(found).collect()
}

// In the development environment: from there it can be deployed itself.
fn opens(conn: &mut Conn, person: &Person, run: &Run, solution: Option<&str>) -> Result<Option<Opens>, Error> {
    let Some(solution) = solution else { return Ok(None) };
    let source = Environment::by_id(conn, run.source_environment_id)?;
    if source.retired_at.is_some() || source.role(conn, person)?.is_none() {
        return Ok(None);
    }
    let seen = Sighting::of(conn, source.id, solution)?;
    Ok(seen.map(|seen| Opens { href: solution_path(source.id, &seen.unique_name), name: seen.display_name }))
}
