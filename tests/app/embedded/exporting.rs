//! Export: what comes out is what was put in, as it is now.

use super::{Ground, orders, refusal};

#[tokio::test]
async fn what_was_imported_comes_out_as_both_packages() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    let given = ground.keep(&orders()).await;
    ground.import(dev, &orders()).await.unwrap();
    let (solution, managed, unmanaged) = ground.export(dev, "orders").await.unwrap();
    assert_eq!((solution.unique_name.as_str(), solution.version.to_string().as_str()), ("Orders", "1.0.0.4"));
    assert!(!solution.managed && !solution.system);
    assert_eq!(unmanaged, given);
    let package = ground.read(&managed).await;
    assert!(package.manifest.managed);
    assert_eq!(package.inventory, ground.read(&given).await.inventory);
}

#[tokio::test]
async fn the_same_state_gives_the_same_bytes() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    ground.import(dev, &orders()).await.unwrap();
    ground.set_version(dev, "Orders", "1.0.0.5").await.unwrap();
    let first = ground.export(dev, "Orders").await.unwrap();
    let second = ground.export(dev, "Orders").await.unwrap();
    assert_eq!(first, second);
    assert_ne!(first.1, first.2);
}

#[tokio::test]
async fn a_raised_version_travels() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    ground.import(dev, &orders()).await.unwrap();
    ground.set_version(dev, "Orders", "1.1").await.unwrap();
    let (solution, managed, unmanaged) = ground.export(dev, "Orders").await.unwrap();
    assert_eq!(solution.version.to_string(), "1.1");
    for stored in [&managed, &unmanaged] {
        assert_eq!(ground.read(stored).await.manifest.version.to_string(), "1.1");
    }
    let test = ground.environment("Contoso Test");
    let installed = ground.import_stored(test, managed, Default::default()).await.unwrap();
    assert!(installed.managed);
    assert_eq!(ground.components(test, "Orders").await, ["contoso_order"]);
}

#[tokio::test]
async fn only_unmanaged_solutions_are_exported() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().managed(true)).await.unwrap();
    assert_eq!(
        ground.export(test, "Orders").await.unwrap_err(),
        refusal("0x80048036", "Orders of all kinds is managed, so it cannot be exported.")
    );
    assert_eq!(
        ground.export(test, "Invoices").await.unwrap_err(),
        refusal("0x80048037", "The environment has no solution Invoices that could be exported.")
    );
}

#[tokio::test]
async fn versions_only_rise_and_only_where_a_solution_is_developed() {
    let ground = Ground::new();
    let (dev, test) = (ground.environment("Contoso Dev"), ground.environment("Contoso Test"));
    ground.import(dev, &orders()).await.unwrap();
    ground.import(test, &orders().managed(true)).await.unwrap();
    let lower = refusal("0x8004F01E", "Orders of all kinds has version 1.0.0.4: enter a higher one than that.");
    for version in ["1.0.0.4", "1.0.0.3", "0.9"] {
        assert_eq!(ground.set_version(dev, "Orders", version).await.unwrap_err(), lower);
    }
    assert_eq!(
        ground.set_version(test, "Orders", "2.0").await.unwrap_err(),
        refusal(
            "0x80048036",
            "Orders of all kinds is managed in Contoso Test: raise its version where it is developed."
        )
    );
    let (code, message) = ground.set_version(dev, "Invoices", "2.0").await.unwrap_err();
    assert_eq!((code.as_str(), message.as_str()), ("0x80040217", "Contoso Dev has no solution Invoices."));
}
