//! Components that have files of their own: `<types>/<name>/<type>.xml`, such as agents and environment variables.

use std::io::Read;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    checks::VariableKind,
    component::filled,
    error::PackageError,
    kinds,
    xml::{Tag, Xml},
};

/// The largest of these files, and the largest that all may be together, in bytes.
pub const LARGEST: u64 = 8 << 20;
pub const LARGEST_TOGETHER: u64 = 64 << 20;

/// An environment variable as the package defines it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableDefinition {
    pub schema_name: String,
    pub display_name: String,
    pub description: String,
    pub kind: VariableKind,
    pub required: bool,
    /// The definition's default, if any.
    pub default: Option<String>,
    /// The value that travels in the package, if any.
    pub value: Option<String>,
}

/// What a component's own file says of it.
#[derive(Debug, Default)]
pub struct Definition {
    pub display_name: Option<String>,
    description: Option<String>,
    kind: Option<String>,
    required: Option<String>,
    default: Option<String>,
}

/// The type and the name of the component that the member of this name defines, if it defines one.
pub fn defined(member: &str) -> Option<(String, &str)> {
    let mut parts = member.split('/');
    let (folder, name, file) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = file.strip_suffix(".xml").filter(|kind| kind.is_ascii() && kind.len() > 1)?;
    // The folder is the type's plural: bots, taxonomies, searches.
    let plural = folder.len() > kind.len() && folder.starts_with(&kind[..kind.len() - 1]);
    (plural && parts.next().is_none()).then(|| (kinds::key(kind), name))
}

/// The schema name of the variable whose value the member of this name has, if it has one.
pub fn valued(member: &str) -> Option<&str> {
    let path = member.strip_prefix("environmentvariabledefinitions/")?;
    path.strip_suffix("/environmentvariablevalues.json").filter(|name| !name.contains('/'))
}

impl Definition {
    /// Reads the whole file.
    pub fn read<R: Read>(mut xml: Xml<R>) -> Result<Definition, PackageError> {
        let mut definition = Definition::default();
        xml.child()?;
        while let Some(tag) = xml.child()? {
            match tag.name().as_str() {
                "displayname" => definition.display_name = label(&mut xml, &tag)?,
                "name" if definition.display_name.is_none() => definition.display_name = label(&mut xml, &tag)?,
                "description" => definition.description = label(&mut xml, &tag)?,
                "type" => definition.kind = Some(xml.text()?),
                "isrequired" => definition.required = Some(xml.text()?),
                "defaultvalue" => definition.default = Some(xml.text()?),
                _ => xml.skip()?,
            }
        }
        xml.finish()?;
        Ok(definition)
    }

    /// The environment variable that this defines, without a value.
    pub fn into_variable(self, schema_name: &str) -> VariableDefinition {
        VariableDefinition {
            schema_name: schema_name.to_owned(),
            display_name: self.display_name.unwrap_or_else(|| schema_name.to_owned()),
            description: self.description.unwrap_or_default(),
            kind: variable_kind(self.kind.as_deref().unwrap_or_default().trim()),
            required: matches!(self.required.as_deref().map(str::trim), Some("1" | "true")),
            default: self.default.filter(|text| !text.is_empty()),
            value: None,
        }
    }
}

/// A text for people: the `default` of a localized one, else the element's own text.
fn label<R: Read>(xml: &mut Xml<R>, tag: &Tag) -> Result<Option<String>, PackageError> {
    let default = filled(xml.attribute(tag, "default")?);
    let text = filled(Some(xml.text()?));
    Ok(default.or(text))
}

/// Unknown types are read as text, which is what they are in the package.
fn variable_kind(number: &str) -> VariableKind {
    match number {
        "100000001" => VariableKind::Number,
        "100000002" => VariableKind::YesNo,
        "100000003" => VariableKind::Json,
        "100000004" => VariableKind::DataSource,
        "100000005" => VariableKind::Secret,
        _ => VariableKind::Text,
    }
}

/// The value in an `environmentvariablevalues.json`, which has one value or a list of them, each maybe without text.
pub fn value(json: &Value) -> Option<String> {
    let values = &json["environmentvariablevalues"]["environmentvariablevalue"];
    let first = values.as_array().map_or(Some(values), |list| list.first())?;
    match &first["value"] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
    .filter(|text| !text.is_empty())
}
