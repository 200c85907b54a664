//! What is in a package: components from the manifest, from `customizations.xml` and from files of their own.

use std::{
    collections::{HashMap, HashSet},
    io::{Read, Seek},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    archive::Archive,
    component::{Component, RootComponent},
    customizations::{self, ConnectionReference, Names, Naming},
    definitions::{self, Definition, VariableDefinition},
    error::PackageError,
    kinds,
    limits::Limits,
    text::Text,
};

/// What a package has in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// All components, each once: those of the manifest, then connection references, then the others.
    pub components: Vec<Component>,
    pub connection_references: Vec<ConnectionReference>,
    pub variables: Vec<VariableDefinition>,
}

impl Inventory {
    /// Reads the files that say what is in the package.
    pub fn read<R: Read + Seek>(
        archive: &mut Archive<R>,
        roots: &[RootComponent],
        limits: &Limits,
    ) -> Result<Inventory, PackageError> {
        let mut names = Names::new();
        for root in roots {
            let key = kinds::known(&root.kind).zip(Some(root.name().to_lowercase()));
            names.extend(key.map(|key| (key, Naming::default())));
        }
        let xml = archive.xml(customizations::FILE, limits)?;
        let connection_references = customizations::read(xml, &mut names)?;
        let mut inventory = Inventory { connection_references, ..Inventory::default() };
        inventory.components.extend(roots.iter().map(|root| named(root, &names)));
        inventory.add_references();
        inventory.read_definitions(archive, limits)?;
        inventory.drop_repetitions();
        Ok(inventory)
    }

    fn add_references(&mut self) {
        let components = self.connection_references.iter().map(|reference| Component {
            kind: kinds::CONNECTION_REFERENCE.to_owned(),
            kind_name: kinds::name(kinds::CONNECTION_REFERENCE).to_owned(),
            name: reference.logical_name.clone(),
            id: None,
            display_name: Some(reference.display_name.clone()),
        });
        self.components.extend(components);
    }

    fn read_definitions<R: Read + Seek>(
        &mut self,
        archive: &mut Archive<R>,
        limits: &Limits,
    ) -> Result<(), PackageError> {
        let (definitions, values) = find_definitions(archive)?;
        for (index, kind, name) in definitions {
            let definition = Definition::read(archive.xml_at(index, limits)?)?;
            self.components.push(Component {
                kind_name: kinds::name(&kind).to_owned(),
                name: name.clone(),
                id: None,
                display_name: definition.display_name.clone(),
                kind: kind.clone(),
            });
            if kind == kinds::VARIABLE {
                let mut variable = definition.into_variable(&name);
                if let Some(index) = values.get(&name) {
                    variable.value = read_value(archive, *index)?;
                }
                self.variables.push(variable);
            }
        }
        Ok(())
    }

    fn drop_repetitions(&mut self) {
        let mut seen = HashSet::new();
        self.components.retain(|component| seen.insert((component.kind.clone(), component.name.to_lowercase())));
    }
}

fn named(root: &RootComponent, names: &Names) -> Component {
    let key = kinds::known(&root.kind).zip(Some(root.name().to_lowercase()));
    let naming = key.and_then(|key| names.get(&key));
    let kind_name = naming.and_then(|naming| naming.kind_name).unwrap_or_else(|| kinds::name(&root.kind));
    Component {
        kind: root.kind.clone(),
        kind_name: kind_name.to_owned(),
        name: root.name().to_owned(),
        id: root.id.clone(),
        display_name: naming.and_then(|naming| naming.display_name.clone()),
    }
}

type Definitions = Vec<(usize, String, String)>;

/// The members that define components, with kind and name, by name; and those with the values of variables.
fn find_definitions<R>(archive: &Archive<R>) -> Result<(Definitions, HashMap<String, usize>), PackageError> {
    let (mut found, mut values, mut total) = (Vec::new(), HashMap::new(), 0);
    for (index, entry) in archive.entries.iter().enumerate() {
        if let Some((kind, name)) = definitions::defined(&entry.name) {
            found.push((index, kind, name.to_owned()));
        } else if let Some(name) = definitions::valued(&entry.name) {
            values.insert(name.to_owned(), index);
        } else {
            continue;
        }
        total += entry.unpacked;
        if entry.unpacked > definitions::LARGEST || total > definitions::LARGEST_TOGETHER {
            return Err(PackageError::TooMuch { name: entry.name.clone(), what: "large definitions" });
        }
    }
    found.sort_by(|a, b| (&a.1, &a.2).cmp(&(&b.1, &b.2)));
    Ok((found, values))
}

fn read_value<R: Read + Seek>(archive: &mut Archive<R>, index: usize) -> Result<Option<String>, PackageError> {
    let name = archive.entries[index].name.clone();
    let text = Text::new(archive.member(index)?, &name)?;
    let json: Value = serde_json::from_reader(text).map_err(|error| match error.is_io() {
        true => PackageError::from(std::io::Error::from(error)),
        false => PackageError::NotJson { name, what: error.to_string() },
    })?;
    Ok(definitions::value(&json))
}
