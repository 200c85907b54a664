//! That every column of sealed text is known to a rotation, read from the source.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sluice::secrets::columns;

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

#[test]
fn every_sealed_column_is_listed() {
    let schema = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema.rs")).unwrap();
    let (mut table, mut sealed) = ("", Vec::new());
    for line in schema.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name;
        }
        if let Some((column, _)) = line.split_once(" -> ").filter(|(column, _)| column.starts_with("sealed_")) {
            sealed.push(format!("{table}.{column}"));
        }
    }
    let mut listed: Vec<String> = columns::ALL.iter().map(columns::Column::name).collect();
    sealed.sort();
    listed.sort();
    assert!(!sealed.is_empty());
    assert_eq!(listed, sealed, "secrets/columns.rs lists the columns of schema.rs that begin with sealed_");
}

#[test]
fn sealed_text_stands_only_in_columns_that_say_so() {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let (mut wrong, mut found) = (Vec::new(), 0);
    for (path, text) in all.iter().filter(|(path, _)| !path.to_string_lossy().contains("src/secrets")) {
        for line in text.lines().map(str::trim) {
            let typed =
                line.split_once(": ").filter(|(_, of)| of.starts_with("Sealed") || of.starts_with("Option<Sealed>"));
            let Some((name, _)) = typed else { continue };
            let name = name.trim_start_matches("pub ").trim_start_matches("let ");
            found += 1;
            if !name.starts_with("sealed") {
                wrong.push(format!("{}: {line}", path.display()));
            }
        }
    }
    assert!(found > 0);
    assert!(wrong.is_empty(), "name these sealed_...: {}", wrong.join("\n"));
}
