//! Real packages, where there are some: `SLUICE_CORPUS` names a folder of them with an `INDEX.tsv` that says what is
//! in each.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fs::{self, File},
    path::{Path, PathBuf},
};

use sluice::package::{Limits, Package, PackageError, Rewrite, rewrite};

type Outcome = Result<(), Box<dyn Error>>;

fn corpus() -> Option<PathBuf> {
    let folder = env::var_os("SLUICE_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("SLUICE_CORPUS is unset: no real packages were read");
    }
    folder
}

fn read(path: &Path) -> Result<Package, PackageError> {
    Package::read(&File::open(path)?, &Limits::default())
}

#[test]
fn real_packages_are_read_as_their_index_says() -> Outcome {
    let Some(corpus) = corpus() else { return Ok(()) };
    let index = fs::read_to_string(corpus.join("INDEX.tsv"))?;
    let mut rows = index.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heads = rows.next().ok_or("the index is empty")?;
    let mut listed = BTreeSet::new();
    for row in rows {
        let row: BTreeMap<&str, &str> = heads.iter().copied().zip(row).collect();
        let package = read(&corpus.join(row["path"])).map_err(|error| format!("{}: {error}", row["path"]))?;
        assert_eq!(found(&package), expected(&row), "{}", row["path"]);
        listed.insert(row["path"].to_owned());
    }
    assert_eq!(packages(&corpus)?, listed, "the files and the index's rows");
    assert!(!listed.is_empty());
    Ok(())
}

/// What the index says, as text by its heads.
fn expected(row: &BTreeMap<&str, &str>) -> BTreeMap<&'static str, String> {
    let mut roots: Vec<&str> = row["root_components"].split_whitespace().collect();
    roots.sort_unstable();
    let plain = HEADS.iter().map(|head| (*head, row[head].to_owned()));
    plain.chain([("root_components", roots.join(" "))]).collect()
}

const HEADS: [&str; 9] = [
    "unique_name",
    "version",
    "managed",
    "publisher",
    "prefix",
    "missing_dependencies",
    "connection_references",
    "env_var_definitions",
    "size",
];

fn found(package: &Package) -> BTreeMap<&'static str, String> {
    let Package { manifest, inventory, size } = package;
    BTreeMap::from([
        ("unique_name", manifest.unique_name.clone()),
        ("version", manifest.version.to_string()),
        ("managed", u8::from(manifest.managed).to_string()),
        ("publisher", manifest.publisher.unique_name.clone()),
        ("prefix", manifest.publisher.prefix.clone()),
        ("missing_dependencies", manifest.missing_dependencies.len().to_string()),
        ("connection_references", inventory.connection_references.len().to_string()),
        ("env_var_definitions", inventory.variables.len().to_string()),
        ("size", size.to_string()),
        ("root_components", roots(package)),
    ])
}

/// How often each kind occurs, in the index's spelling.
fn roots(package: &Package) -> String {
    let mut counts = BTreeMap::new();
    for root in &package.manifest.root_components {
        *counts.entry(spelled(&root.kind)).or_insert(0) += 1;
    }
    let mut counts: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind}={count}")).collect();
    counts.sort_unstable();
    counts.join(" ")
}

fn spelled(kind: &str) -> &str {
    match kind {
        "1" => "Entity",
        "9" => "OptionSet",
        "20" => "Role",
        "29" => "Workflow",
        "60" => "SystemForm",
        "61" => "WebResource",
        "62" => "SiteMap",
        "66" => "CustomControl",
        "70" => "FieldSecurityProfile",
        "80" => "AppModule",
        "91" => "PluginAssembly",
        "92" => "SDKMessageProcessingStep",
        "95" => "ServiceEndpoint",
        "152" => "SLA",
        "300" => "CanvasApp",
        "372" => "Connector(2)",
        "401" => "AIProject",
        other => other,
    }
}

