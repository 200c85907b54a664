//! Check: what an environment says of a package before it is imported.

use super::{bindings::Bindings, contents::Contents, findings, home::Home, needs::Need, solution};
use crate::{
    db::{Conn, fold},
    error::Error,
    id::RowId,
    package::{
        ConnectionReference, Package, VariableDefinition,
        checks::{Checks, Installed, Missing, ReferenceCheck, VariableCheck},
    },
    platform::Outcome,
};

/// Compares a package with the environment.
pub fn check(conn: &mut Conn, home: &Home, package: &Package) -> Result<Outcome, Error> {
    let mut contents = Contents::around(conn, home.id, package)?;
    let bindings = Bindings::load(conn, home.id)?;
    Ok(Outcome::Checked { checks: checks(home, &mut contents, &bindings, package) })
}

/// What the environment says of a package; its contents are afterwards as they would be with it.
pub fn checks(home: &Home, contents: &mut Contents, bindings: &Bindings, package: &Package) -> Checks {
    let before = contents.solution(&package.manifest.unique_name).cloned();
    let mut found = findings::of_components(home, contents, package);
    found.extend(findings::of_manifest(home, contents, &package.manifest));
    let after = solution::Installed::planned(before.as_ref(), &package.manifest);
    let broken = contents.broken_by(after.id, |contents| contents.put(after, &package.inventory));
    found.extend(findings::of_broken(&package.manifest, broken));
    Checks {
        installed: before.map(|installed| Installed {
            version: installed.version,
            managed: installed.managed,
            publisher: installed.publisher,
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
