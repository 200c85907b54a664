//! Rule 7: what the package and the target's answer tell before anything is imported.

use sluice::{
    package::{
        checks::{Checks, Finding, Installed, Missing, Severity, VariableKind},
        version::Version,
    },
    rules::checks::{Candidate, TargetFacts, findings},
};

use super::settings::variable;

fn version(text: &str) -> Version {
    text.parse().expect(text)
}

/// Calls with a good package and a good target, changed as told; gives severity, code, message and advice.
fn found(change: impl FnOnce(&mut Candidate, &mut TargetFacts, &mut Checks)) -> Vec<Finding> {
    let (ours, target_version) = (version("1.0.0.5"), version("9.2.24062.162"));
    let mut candidate = Candidate {
        unique_name: "Contoso",
        display_name: "Contoso Sales",
        version: &ours,
        managed: true,
        publisher: "contoso",
        package_version: Some("9.2"),
        organization_version: Some("9.2.24062.162"),
        schema_type: Some("Standard"),
        size: 2_000_000,
    };
    let mut target = TargetFacts {
        name: "Contoso QA",
        version: Some(&target_version),
        schema_type: Some("Standard"),
        largest_package: Some(120_000_000),
    };
    let mut checks = Checks { installed: Some(installed("1.0.0.4", true, "contoso")), ..Checks::default() };
    change(&mut candidate, &mut target, &mut checks);
    findings(&candidate, &target, &checks)
}

fn installed(text: &str, managed: bool, publisher: &str) -> Installed {
    Installed { version: version(text), managed, publisher: publisher.to_owned() }
}

// An error that another solution has to come first for.
fn first(solution: &str, code: &str, message: &str, advice: &str) -> Vec<Finding> {
    let solution = Some(solution.to_owned());
    vec![Finding { solution, ..Finding::new(Severity::Error, code, message, advice) }]
}

