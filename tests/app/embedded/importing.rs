//! Import: new installs, upgrades and everything that is refused.

use sluice::{package::Builder, platform::Platform};

use super::{Ground, Refusal, orders, refusal};

#[tokio::test]
async fn an_import_installs_everything_in_the_package() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    let builder = orders().description("All of them").canvas_app("contoso_pad", "Order pad");
    let summary = ground.import(dev, &builder).await.unwrap();
    let details = ground.details(dev, "ORDERS").await;
    assert_eq!(details.summary, summary);
    assert_eq!(details.description, "All of them");
    assert_eq!((summary.publisher.unique_name.as_str(), summary.publisher.prefix.as_str()), ("contoso", "contoso"));
    let package = ground.read(&ground.keep(&builder).await).await;
    assert_eq!(details.components, package.inventory.components);
    assert_eq!(ground.platform.solutions(dev).await.unwrap(), [summary]);
    assert_eq!(ground.platform.solutions(ground.environment("Empty")).await.unwrap(), []);
}

#[tokio::test]
async fn an_upgrade_takes_away_what_the_new_version_no_longer_has() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().table("contoso_line", "Line").managed(true)).await.unwrap();
    let installed = ground.details(test, "Orders").await.installed_at;
    let next = orders().version("1.1.0.0").table("contoso_note", "Note").managed(true);
    let summary = ground.import(test, &next).await.unwrap();
    assert_eq!(summary.version.to_string(), "1.1.0.0");
    assert_eq!(ground.components(test, "Orders").await, ["contoso_order", "contoso_note"]);
    let details = ground.details(test, "Orders").await;
    assert_eq!(details.installed_at, installed);
    assert!(details.summary.modified_at > installed);
    assert_eq!(ground.platform.solutions(test).await.unwrap().len(), 1);
}

#[tokio::test]
async fn older_versions_may_be_put_back() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().version("2.0.0.0").managed(true)).await.unwrap();
    let summary = ground.import(test, &orders().managed(true)).await.unwrap();
    assert_eq!(summary.version.to_string(), "1.0.0.4");
}

/// Imports one package after another and tells why the last one is refused.
async fn refused(packages: &[Builder]) -> Refusal {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let (last, first) = packages.split_last().unwrap();
    for package in first {
        ground.import(test, package).await.unwrap();
    }
    let before = ground.platform.solutions(test).await.unwrap();
    let refusal = ground.import(test, last).await.unwrap_err();
    assert_eq!(ground.platform.solutions(test).await.unwrap(), before);
    refusal
}

#[tokio::test]
async fn managed_and_unmanaged_do_not_replace_each_other() {
    let (code, message) = refused(&[orders(), orders().managed(true)]).await;
    assert_eq!(code, "0x80048040");
    assert!(message.starts_with("Contoso Test has Orders unmanaged"), "{message}");
    let (code, message) = refused(&[orders().managed(true), orders()]).await;
    assert_eq!(code, "0x80048041");
    assert!(message.starts_with("Contoso Test has Orders managed"), "{message}");
}

#[tokio::test]
async fn a_managed_solution_keeps_its_publisher() {
    let other = orders().publisher("fabrikam", "Fabrikam", "fab");
    let (code, message) = refused(&[orders().managed(true), other.managed(true)]).await;
    assert_eq!(code, "0x8004801C");
    assert!(message.contains("fabrikam") && message.contains("contoso"), "{message}");
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().managed(true)).await.unwrap();
    let spelled = orders().publisher("Contoso", "Contoso", "contoso").managed(true);
    assert_eq!(ground.import(test, &spelled).await.unwrap().publisher.unique_name, "Contoso");
}

