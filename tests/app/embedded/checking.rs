//! Check: what is missing, what is there already, what the environment notices.

use sluice::{
    id::EnvironmentId,
    package::{
        Builder,
        checks::{Installed, Severity, VariableKind},
    },
};

use super::{Ground, orders};

/// An environment that has a managed Base 2.1.3.4 of other things.
async fn based(ground: &Ground) -> EnvironmentId {
    let test = ground.environment("Contoso Test");
    let base = Builder::new("Base")
        .version("2.1.3.4")
        .table("base_thing", "Thing")
        .connection_reference("base_mail", "Mail", "shared_office365")
        .variable("base_url", "URL", VariableKind::Text, None, false, None);
    ground.import(test, &base.managed(true)).await.unwrap();
    test
}

/// What one requirement of a package comes to there: the version that is missing and the one that is installed.
async fn missing(
    ground: &Ground,
    test: EnvironmentId,
    (solution, version, kind, name): (&str, &str, &str, &str),
) -> Option<(Option<String>, Option<String>)> {
    let checks = ground.check(test, &orders().requires(solution, version, kind, name, "What is needed")).await;
    let one = checks.missing.into_iter().next()?;
    assert_eq!(one.component, "What is needed");
    assert_eq!(one.solution.as_deref(), (solution != "Active").then_some(solution));
    Some((one.version.map(String::from), one.installed.map(String::from)))
}

#[tokio::test]
async fn requirements_are_met_by_solutions_and_by_components() {
    let met = [
        ("System", "", "1", "account"),
        ("AppModuleWebResources", "9.9.9.9", "61", "x"),
        ("appmodulewebresources", "1.0", "61", "x"),
        ("Base", "2.1.3.4", "1", "base_other"),
        ("BASE", "2.1.0.0", "1", "base_other"),
        // The fourth number floats.
        ("Base", "2.1.3.9", "1", "base_other"),
        // The component is there, whatever solution brought it.
        ("Base", "3.0.0.0", "1", "BASE_thing"),
        ("Gone", "1.0.0.0", "1", "base_thing"),
        ("Active", "", "1", "base_thing"),
        ("Active", "", "connectionreference", "base_mail"),
        ("Active", "", "380", "base_url"),
        // The package brings it itself.
        ("Gone", "1.0.0.0", "1", "contoso_order"),
    ];
    let ground = Ground::new();
    let test = based(&ground).await;
    for requirement in met {
        assert_eq!(missing(&ground, test, requirement).await, None, "{requirement:?}");
    }
}

#[tokio::test]
async fn requirements_that_nothing_meets_are_missing() {
    let text = |text: &str| Some(text.to_owned());
    let unmet = [
        (("Base", "2.1.4.0", "1", "base_other"), (text("2.1.4.0"), text("2.1.3.4"))),
        (("Base", "3.0", "2", "base_thing"), (text("3.0"), text("2.1.3.4"))),
        (("Gone", "1.0.0.0", "1", "base_other"), (text("1.0.0.0"), None)),
        (("Gone", "unknown", "1", "base_other"), (None, None)),
        (("Active", "", "1", "base_other"), (None, None)),
        (("Active", "", "61", "base_thing"), (None, None)),
    ];
    let ground = Ground::new();
    let test = based(&ground).await;
    for (requirement, expected) in unmet {
        assert_eq!(missing(&ground, test, requirement).await, Some(expected), "{requirement:?}");
    }
}

#[tokio::test]
async fn a_check_says_what_is_installed() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    assert_eq!(ground.check(test, &orders()).await.installed, None);
    ground.import(test, &orders().managed(true)).await.unwrap();
    let checks = ground.check(test, &orders().version("3.0").managed(true)).await;
    let version = "1.0.0.4".parse().unwrap();
    assert_eq!(checks.installed, Some(Installed { version, managed: true, publisher: "contoso".to_owned() }));
    assert_eq!((checks.missing, checks.findings), (vec![], vec![]));
}

#[tokio::test]
async fn a_check_changes_nothing() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders()).await.unwrap();
    let before = ground.details(test, "Orders").await;
    ground.check(test, &orders().version("2.0").table("contoso_more", "More")).await;
    let after = ground.details(test, "Orders").await;
    assert_eq!((after.summary, after.components), (before.summary, before.components));
}

#[tokio::test]
async fn what_becomes_managed_is_a_warning() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let variable = |name| Builder::new(name).variable("contoso_url", "URL", VariableKind::Text, None, false, None);
    ground.import(test, &variable("First")).await.unwrap();
    let checks = ground.check(test, &variable("Second").managed(true)).await;
    let found: Vec<_> = checks.findings.iter().map(|found| (found.severity, found.code.as_str())).collect();
    assert_eq!(found, [(Severity::Warning, "0x8004F016")]);
    assert_eq!(
        checks.findings[0].message,
        "Environment variable URL is unmanaged in Contoso Test and becomes managed."
    );
    ground.import(test, &variable("Second").managed(true)).await.unwrap();
}

#[tokio::test]
async fn an_unmanaged_package_may_have_what_others_have() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    ground.import(dev, &orders().managed(true)).await.unwrap();
    let other = Builder::new("Mine").publisher("fabrikam", "Fabrikam", "fab").table("contoso_order", "Order");
    assert_eq!(ground.check(dev, &other).await.findings, []);
    ground.import(dev, &other).await.unwrap();
}