fn one(severity: Severity, code: &str, message: &str, advice: &str) -> Vec<Finding> {
    vec![Finding::new(severity, code, message, advice)]
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_good_package_has_no_findings() {
    assert_eq!(found(|_, _, _| {}), []);
    assert_eq!(found(|_, _, checks| checks.installed = None), []);
    // An unmanaged package over an unmanaged solution, of whatever publisher.
    assert_eq!(
        found(|candidate, _, checks| {
            candidate.managed = false;
            checks.installed = Some(installed("1.0.0.4", false, "fabrikam"));
        }),
        []
    );
}

#[test]
fn managed_and_unmanaged_do_not_mix() {
    assert_eq!(
        found(|_, _, checks| checks.installed = Some(installed("1.0.0.4", false, "contoso"))),
        one(
            Severity::Error,
            "0x80048040",
            "Contoso QA has Contoso unmanaged; a managed package cannot be installed over it.",
            "Delete the unmanaged solution from Contoso QA first, or choose another target."
        )
    );
    assert_eq!(
        found(|candidate, _, _| candidate.managed = false),
        one(
            Severity::Error,
            "0x80048041",
            "Contoso QA has Contoso managed; an unmanaged package cannot be imported over it.",
            "Import the managed package, or uninstall the solution from Contoso QA first."
        )
    );
}

#[test]
fn a_managed_solution_keeps_its_publisher() {
    assert_eq!(
        found(|candidate, _, _| candidate.publisher = "fabrikam"),
        one(
            Severity::Error,
            "0x8004801C",
            "Contoso has the publisher fabrikam, but in Contoso QA its publisher is contoso.",
            "Give the solution the publisher contoso again: a managed solution keeps its publisher."
        )
    );
    // Where modes do not mix anyway, the publisher is not the point.
    let mixed = found(|_, _, checks| checks.installed = Some(installed("1.0.0.4", false, "fabrikam")));
    assert_eq!(codes(&mixed), ["0x80048040"]);
    let case_only = found(|candidate, _, _| candidate.publisher = "Contoso");
    assert_eq!((case_only[0].severity, codes(&case_only)), (Severity::Warning, vec!["0x8004801C"]));
}

#[test]
fn a_package_may_not_be_newer_than_the_target_nor_from_2011() {
    assert_eq!(
        found(|candidate, _, _| candidate.package_version = Some("9.10")),
        one(
            Severity::Error,
            "0x80048068",
            "The package has version 9.10; Contoso QA takes packages up to 9.2.",
            "Export the solution for 9.2, or update Contoso QA first."
        )
    );
    assert_eq!(found(|candidate, _, _| candidate.package_version = Some("9.0")), []);
    assert_eq!(
        found(|candidate, _, _| candidate.package_version = None),
        one(
            Severity::Error,
            "0x80048068",
            "The package was exported by Dynamics CRM 2011 or earlier.",
            "Export the solution again from a present environment."
        )
    );
    assert_eq!(codes(&found(|candidate, _, _| candidate.package_version = Some("new"))), ["0x80048068"]);
    // A target that does not tell its version is not guessed about.
    let unknown = |candidate: &mut Candidate, target: &mut TargetFacts, _: &mut Checks| {
        candidate.package_version = Some("10.0");
        target.version = None;
    };
    assert_eq!(found(unknown), []);
}

#[test]
fn a_package_may_not_be_larger_than_the_target_takes() {
    assert_eq!(found(|candidate, _, _| candidate.size = 120_000_000), []);
    assert_eq!(
        found(|candidate, _, _| candidate.size = 120_000_001),
        one(
            Severity::Error,
            "0x80040375",
            "The package has 120.1 MB; Contoso QA takes at most 120.0 MB.",
            "Split the solution into smaller ones."
        )
    );
    assert_eq!(found(|candidate, target, _| (candidate.size, target.largest_package) = (u64::MAX, None)), []);
}

fn missing(component: &str, solution: Option<(&str, Option<&str>)>, installed: Option<&str>) -> Missing {
    Missing {
        component: component.to_owned(),
        kind: "Table".to_owned(),
        solution: solution.map(|(name, _)| name.to_owned()),
        version: solution.and_then(|(_, least)| least).map(version),
        installed: installed.map(version),
    }
}

#[test]
fn a_missing_solution_is_named_once_with_the_highest_version_it_takes() {
    assert_eq!(
        found(|_, _, checks| checks.missing = vec![
            missing("Account Plan", Some(("Core", Some("2.0"))), None),
            missing("Region", Some(("core", Some("2.1"))), None),
            missing("Region", Some(("Core", None)), None),
        ]),
        first(
            "Core",
            "0x80048034",
            "Contoso QA lacks Core, which Contoso Sales needs (Table Account Plan, Table Region).",
            "Install Core 2.1 or later in Contoso QA first."
        )
    );
    let unversioned = found(|_, _, checks| checks.missing = vec![missing("Region", Some(("Core", None)), None)]);
    assert_eq!(unversioned[0].advice, "Install Core in Contoso QA first.");
}

#[test]
fn a_solution_that_is_too_old_or_lacks_a_part_is_to_be_updated() {
    assert_eq!(
        found(|_, _, checks| checks.missing = vec![missing("Region", Some(("Core", Some("2.1"))), Some("2.0"))]),
        first(
            "Core",
            "0x8004801D",
            "Contoso QA has Core 2.0, but Contoso Sales needs a newer version (Table Region).",
            "Install Core 2.1 or later in Contoso QA first."
        )
    );
    assert_eq!(
        found(|_, _, checks| checks.missing = vec![missing("Region", Some(("Core", Some("2.1"))), Some("2.1"))]),
        first(
            "Core",
            "0x8004801D",
            "Core 2.1 in Contoso QA lacks what Contoso Sales needs (Table Region).",
            "Install a version of Core that has it in Contoso QA first."
        )
    );
}

#[test]
fn what_belongs_to_no_solution_is_to_be_added() {
    let names = ["A", "B", "C", "D", "E"];
    assert_eq!(
        found(|_, _, checks| checks.missing = names.map(|name| missing(name, None, None)).to_vec()),
        one(
            Severity::Error,
            "0x8004801D",
            "Contoso QA lacks what Contoso Sales needs (Table A, Table B, Table C and 2 more).",
            "It belongs to no other solution: add it to this one and raise its version."
        )
    );
}

#[test]
fn three_components_are_named_in_full() {
    let three = found(|_, _, checks| checks.missing = ["A", "B", "C"].map(|name| missing(name, None, None)).to_vec());
    assert_eq!(three[0].message, "Contoso QA lacks what Contoso Sales needs (Table A, Table B, Table C).");
}

#[test]
fn a_value_in_the_package_travels() {
    let with = |packaged: &str| {
        found(|_, _, checks| {
            let mut variable = variable("con_Url", VariableKind::Text);
            variable.packaged = Some(packaged.to_owned());
            checks.variables = vec![variable];
        })
    };
    assert_eq!(with(""), []);
    assert_eq!(
        with("https://dev.example"),
        one(
            Severity::Warning,
            "packaged-value",
            "A value of con_Url travels with the package.",
            "Remove the value from the solution, so that each target keeps its own."
        )
    );
}

#[test]
fn a_newer_or_richer_source_is_a_warning() {
    let newer = found(|candidate, _, _| candidate.organization_version = Some("9.2.24063.1"));
    assert_eq!(
        newer[0].message,
        "The package was exported from version 9.2.24063.1, more recent than Contoso QA (9.2.24062.162)."
    );
    assert_eq!((newer[0].severity, codes(&newer)), (Severity::Warning, vec!["newer-source"]));

    let richer = |theirs: &'static str, ours: &'static str| {
        let found =
            found(|candidate, target, _| (candidate.schema_type, target.schema_type) = (Some(theirs), Some(ours)));
        codes(&found) == ["richer-source"]
    };
    assert!(richer("Full", "Standard") && richer("Standard", "core") && richer("Full", "Core"));
    assert!(!richer("Standard", "Standard") && !richer("Core", "Full") && !richer("Full", "Special"));
}

#[test]
fn errors_come_first_and_what_the_target_found_is_kept() {
    let said = |severity, code: &str| one(severity, code, "Said by the target.", "").remove(0);
    let all = found(|candidate, _, checks| {
        candidate.publisher = "Contoso";
        candidate.managed = true;
        checks.missing = vec![missing("Region", None, None)];
        checks.findings = vec![
            said(Severity::Info, "info"),
            said(Severity::Error, "0x8004F031"),
            said(Severity::Warning, "0x80048026"),
            said(Severity::Error, "0x8004F031"),
        ];
    });
    assert_eq!(codes(&all), ["0x8004801D", "0x8004F031", "0x8004801C", "0x80048026", "info"]);
}
