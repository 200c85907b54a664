//! `solution.xml`: what is taken from it, in every spelling, and what is refused.

use sluice::package::version::Version;

use super::{SOLUTION, read, refused, with_customizations, with_solution};

fn changed(from: &str, to: &str) -> Vec<u8> {
    assert!(SOLUTION.contains(from), "{from}");
    with_solution(SOLUTION.replacen(from, to, 1))
}

#[test]
fn the_manifest_is_read() {
    let manifest = read(&with_solution(SOLUTION)).unwrap().manifest;
    assert_eq!(manifest.unique_name, "Orders");
    assert_eq!(manifest.display_name, "Orders of all kinds");
    assert_eq!(manifest.description, "");
    assert_eq!(manifest.version.to_string(), "1.0.0.4");
    assert!(!manifest.managed);
    assert_eq!(manifest.package_version.as_deref(), Some("9.2"));
    assert_eq!(manifest.language.as_deref(), Some("1033"));
    assert_eq!((manifest.organization_version, manifest.schema_type, manifest.parent), (None, None, None));
    assert_eq!(manifest.publisher.unique_name, "contoso");
    assert_eq!(manifest.publisher.display_name, "Contoso");
    assert_eq!(manifest.publisher.prefix, "con");
    assert!(manifest.root_components.is_empty() && manifest.missing_dependencies.is_empty());
}

#[test]
fn both_spellings_say_the_same() {
    let plain = read(&with_solution(SOLUTION)).unwrap();
    for start in ["\u{feff}", "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n", "<?xml version='1.0'?>"] {
        let declared = read(&with_solution(format!("{start}{SOLUTION}"))).unwrap();
        assert_eq!(declared.manifest, plain.manifest);
    }
    let crlf = read(&with_solution(SOLUTION.replace('\n', "\r\n"))).unwrap();
    assert_eq!(crlf.manifest, plain.manifest);
}

#[test]
fn other_encodings_are_refused() {
    let wide = |bytes: fn(u16) -> [u8; 2]| SOLUTION.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
    let marked = [b"\xff\xfe".to_vec(), little.clone()].concat();
    let latin = format!("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>{SOLUTION}");
    for text in [little, big, marked, latin.into_bytes(), format!("\u{feff}\u{feff}{SOLUTION}").into_bytes()] {
        refused(&with_solution(text), "0x80048013", "not in UTF-8");
    }
    let broken = [b"<ImportExportXml>\xff".to_vec(), SOLUTION.into()].concat();
    refused(&with_solution(broken), "0x80048013", "not in UTF-8");
}

#[test]
fn versions_keep_their_text() {
    for text in ["1.1", "1.2.4", "1.23091.1", "3.04.0009.1", "0.0.0.0"] {
        let manifest = read(&changed("1.0.0.4", text)).unwrap().manifest;
        assert_eq!(manifest.version.to_string(), text);
        assert_eq!(manifest.version, text.parse::<Version>().unwrap());
    }
    for text in ["", "1", "1.0.0.0.0", "1.a", "-1.0", "1.0.99999999999", "1..0"] {
        refused(&changed("1.0.0.4", text), "0x8004F01E", "version");
    }
}

#[test]
fn invalid_names_are_refused() {
    for text in ["", "9lives", "a b", "a-b", "grün", "a.b"] {
        refused(&changed("Orders</UniqueName>", &format!("{text}</UniqueName>")), "0x8004F002", "unique name");
    }
    read(&changed("Orders</UniqueName>", "_Orders_9</UniqueName>")).unwrap();
}

#[test]
fn a_package_is_managed_or_not() {
    assert!(read(&changed("<Managed>0<", "<Managed>1<")).unwrap().manifest.managed);
    refused(&changed("<Managed>0<", "<Managed>2<"), "0x8004802C", "neither managed nor unmanaged but both");
    for text in ["", "3", "true", "no"] {
        refused(&changed("<Managed>0<", &format!("<Managed>{text}<")), "0x8004802C", "whether it is managed");
    }
}

#[test]
fn what_a_manifest_needs_must_be_there_once() {
    let invalid = "0x8004802C";
    refused(&changed("<UniqueName>Orders</UniqueName>", ""), invalid, "no unique name");
    refused(&changed("<Version>1.0.0.4</Version>", ""), invalid, "no version");
    refused(&changed("<Managed>0</Managed>", ""), invalid, "nothing of managed");
    refused(&changed("<Managed>0<", "<Managed>1</Managed><Managed>0<"), invalid, "Managed twice");
    refused(&changed("<Version>1.0.0.4<", "<Version>1.0</Version><Version>1.0<"), invalid, "Version twice");
    refused(&with_solution("<Solution />"), invalid, "root is not ImportExportXml");
    refused(&with_solution("<ImportExportXml />"), invalid, "no unique name");
    refused(&with_customizations("<Solution />"), invalid, "customizations.xml does not describe a solution");
}

