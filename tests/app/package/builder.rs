//! The builder: what it was told is what is read from its packages.

use std::io::Cursor;

use sluice::package::{Builder, Limits, Package, Spelling, checks::VariableKind};

use super::read;

fn full() -> Builder {
    Builder::new("Orders")
        .display_name("Orders & \"more\" <1>")
        .description("What customers want")
        .version("1.2.3.4")
        .publisher("contoso", "Contoso Ltd", "con")
        .organization("9.2.24062.162", "Standard")
        .table("con_order", "Order")
        .cloud_flow("Send the order", &["con_mail"])
        .canvas_app("con_desk_1a2b3", "Desk")
        .web_resource("con_/scripts/order.js", "var a = 1;")
        .connection_reference("con_mail", "Mail", "shared_office365")
        .variable("con_url", "Address", VariableKind::Text, Some("https://example.com/?a=1&b=2"), true, None)
        .variable("con_limit", "Limit", VariableKind::Number, None, false, Some("5"))
        .requires("Core", "1.0.0.3", 1, "con_customer", "Customer")
        .requires("Active", "", 61, "con_icon", "Icon")
}

fn built(builder: &Builder) -> Package {
    read(&builder.to_bytes().unwrap()).unwrap()
}

#[test]
fn an_empty_solution_is_a_package() {
    let package = built(&Builder::new("Fresh"));
    assert_eq!(package.manifest.unique_name, "Fresh");
    assert_eq!(package.manifest.display_name, "Fresh");
    assert_eq!(package.manifest.version.to_string(), "1.0.0.0");
    assert!(!package.manifest.managed);
    assert!(package.inventory.components.is_empty());
}

#[test]
fn everything_comes_back() {
    let package = built(&full().managed(true));
    let manifest = &package.manifest;
    assert!(manifest.managed);
    assert_eq!(manifest.display_name, "Orders & \"more\" <1>");
    assert_eq!(manifest.description, "What customers want");
    assert_eq!(manifest.version.to_string(), "1.2.3.4");
    assert_eq!(manifest.package_version.as_deref(), Some("9.2"));
    assert_eq!(manifest.organization_version.as_deref(), Some("9.2.24062.162"));
    assert_eq!(manifest.schema_type.as_deref(), Some("Standard"));
    let publisher = &manifest.publisher;
    assert_eq!([&publisher.unique_name, &publisher.display_name, &publisher.prefix], ["contoso", "Contoso Ltd", "con"]);
    let [core, active] = &manifest.missing_dependencies[..] else { panic!("{manifest:?}") };
    assert_eq!(core.required.solution, Some(("Core".to_owned(), "1.0.0.3".parse().ok())));
    assert_eq!(core.required.schema_name.as_deref(), Some("con_customer"));
    assert_eq!((active.required.solution.as_ref(), &*active.required.kind_name), (None, "Web resource"));
}

#[test]
fn the_inventory_comes_back() {
    let inventory = built(&full()).inventory;
    let found: Vec<[&str; 2]> = inventory
        .components
        .iter()
        .map(|component| [&*component.kind_name, component.display_name.as_deref().unwrap_or_default()])
        .collect();
    let expected = [
        ["Table", "Order"],
        ["Cloud flow", "Send the order"],
        ["Web resource", "con_/scripts/order.js"],
        ["Canvas app", "Desk"],
        ["Connection reference", "Mail"],
        ["Environment variable", "Limit"],
        ["Environment variable", "Address"],
    ];
    assert_eq!(found, expected);
    let reference = &inventory.connection_references[0];
    assert_eq!(reference.connector_id, "/providers/Microsoft.PowerApps/apis/shared_office365");
    let [limit, url] = &inventory.variables[..] else { panic!("{inventory:?}") };
    assert_eq!((limit.kind, limit.required, limit.value.as_deref()), (VariableKind::Number, false, Some("5")));
    assert_eq!((url.kind, url.required, url.value.as_deref()), (VariableKind::Text, true, None));
    assert_eq!(url.default.as_deref(), Some("https://example.com/?a=1&b=2"));
}

#[test]
fn both_spellings_say_the_same() {
    let (plain, declared) = (built(&full()), built(&full().spelling(Spelling::Declared)));
    assert_eq!(plain.manifest, declared.manifest);
    assert_eq!(plain.inventory, declared.inventory);
    assert_ne!(plain.size, declared.size);
}

#[test]
fn a_builder_always_writes_the_same_bytes() {
    assert_eq!(full().to_bytes().unwrap(), full().to_bytes().unwrap());
    let next = built(&full().version("1.2.3.5"));
    assert_eq!(next.inventory, built(&full()).inventory);
}

#[test]
fn a_filler_makes_a_package_large() {
    let large = built(&Builder::new("Large").filler(3_000_001));
    assert!(large.size > 3_000_000 && large.size < 3_010_000, "{}", large.size);
    assert_eq!(large.inventory.components.len(), 1);
}

#[test]
fn wrong_packages_can_be_built_too() {
    let old = built(&Builder::new("Old").package_version(None));
    assert_eq!(old.manifest.package_version, None);
    let both = Builder::new("Both").managed_text("2").to_bytes().unwrap();
    let error = Package::read(Cursor::new(both), &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("but both"), "{error}");
}
