//! Whatever the bytes are: nothing panics, and what is accepted keeps the limits and can be rewritten.

use std::io::Cursor;

use proptest::prelude::*;
use sluice::package::{Builder, Limits, Package, PackageError, Rewrite, checks::VariableKind, rewrite};

use super::{members, with_customizations, with_solution, zip::Zip};

const LIMITS: Limits =
    Limits { upload: 1 << 20, unpacked: 1 << 20, ratio: 200, entries: 100, manifest: 1 << 16, depth: 32 };

/// Reads a package and, if it is one, rewrites it and reads that.
fn check(bytes: &[u8]) -> Result<Package, PackageError> {
    let package = Package::read(Cursor::new(bytes), &LIMITS)?;
    assert_eq!(package.size, bytes.len() as u64);
    let change = Rewrite { managed: Some(!package.manifest.managed), version: Some(package.manifest.version.next()) };
    let mut target = Vec::new();
    rewrite(Cursor::new(bytes), &mut target, &change, &LIMITS)?;
    let after = Package::read(Cursor::new(&target), &LIMITS)?;
    assert_ne!(after.manifest.managed, package.manifest.managed);
    assert_eq!(after.manifest.version, package.manifest.version.next());
    assert_eq!(after.inventory, package.inventory);
    Ok(package)
}

/// A refusal is the package's fault and says so in a sentence.
fn check_refusal(bytes: &[u8]) {
    if let Err(error) = check(bytes) {
        assert!(error.is_input() && !error.to_string().is_empty(), "{error:?}");
    }
}

fn sample() -> Vec<u8> {
    Builder::new("Sample")
        .table("con_order", "Order")
        .connection_reference("con_mail", "Mail", "shared_office365")
        .variable("con_url", "Address", VariableKind::Text, None, false, Some("x"))
        .requires("Core", "1.0", 1, "con_core", "Core")
        .to_bytes()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let error = check(&bytes).unwrap_err();
        prop_assert!(error.is_input());
    }

    #[test]
    fn changed_bytes_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = sample();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        check_refusal(&bytes);
    }

    #[test]
    fn changed_headers_never_panic(
        which in any::<prop::sample::Index>(),
        at in 0usize..46,
        value in prop_oneof![Just(0u32), Just(u32::MAX), Just(u32::MAX - 1), any::<u32>()],
    ) {
        let mut bytes = sample();
        let headers: Vec<usize> =
            (0..bytes.len() - 50).filter(|at| bytes[*at..].starts_with(b"PK")).collect();
        let at = which.get(&headers) + at;
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        check_refusal(&bytes);
    }

    #[test]
    fn removed_and_doubled_ranges_never_panic(
        from in any::<prop::sample::Index>(), length in 1usize..200, doubled: bool,
    ) {
        let bytes = sample();
        let from = from.index(bytes.len());
        let to = (from + length).min(bytes.len());
        let bytes = match doubled {
            true => [&bytes[..to], &bytes[from..]].concat(),
            false => [&bytes[..from], &bytes[to..]].concat(),
        };
        check_refusal(&bytes);
    }

    #[test]
    fn arbitrary_markup_never_panics(text in "([<>/?!&;'\" =\\-\\[\\]]|CDATA|DOCTYPE|Managed|Version|a|&#x?[0-9]{1,6};|\\PC){0,60}") {
        check_refusal(&with_solution(&text));
        check_refusal(&with_customizations(&text));
        check_refusal(&with_customizations(format!("<ImportExportXml><Workflows>{text}</Workflows></ImportExportXml>")));
    }

    #[test]
    fn arbitrary_text_comes_back_from_the_builder(
        name in "[A-Za-z_][A-Za-z0-9_]{0,40}",
        display_name in "\\PC{0,40}",
        numbers in any::<[u32; 4]>(),
        managed: bool,
        value in "\\PC{0,40}",
    ) {
        let version = sluice::package::version::Version::from(numbers);
        let builder = Builder::new(&name).display_name(&display_name).version(&version).managed(managed)
            .table("con_order", &display_name)
            .variable("con_a", "A", VariableKind::Text, Some(&value), false, Some(&value));
        let package = Package::read(Cursor::new(builder.to_bytes().unwrap()), &LIMITS).unwrap();
        let expected = if display_name.trim().is_empty() { &name } else { &display_name };
        prop_assert_eq!(&package.manifest.display_name, expected);
        prop_assert_eq!(&package.manifest.unique_name, &name);
        prop_assert_eq!(&package.manifest.version, &version);
        prop_assert_eq!(package.manifest.managed, managed);
        let value = Some(value).filter(|value| !value.is_empty());
        prop_assert_eq!(&package.inventory.variables[0].value, &value);
        prop_assert_eq!(&package.inventory.variables[0].default, &value);
    }

    #[test]
    fn order_and_packing_do_not_matter(order in Just((0..3).collect::<Vec<usize>>()).prop_shuffle(), wide: bool, signed: bool) {
        let all = members();
        let members = order.iter().map(|index| all[*index].clone().with_descriptor(signed, wide)).collect();
        let zip = Zip { wide, ..Zip::of(members) };
        prop_assert_eq!(check(&zip.bytes()).unwrap().manifest.unique_name, "Orders");
    }
}