#[test]
fn a_publisher_must_be_complete() {
    let invalid = "0x8004801A";
    let without =
        SOLUTION.split("<Publisher>").next().unwrap().to_owned() + SOLUTION.split("</Publisher>").nth(1).unwrap();
    refused(&with_solution(without), invalid, "there is none");
    refused(&changed("<UniqueName>contoso</UniqueName>", ""), invalid, "no unique name");
    refused(&changed("<UniqueName>contoso<", "<UniqueName> <"), invalid, "no unique name");
    refused(&changed("<CustomizationPrefix>con</CustomizationPrefix>", ""), invalid, "no prefix");
    refused(&changed(">con<", ">c-n<"), invalid, "prefix");
}

#[test]
fn packages_from_2011_are_read() {
    let bytes = changed(" SolutionPackageVersion=\"9.2\"", " minimumversion=\"5.0.9688.583\"");
    assert_eq!(read(&bytes).unwrap().manifest.package_version, None);
}

#[test]
fn names_are_taken_in_the_packages_language() {
    let two = r#"<LocalizedName description="Bestellungen" languagecode="1031" /><LocalizedName description="Orders &amp; more" languagecode="1033" />"#;
    let names = r#"<LocalizedName description="Orders of all kinds" languagecode="1033" />"#;
    assert_eq!(read(&changed(names, two)).unwrap().manifest.display_name, "Orders & more");
    let other = two.replace("1033", "1036");
    assert_eq!(read(&changed(names, &other)).unwrap().manifest.display_name, "Bestellungen");
    assert_eq!(read(&changed(names, "")).unwrap().manifest.display_name, "Orders");
}

#[test]
fn the_solution_that_a_patch_is_for_is_read() {
    let parent = "<ParentSolution><UniqueName>Sales</UniqueName></ParentSolution><Managed>0<";
    assert_eq!(read(&changed("<Managed>0<", parent)).unwrap().manifest.parent.as_deref(), Some("Sales"));
}

#[test]
fn root_components_are_named_by_what_stays() {
    let roots = r#"<RootComponents>
        <RootComponent type="1" schemaName="con_order" behavior="2" />
        <RootComponent type="29" id="{CC724662-8525-EE11-9CBD-00224823910F}" behavior="0" />
        <RootComponent type="91" id="{dd8e53fa-2538-4593-8159-8772e309ffe9}" schemaName="Plugin, Version=1.0.0.0" />
        <RootComponent type="91" schemaName="Old, Version=1.0.0.0" />
        <RootComponent type="80" />
        <Unknown />
    </RootComponents>"#;
    let package = read(&changed("<RootComponents />", roots)).unwrap();
    let found: Vec<(&str, &str)> =
        package.inventory.components.iter().map(|component| (&*component.kind, &*component.name)).collect();
    let expected = [
        ("1", "con_order"),
        ("29", "cc724662-8525-ee11-9cbd-00224823910f"),
        ("91", "dd8e53fa-2538-4593-8159-8772e309ffe9"),
        ("91", "Old, Version=1.0.0.0"),
    ];
    assert_eq!(found, expected);
    let behaviors: Vec<Option<u8>> = package.manifest.root_components.iter().map(|root| root.behavior).collect();
    assert_eq!(behaviors, [Some(2), Some(0), None, None]);
}

#[test]
fn missing_dependencies_are_read_with_all_their_keys() {
    let missing = r#"<MissingDependencies>
      <MissingDependency>
        <Required type="60" displayName="card" parentDisplayName="Contact" parentSchemaName="contact" solution="App (Common) (9.0.4.0066)" id="{29DE27BC-A257-4F29-99CF-BAB4A84E688F}">
          <package appName="Virtual Entity" version="2.9.7.6">Anchor (2.9.7.6)</package>
          <package>OtherAnchor (1.0)</package>
        </Required>
        <Dependent type="29" displayName="Flow" id="{928cc248-ef2f-492d-b3f6-7a2b3073e3da}" />
      </MissingDependency>
      <MissingDependency>
        <Required type="SettingDefinition" displayName="Setting" solution="Active" id.uniquename="con_setting" />
        <Dependent type="AppSetting" displayName="Setting" id.parentappmoduleid.uniquename="con_app" />
      </MissingDependency>
    </MissingDependencies>"#;
    let found = read(&changed("<MissingDependencies />", missing)).unwrap().manifest.missing_dependencies;
    let [first, second] = &found[..] else { panic!("{found:?}") };
    assert_eq!(first.required.solution, Some(("App (Common)".into(), "9.0.4.66".parse().ok())));
    assert_eq!(first.required.id.as_deref(), Some("29de27bc-a257-4f29-99cf-bab4a84e688f"));
    assert_eq!(first.required.parent_schema_name.as_deref(), Some("contact"));
    assert_eq!(first.required.packages, ["Virtual Entity", "OtherAnchor"]);
    assert_eq!((&*first.dependent.kind, &*first.dependent.kind_name), ("29", "Process"));
    assert_eq!((&*second.required.kind, &*second.required.kind_name), ("settingdefinition", "Setting definition"));
    assert_eq!(second.required.solution, None);
    assert_eq!(second.required.keys, [("uniquename".to_owned(), "con_setting".to_owned())]);
}
