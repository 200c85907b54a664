//! Rule 7: what can be told from a package's manifest and the target's answer before anything is imported.

use std::cmp::Reverse;

use super::dependencies;
use crate::package::{
    checks::{Checks, Finding, Installed, Severity},
    version::Version,
};

/// What a package's manifest says about itself.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub unique_name: &'a str,
    /// As people call it.
    pub display_name: &'a str,
    pub version: &'a Version,
    pub managed: bool,
    /// The unique name of its publisher.
    pub publisher: &'a str,
    /// `SolutionPackageVersion`, such as 9.2; absent in packages of CRM 2011 and earlier.
    pub package_version: Option<&'a str>,
    /// `OrganizationVersion`, the version of the environment that exported it.
    pub organization_version: Option<&'a str>,
    /// `OrganizationSchemaType`: Full, Standard or Core.
    pub schema_type: Option<&'a str>,
    /// In bytes.
    pub size: u64,
}

/// What a target says about itself, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct TargetFacts<'a> {
    pub name: &'a str,
    /// Its Dataverse version, such as 9.2.24062.162.
    pub version: Option<&'a Version>,
    pub schema_type: Option<&'a str>,
    /// The largest package it takes, in bytes.
    pub largest_package: Option<u64>,
}

/// Everything there is to say about importing the package into the target, errors first.
pub fn findings(candidate: &Candidate, target: &TargetFacts, checks: &Checks) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(package_version(candidate, target));
    findings.extend(size(candidate, target));
    if let Some(installed) = &checks.installed {
        findings.extend(mode(candidate, target, installed));
        findings.extend(publisher(candidate, target, installed));
    }
    findings.extend(dependencies::findings(candidate.display_name, target.name, &checks.missing));
    findings.extend(organization(candidate, target));
    findings.extend(checks.variables.iter().filter_map(|variable| {
        variable.packaged.as_deref().filter(|value| !value.is_empty())?;
        let message = format!("A value of {} travels with the package.", variable.schema_name);
        let advice = "Remove the value from the solution, so that each target keeps its own.";
        Some(Finding::new(Severity::Warning, "packaged-value", message, advice))
    }));
    for found in &checks.findings {
        if !findings.contains(found) {
            findings.push(found.clone());
        }
    }
    findings.sort_by_key(|finding| Reverse(finding.severity));
    findings
}

fn package_version(candidate: &Candidate, target: &TargetFacts) -> Option<Finding> {
    const CODE: &str = "0x80048068";
    let error = |message, advice: String| Some(Finding::new(Severity::Error, CODE, message, advice));
    let newer_crm = "Export the solution again from a present environment.";
    let Some(text) = candidate.package_version else {
        let message = "The package was exported by Dynamics CRM 2011 or earlier.".to_owned();
        return error(message, newer_crm.to_owned());
    };
    let Ok(version) = text.parse::<Version>() else {
        let message = format!("The package says that it has the package version “{text}”, which is none.");
        return error(message, newer_crm.to_owned());
    };
    let numbers = |version: &Version| (version.numbers()[0], version.numbers()[1]);
    let (major, minor) = numbers(target.version?);
    // Only these two numbers tell the form of a package.
    if numbers(&version) <= (major, minor) {
        return None;
    }
    let name = target.name;
    let message = format!("The package has version {text}; {name} takes packages up to {major}.{minor}.");
    error(message, format!("Export the solution for {major}.{minor}, or update {name} first."))
}

fn size(candidate: &Candidate, target: &TargetFacts) -> Option<Finding> {
    let largest = target.largest_package.filter(|&largest| candidate.size > largest)?;
    let size = megabytes(candidate.size.div_ceil(TENTH));
    let largest = megabytes(largest / TENTH);
    let message = format!("The package has {size} MB; {} takes at most {largest} MB.", target.name);
    Some(Finding::new(Severity::Error, "0x80040375", message, "Split the solution into smaller ones."))
}

/// A tenth of a megabyte, in bytes.
const TENTH: u64 = 100_000;

fn megabytes(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn mode(candidate: &Candidate, target: &TargetFacts, installed: &Installed) -> Option<Finding> {
    let (solution, target) = (candidate.unique_name, target.name);
    match (candidate.managed, installed.managed) {
        (true, false) => {
            let message = format!("{target} has {solution} unmanaged; a managed package cannot be installed over it.");
            let advice = format!("Delete the unmanaged solution from {target} first, or choose another target.");
            Some(Finding::new(Severity::Error, "0x80048040", message, advice))
        }
        (false, true) => {
            let message = format!("{target} has {solution} managed; an unmanaged package cannot be imported over it.");
            let advice = format!("Import the managed package, or uninstall the solution from {target} first.");
            Some(Finding::new(Severity::Error, "0x80048041", message, advice))
        }
        _ => None,
    }
}

/// Whether Dataverse minds a change of letter case only is not known, so that is a warning.
fn publisher(candidate: &Candidate, target: &TargetFacts, installed: &Installed) -> Option<Finding> {
    const CODE: &str = "0x8004801C";
    let (new, old) = (candidate.publisher, installed.publisher.as_str());
    if !(candidate.managed && installed.managed) || new == old {
        return None;
    }
    let (solution, target) = (candidate.unique_name, target.name);
    let message = format!("{solution} has the publisher {new}, but in {target} its publisher is {old}.");
    let advice = format!("Give the solution the publisher {old} again: a managed solution keeps its publisher.");
    let same = new.to_lowercase() == old.to_lowercase();
    Some(Finding::new(if same { Severity::Warning } else { Severity::Error }, CODE, message, advice))
}

// Compared by as many numbers as the target tells of itself.
fn is_newer(theirs: &Version, ours: &Version) -> bool {
    let told = ours.to_string().split('.').count();
    theirs.numbers()[..told] > ours.numbers()[..told]
}

/// A package from a newer or a richer environment may bring what the target does not know.
fn organization(candidate: &Candidate, target: &TargetFacts) -> Vec<Finding> {
    let warning =
        |code, message| Finding::new(Severity::Warning, code, message, "Update the target if the import fails.");
    let mut findings = Vec::new();
    let version = candidate.organization_version.and_then(|text| text.parse::<Version>().ok());
    if let (Some(theirs), Some(ours)) = (version, target.version)
        && is_newer(&theirs, ours)
    {
        let name = target.name;
        let message = format!("The package was exported from version {theirs}, more recent than {name} ({ours}).");
        findings.push(warning("newer-source", message));
    }
    if let (Some(theirs), Some(ours)) = (candidate.schema_type, target.schema_type)
        && rank(theirs) > rank(ours)
        && rank(ours) > 0
    {
        let name = target.name;
        let message =
            format!("The package is from a {theirs} environment, which has more components than {name} ({ours}).");
        findings.push(warning("richer-source", message));
    }
    findings
}

/// Full has more than Standard, Standard more than Core; 0 is none of them.
fn rank(schema_type: &str) -> u8 {
    match schema_type.to_ascii_lowercase().as_str() {
        "full" => 3,
        "standard" => 2,
        "core" => 1,
        _ => 0,
    }
}
