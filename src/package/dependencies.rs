//! What a solution requires that is not in its package.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::{
    component::{filled, guid},
    error::PackageError,
    kinds,
    version::Version,
    xml::{Tag, Xml},
};

/// A component that is required, and the one in the package that requires it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingDependency {
    pub required: Required,
    pub dependent: Dependent,
}

/// A component that must be in the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Required {
    /// The stable key of its kind, as that of components.
    pub kind: String,
    /// The kind as people call it.
    pub kind_name: String,
    pub schema_name: Option<String>,
    /// Its GUID in lower case, without braces.
    pub id: Option<String>,
    pub display_name: Option<String>,
    /// What it belongs to, such as a column's table.
    pub parent_schema_name: Option<String>,
    pub parent_display_name: Option<String>,
    /// The solution that brings it, with the version that it had; none for "Active", which no solution brings.
    pub solution: Option<(String, Option<Version>)>,
    /// Alternate keys where it has no schema name or id, such as `uniquename`.
    pub keys: Vec<(String, String)>,
    /// Apps whose installation would bring it.
    pub packages: Vec<String>,
}

/// The component in the package that requires something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependent {
    pub kind: String,
    pub kind_name: String,
    pub schema_name: Option<String>,
    pub id: Option<String>,
    pub display_name: Option<String>,
}

/// Reads the inside of a `MissingDependency` element.
pub fn read<R: Read>(xml: &mut Xml<R>) -> Result<MissingDependency, PackageError> {
    let mut dependency = MissingDependency::default();
    while let Some(tag) = xml.child()? {
        match tag.name().as_str() {
            "Required" => {
                dependency.required = required(xml, &tag)?;
                dependency.required.packages = packages(xml)?;
            }
            "Dependent" => {
                dependency.dependent = dependent(xml, &tag)?;
                xml.skip()?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(dependency)
}

fn required<R: Read>(xml: &mut Xml<R>, tag: &Tag) -> Result<Required, PackageError> {
    let mut required = Required::default();
    for (name, value) in xml.attributes(tag)? {
        let value = value.trim();
        match name.as_str() {
            "type" => (required.kind, required.kind_name) = kind(value),
            "schemaName" => required.schema_name = filled(Some(value.to_owned())),
            "id" => required.id = filled(Some(guid(value))),
            "displayName" => required.display_name = filled(Some(value.to_owned())),
            "parentSchemaName" => required.parent_schema_name = filled(Some(value.to_owned())),
            "parentDisplayName" => required.parent_display_name = filled(Some(value.to_owned())),
            "solution" => required.solution = solution(value),
            name => required.keys.extend(name.strip_prefix("id.").map(|key| (key.to_owned(), value.to_owned()))),
        }
    }
    Ok(required)
}

fn dependent<R: Read>(xml: &mut Xml<R>, tag: &Tag) -> Result<Dependent, PackageError> {
    let (kind, kind_name) = kind(&xml.attribute(tag, "type")?.unwrap_or_default());
    Ok(Dependent {
        kind,
        kind_name,
        schema_name: filled(xml.attribute(tag, "schemaName")?),
        id: filled(xml.attribute(tag, "id")?).map(|id| guid(&id)),
        display_name: filled(xml.attribute(tag, "displayName")?),
    })
}

fn kind(spelled: &str) -> (String, String) {
    let key = kinds::key(spelled);
    let name = kinds::name(&key).to_owned();
    (key, name)
}

/// A solution and its version out of "name (version)"; "Active" means what no solution brings.
fn solution(text: &str) -> Option<(String, Option<Version>)> {
    let (name, version) = match text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((name, version)) => (name.trim(), version.parse().ok()),
        None => (text, None),
    };
    let none = name.is_empty() || name.eq_ignore_ascii_case("Active");
    (!none).then(|| (name.to_owned(), version))
}

/// The apps that bring what is required: an app's name, else the name of the solution that marks its presence.
fn packages<R: Read>(xml: &mut Xml<R>) -> Result<Vec<String>, PackageError> {
    let mut packages = Vec::new();
    while let Some(tag) = xml.child()? {
        let app = filled(xml.attribute(&tag, "appName")?);
        let text = xml.text()?;
        let anchor = solution(text.trim()).map(|(name, _)| name);
        packages.extend(app.or(anchor).filter(|_| tag.name() == "package"));
    }
    Ok(packages)
}
