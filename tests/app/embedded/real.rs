//! Real packages, where there are some: `SLUICE_CORPUS` names a folder of them.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use sluice::{
    id::EnvironmentId,
    package::{Builder, Limits, Package, PackageError, Required, checks::Severity, version::Version},
};

use super::Ground;

pub fn packages() -> Vec<PathBuf> {
    let Some(corpus) = env::var_os("SLUICE_CORPUS") else {
        println!("SLUICE_CORPUS is unset: no real packages were moved");
        return Vec::new();
    };
    let folders = entries(Path::new(&corpus)).into_iter().filter(|path| path.is_dir());
    let folders = folders.filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('_'));
    let found: Vec<_> = folders.flat_map(|folder| entries(&folder)).filter(|path| path.extension().is_some()).collect();
    assert!(!found.is_empty());
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Stand-ins for the solutions that a package requires, each in the version that it requires.
pub fn stand_ins(package: &Package) -> Vec<Builder> {
    let mut versions: BTreeMap<String, Version> = BTreeMap::new();
    let mut loose = Builder::new("Loose").publisher("elsewhere", "Elsewhere", "els").managed(true);
    for dependency in &package.manifest.missing_dependencies {
        let required = &dependency.required;
        match &required.solution {
            Some((name, version)) => {
                let version = version.clone().unwrap_or_else(|| Version::from([1, 0, 0, 0]));
                let least = versions.entry(name.clone()).or_insert_with(|| version.clone());
                *least = version.max(least.clone());
            }
            None => loose = with(loose, required),
        }
    }
    let stub = |(name, version): (String, Version)| Builder::new(name).version(version).managed(true);
    let named = versions.into_iter().filter(|(name, _)| name != "System").map(stub);
    named.chain([loose]).collect()
}

/// The builder with a component that meets this.
fn with(builder: Builder, required: &Required) -> Builder {
    let name = || required.schema_name.clone().or_else(|| Some(required.keys.first()?.1.clone())).unwrap();
    match required.kind.as_str() {
        "1" => builder.table(name(), "Table"),
        "2" => builder.table(required.parent_schema_name.clone().unwrap(), "Table"),
        "connectionreference" => builder.connection_reference(name(), "Reference", "shared_any"),
        other => panic!("nothing can stand in for {other}"),
    }
}

async fn prepared(ground: &Ground, name: &str, package: &Package) -> EnvironmentId {
    let at = ground.environment(name);
    for stand_in in stand_ins(package) {
        ground.import(at, &stand_in).await.unwrap();
    }
    at
}

#[tokio::test]
async fn real_packages_move_from_development_to_production() {
    let (mut moved, mut short) = (0, 0);
    let ground = Ground::new();
    for path in packages() {
        let bytes = fs::read(&path).unwrap();
        let package = Package::read(std::io::Cursor::new(&bytes), &Limits::default()).unwrap();
        if package.manifest.managed {
            continue;
        }
        let stored = ground.keep_bytes(&bytes).await;
        let name = path.display();

        let bare = ground.environment(&format!("Bare {name}"));
        let checks = ground.check_stored(bare, stored.clone()).await;
        let imported = ground.import_stored(bare, stored.clone(), Default::default()).await;
        short += usize::from(!checks.missing.is_empty());
        match (checks.missing.is_empty(), package.manifest.package_version.is_some()) {
            (true, true) => drop(imported.unwrap_or_else(|refused| panic!("{name}: {refused:?}"))),
            (false, true) => assert_eq!(imported.unwrap_err().0, "0x8004801D", "{name}"),
            (_, false) => {
                assert_eq!(imported.unwrap_err().0, "0x80048068", "{name}");
                continue;
            }
        }

        let dev = prepared(&ground, &format!("Dev {name}"), &package).await;
        ground.import_stored(dev, stored.clone(), Default::default()).await.unwrap();
        let (solution, managed, unmanaged) = ground.export(dev, &package.manifest.unique_name).await.unwrap();
        assert_eq!(unmanaged, stored, "{name}");
        let exported = ground.read(&managed).await;
        assert!(exported.manifest.managed, "{name}");
        assert_eq!(exported.inventory, package.inventory, "{name}");

        let production = prepared(&ground, &format!("Production {name}"), &package).await;
        let checks = ground.check_stored(production, managed.clone()).await;
        assert_eq!(checks.missing, [], "{name}");
        assert!(checks.findings.iter().all(|found| found.severity < Severity::Error), "{name}: {:?}", checks.findings);
        ground.import_stored(production, managed, Default::default()).await.unwrap();
        let details = ground.details(production, &solution.unique_name).await;
        assert_eq!(details.components, package.inventory.components, "{name}");
        assert_eq!(details.variables.len(), package.inventory.variables.len(), "{name}");
        assert_eq!(details.connection_references.len(), package.inventory.connection_references.len(), "{name}");
        assert!(details.requires.iter().all(|one| one.met), "{name}");
        ground.uninstall(production, &solution.unique_name).await.unwrap();
        moved += 1;
    }
    println!("{moved} real packages were moved; {short} of them lacked something in an empty environment");
}

#[tokio::test]
async fn broken_real_packages_are_refused_by_check_and_import() {
    let Some(corpus) = env::var_os("SLUICE_CORPUS") else {
        println!("SLUICE_CORPUS is unset: no broken packages were tried");
        return;
    };
    let ground = Ground::new();
    let at = ground.environment("Contoso Test");
    for path in entries(&Path::new(&corpus).join("_broken")) {
        let bytes = fs::read(&path).unwrap();
        let error: PackageError = Package::read(std::io::Cursor::new(&bytes), &Limits::default()).unwrap_err();
        let stored = ground.keep_bytes(&bytes).await;
        let refused = ground.import_stored(at, stored, Default::default()).await.unwrap_err();
        assert_eq!(refused, (error.code().to_owned(), error.to_string()), "{}", path.display());
    }
}

#[tokio::test]
async fn managed_real_packages_install_where_what_they_require_is_there() {
    let mut installed = 0;
    let ground = Ground::new();
    for path in packages() {
        let bytes = fs::read(&path).unwrap();
        let package = Package::read(std::io::Cursor::new(&bytes), &Limits::default()).unwrap();
        if !package.manifest.managed || package.manifest.package_version.is_none() {
            continue;
        }
        let name = path.display();
        let test = prepared(&ground, &format!("Test {name}"), &package).await;
        let stored = ground.keep_bytes(&bytes).await;
        assert_eq!(ground.check_stored(test, stored.clone()).await.missing, [], "{name}");
        let imported = ground.import_stored(test, stored, Default::default()).await;
        let solution = imported.unwrap_or_else(|refused| panic!("{name}: {refused:?}"));
        let refused = ground.export(test, &solution.unique_name).await.unwrap_err();
        assert_eq!(refused.0, "0x80048036", "{name}");
        ground.uninstall(test, &solution.unique_name).await.unwrap();
        installed += 1;
    }
    println!("{installed} managed real packages were installed");
}
