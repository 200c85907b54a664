//! Import: a package put into an environment, in place of what it had of the same solution.

use std::sync::Arc;

use super::{
    Change, VERSION, bindings,
    check::Survey,
    connections,
    home::Home,
    inventory, settings,
    solution::Installed,
    stop::{Stop, refuse},
};
use crate::{
    artifacts::Stored,
    db::Conn,
    package::{
        Package,
        checks::{Checks, Finding, Severity},
    },
    platform::{Outcome, PlatformError},
    rules::{
        checks::{Candidate, TargetFacts, findings},
        settings::DeploymentSettings,
    },
};

/// Imports a package, or refuses it as a whole.
pub fn import(
    conn: &mut Conn,
    home: &Home,
    survey: Survey,
    package: Arc<Package>,
    stored: Stored,
    settings: &DeploymentSettings,
) -> Result<Change, Stop> {
    let at = home.id;
    let Survey { before, needs, bindings: kept, checks } = survey;
    judge(home, &package, &checks)?;
    if texts(&package).any(|text| text.contains('\0')) {
        let message = "The package has a text with a zero character in it, which no name or value may have.";
        return refuse("0x8004802C", message);
    }
    let listed = connections::list(conn, at)?;
    let chosen = settings::choose(home, &package.inventory, settings, &kept, &listed)?;
    let solution = Installed::planned(before.as_ref(), &package.manifest);
    Ok(Box::new(move |conn| {
        solution.save(conn, at, &stored)?;
        inventory::replace(conn, at, solution.id, before.map(|_| needs), &package)?;
        bindings::write(conn, at, &package.inventory, &chosen)?;
        // Where there was nothing, there is only what this package brings, all of which it has.
        if !kept.is_empty {
            bindings::drop_orphans(conn, at)?;
        }
        Ok(Outcome::Imported { solution: solution.summary() })
    }))
}

/// The texts that are stored as they stand in the package's files.
fn texts(package: &Package) -> impl Iterator<Item = &str> {
    let Package { manifest, inventory, .. } = package;
    let publisher = &manifest.publisher;
    let own = [&manifest.display_name, &manifest.description, &publisher.unique_name, &publisher.display_name];
    let components = inventory.components.iter().flat_map(|one| [Some(&one.name), one.display_name.as_ref()]);
    let references = inventory.connection_references.iter().flat_map(|one| [&one.display_name, &one.connector_id]);
    let variables = inventory
        .variables
        .iter()
        .flat_map(|one| [Some(&one.display_name), Some(&one.description), one.default.as_ref(), one.value.as_ref()]);
    let required = manifest.missing_dependencies.iter().flat_map(|one| {
        let required = &one.required;
        let solution = required.solution.as_ref().map(|(name, _)| name);
        [Some(&required.kind), required.schema_name.as_ref(), required.display_name.as_ref(), solution]
    });
    let all = own.into_iter().map(Some).chain(required).chain(components).chain(references.map(Some)).chain(variables);
    all.flatten().map(String::as_str)
}

/// Refuses what any check finds to be an error.
fn judge(home: &Home, package: &Package, checks: &Checks) -> Result<(), Stop> {
    let manifest = &package.manifest;
    let candidate = Candidate {
        unique_name: &manifest.unique_name,
        display_name: &manifest.display_name,
        version: &manifest.version,
        managed: manifest.managed,
        publisher: &manifest.publisher.unique_name,
        package_version: manifest.package_version.as_deref(),
        organization_version: manifest.organization_version.as_deref(),
        schema_type: manifest.schema_type.as_deref(),
        size: package.size,
    };
    let version = VERSION.parse().ok();
    let target = TargetFacts { name: &home.name, version: version.as_ref(), ..TargetFacts::default() };
    let found = findings(&candidate, &target, checks);
    let errors: Vec<&Finding> = found.iter().filter(|found| found.severity == Severity::Error).collect();
    match errors.first() {
        None => Ok(()),
        Some(first) => Err(refusal(first, &errors)?.into()),
    }
}

/// The first error's refusal, with all of them as its raw text.
fn refusal(first: &Finding, errors: &[&Finding]) -> Result<PlatformError, Stop> {
    // A check says which solution is absent; an import only that dependencies are.
    let code = match first.code.as_str() {
        "0x80048034" => "0x8004801D",
        code => code,
    };
    let message = format!("{} {}", first.message, first.advice).trim_end().to_owned();
    let raw = serde_json::to_string(errors).map_err(crate::error::Error::from)?;
    Ok(PlatformError::Refused { code: code.to_owned(), message, raw })
}