#[test]
fn components_of_real_packages_have_names_and_occur_once() -> Outcome {
    let Some(corpus) = corpus() else { return Ok(()) };
    for path in packages(&corpus)? {
        let package = read(&corpus.join(&path))?;
        let mut seen = BTreeSet::new();
        for component in &package.inventory.components {
            let key = (&component.kind, component.name.to_lowercase());
            assert!(!component.name.is_empty() && !component.kind_name.is_empty(), "{path}: {component:?}");
            assert!(seen.insert(key), "{path}: {component:?}");
            let own = component.kind == "1" && component.name.contains('_');
            let described = own || ["29", "300", "80"].contains(&component.kind.as_str());
            assert!(component.display_name.is_some() || !described, "{path}: {component:?}");
        }
        assert!(package.inventory.components.len() >= package.inventory.connection_references.len());
    }
    Ok(())
}

#[test]
fn real_packages_survive_a_rewrite_there_and_back() -> Outcome {
    let Some(corpus) = corpus() else { return Ok(()) };
    for path in packages(&corpus)? {
        let before = read(&corpus.join(&path))?;
        let mut there = Vec::new();
        let change = Rewrite { managed: Some(!before.manifest.managed), version: Some(before.manifest.version.next()) };
        rewrite(&File::open(corpus.join(&path))?, &mut there, &change, &Limits::default())?;
        let changed = Package::read(std::io::Cursor::new(&there), &Limits::default())?;
        assert_eq!(changed.manifest.managed, !before.manifest.managed, "{path}");
        assert_eq!(changed.manifest.version, before.manifest.version.next(), "{path}");
        let mut back = Vec::new();
        let change = Rewrite { managed: Some(before.manifest.managed), version: Some(before.manifest.version.clone()) };
        rewrite(std::io::Cursor::new(&there), &mut back, &change, &Limits::default())?;
        let after = Package::read(std::io::Cursor::new(&back), &Limits::default())?;
        assert_eq!(after.manifest, before.manifest, "{path}");
        assert_eq!(after.inventory, before.inventory, "{path}");
    }
    Ok(())
}

#[test]
fn broken_packages_are_refused_with_a_sentence() -> Outcome {
    let Some(corpus) = corpus() else { return Ok(()) };
    for path in zips(&corpus.join("_broken"))? {
        let error = read(&path).err().ok_or("a broken package was read")?;
        let expected = match path.to_string_lossy().contains("git-lfs-pointer") {
            true => "Git LFS pointer",
            false => "damaged",
        };
        assert!(error.is_input() && error.to_string().contains(expected), "{}: {error}", path.display());
        assert_eq!(error.code(), "0x80048060");
    }
    Ok(())
}

#[test]
fn other_exports_are_refused_by_name() -> Outcome {
    let Some(corpus) = corpus() else { return Ok(()) };
    for path in zips(&corpus.join("_not_solutions"))? {
        let error = read(&path).err().ok_or("another export was read as a solution")?;
        let sentence = "this is a legacy export package";
        assert!(error.is_input() && error.to_string().starts_with(sentence), "{}: {error}", path.display());
    }
    Ok(())
}

/// The packages in the corpus, as the index names them.
fn packages(corpus: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(corpus)? {
        let folder = folder?;
        let name = folder.file_name().to_string_lossy().into_owned();
        if folder.file_type()?.is_dir() && !name.starts_with('_') {
            let inside = zips(&folder.path())?.into_iter();
            found.extend(inside.filter_map(|path| Some(format!("{name}/{}", path.file_name()?.to_string_lossy()))));
        }
    }
    Ok(found)
}

fn zips(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let all: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    let found: Vec<PathBuf> = all.into_iter().filter(|path| path.extension().is_some_and(|end| end == "zip")).collect();
    match found.is_empty() {
        true => Err(format!("{} has no packages", folder.display()).into()),
        false => Ok(found),
    }
}
