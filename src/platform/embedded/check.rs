//! Check: what an environment says of a package before it is imported.

use super::{
    Embedded,
    bindings::Bindings,
    contents::Contents,
    findings,
    home::Home,
    needs::Need,
    solution::Installed,
    stop::{self, Stop},
};
use crate::{
    artifacts::Stored,
    db::{Conn, fold},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{
        ConnectionReference, Package, VariableDefinition,
        checks::{self, Checks, Missing, ReferenceCheck, VariableCheck},
    },
    platform::{Outcome, PlatformError, Progress},
};

impl Embedded {
    /// Says what a package meets. Changes nothing, so it may happen any number of times and needs no entry in the journal.
    pub(super) async fn check(&self, at: EnvironmentId, package: &Stored) -> Result<Progress, PlatformError> {
        let (hash, moment) = (package.hash.clone(), self.moment.clone());
        let package = match self.package(package).await {
            Ok(package) => package,
            Err(Stop::Refused(error)) => return Ok(Progress::Failed(error)),
            Err(Stop::Failed(error)) => return Err(stop::unreachable(error)),
        };
        let surveyed = self.read(at, move |conn, home| {
            let survey = Survey::of(conn, home, &package)?;
            let checks = survey.checks.clone();
            moment.put_survey(conn, at, hash, survey);
            Ok(Outcome::Checked { checks })
        });
        match surveyed.await {
            Ok(outcome) => Ok(Progress::Done(outcome)),
            Err(error @ PlatformError::Refused { .. }) => Ok(Progress::Failed(error)),
            Err(error) => Err(error),
        }
    }
}

/// What a package meets in an environment, and what that says of it.
pub struct Survey {
    /// The solution whose place it would take, and what that needs.
    pub before: Option<Installed>,
    pub needs: Vec<Need>,
    pub bindings: Bindings,
    pub checks: Checks,
}

impl Survey {
    /// Compares a package with the environment.
    pub fn of(conn: &mut Conn, home: &Home, package: &Package) -> Result<Survey, Error> {
        let mut contents = Contents::around(conn, home.id, package)?;
        let bindings = Bindings::load(conn, home.id)?;
        let before = contents.solution(&package.manifest.unique_name).cloned();
        let needs = before.iter().flat_map(|before| contents.needs(before.id)).cloned().collect();
        let checks = checks(home, &mut contents, before.as_ref(), &bindings, package);
        Ok(Survey { before, needs, bindings, checks })
    }
}

// The contents are afterwards as they would be with the package.
fn checks(
    home: &Home,
    contents: &mut Contents,
    before: Option<&Installed>,
    bindings: &Bindings,
    package: &Package,
) -> Checks {
    let mut found = findings::of_components(home, contents, package);
    found.extend(findings::of_manifest(home, contents, &package.manifest));
    let after = Installed::planned(before, &package.manifest);
    let broken = contents.broken_by(after.id, |contents| contents.put(after, &package.inventory));
    found.extend(findings::of_broken(&package.manifest, broken));
    Checks {
        installed: before.map(|installed| checks::Installed {
            version: installed.version.clone(),
            managed: installed.managed,
            publisher: installed.publisher.clone(),
        }),
        missing: missing(contents, package),
        findings: found,
        connection_references: references(bindings, package),
        variables: variables(bindings, package),
    }
}

fn missing(contents: &Contents, package: &Package) -> Vec<Missing> {
    let needs = Need::all(&package.manifest).into_iter();
    let unmet = needs.filter(|need| !need.is_patched() && !contents.meets(need));
    unmet.map(|need| need.missing(contents.installed(&need).cloned())).collect()
}

fn references(bindings: &Bindings, package: &Package) -> Vec<ReferenceCheck> {
    let check = |reference: &ConnectionReference| ReferenceCheck {
        logical_name: reference.logical_name.clone(),
        display_name: reference.display_name.clone(),
        connector_id: reference.connector_id.clone(),
        current: bindings.connections.get(&fold(&reference.logical_name)).map(RowId::to_string),
    };
    package.inventory.connection_references.iter().map(check).collect()
}

fn variables(bindings: &Bindings, package: &Package) -> Vec<VariableCheck> {
    let check = |variable: &VariableDefinition| VariableCheck {
        schema_name: variable.schema_name.clone(),
        display_name: variable.display_name.clone(),
        description: variable.description.clone(),
        kind: variable.kind,
        required: variable.required,
        default: variable.default.clone(),
        packaged: variable.value.clone(),
        current: bindings.values.get(&fold(&variable.schema_name)).cloned(),
    };
    package.inventory.variables.iter().map(check).collect()
}