#[tokio::test]
async fn what_is_required_must_be_there() {
    let builder = orders().requires("Base", "2.0.0.0", 1, "base_account", "Account of ours");
    let (code, message) = refused(&[builder]).await;
    assert_eq!(code, "0x8004801D");
    assert!(message.contains("Base") && message.contains("Account of ours"), "{message}");
    let active = orders().requires("Active", "", 1, "contoso_item", "Item");
    let (code, message) = refused(&[active]).await;
    assert_eq!(code, "0x8004801D");
    assert!(message.contains("Table Item"), "{message}");
}

#[tokio::test]
async fn components_stay_with_their_owner() {
    let whole = Builder::new("Theirs").publisher("fabrikam", "Fabrikam", "fab").table("contoso_order", "Order");
    let (code, message) = refused(&[orders().managed(true), whole.clone().managed(true)]).await;
    assert_eq!(code, "0x8004F031");
    assert!(message.starts_with("Table Order belongs to Contoso in Contoso Test"), "{message}");
    let (code, message) = refused(&[orders(), whole.managed(true)]).await;
    assert_eq!(code, "0x8004F016");
    assert!(message.starts_with("Table Order is unmanaged in Contoso Test"), "{message}");
}

#[tokio::test]
async fn the_same_publisher_may_have_a_component_in_two_solutions() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().managed(true)).await.unwrap();
    let second = Builder::new("More").table("contoso_order", "Order").table("account", "Account");
    ground.import(test, &second.managed(true)).await.unwrap();
    ground.uninstall(test, "Orders").await.unwrap();
    assert_eq!(ground.components(test, "More").await, ["contoso_order", "account"]);
}

#[tokio::test]
async fn an_upgrade_must_not_take_away_what_others_need() {
    let item = |builder: Builder| builder.table("contoso_item", "Item").managed(true);
    let shop = Builder::new("Shop").requires("Orders", "1.0.0.4", 1, "contoso_item", "Item").managed(true);
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &item(orders())).await.unwrap();
    ground.import(test, &shop).await.unwrap();
    // A newer version of the solution that is named does, whatever it has.
    ground.import(test, &item(orders().version("1.1.0.0"))).await.unwrap();
    let older = orders().version("0.9.0.0").managed(true);
    let refused = ground.import(test, &older).await.unwrap_err();
    assert_eq!(
        refused,
        refusal(
            "0x8004F01F",
            "Shop needs Table Item, which Orders of all kinds 0.9.0.0 no longer brings. \
             Put it back into Orders of all kinds, or update Shop first."
        )
    );
    assert_eq!(ground.details(test, "Orders").await.summary.version.to_string(), "1.1.0.0");
}

#[tokio::test]
async fn names_of_the_platform_are_refused() {
    for (name, code) in [("System", "0x80048046"), ("default", "0x80048049"), ("Active", "0x8004F007")] {
        let (found, message) = refused(&[Builder::new(name)]).await;
        assert_eq!(found, code);
        assert!(message.starts_with(&format!("{name} is the name of a solution of the platform")), "{message}");
    }
}

#[tokio::test]
async fn packages_from_elsewhere_in_time_are_refused() {
    for version in [None, Some("9.3"), Some("10.0")] {
        assert_eq!(refused(&[orders().package_version(version)]).await.0, "0x80048068");
    }
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().package_version(Some("9.1"))).await.unwrap();
}

#[tokio::test]
async fn what_is_no_package_is_refused_with_the_readers_sentence() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let stored = ground.keep_bytes(b"no package").await;
    let (code, message) = ground.import_stored(test, stored, Default::default()).await.unwrap_err();
    assert_eq!(code, "0x80048060");
    assert!(message.starts_with("this is not a .zip file"), "{message}");
}

#[tokio::test]
async fn whoever_owns_a_component_may_upgrade_it() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().managed(true)).await.unwrap();
    let layer = Builder::new("Layer").publisher("fabrikam", "Fabrikam", "fab").table("contoso_order", "Order");
    ground.import(test, &layer).await.unwrap();
    let next = orders().version("2.0").managed(true);
    assert_eq!(ground.check(test, &next).await.findings, []);
    ground.import(test, &next).await.unwrap();
}
