//! Components: what a solution consists of.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::{
    error::PackageError,
    kinds,
    xml::{Tag, Xml},
};

/// A component that the manifest names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootComponent {
    /// The number of its kind, or a type name.
    pub kind: String,
    pub schema_name: Option<String>,
    /// Its GUID in lower case, without braces.
    pub id: Option<String>,
    /// 0: with all subcomponents, 1: with some, 2: the shell only; none in old packages.
    pub behavior: Option<u8>,
}

impl RootComponent {
    /// The component of this element; none if it names neither a kind nor a thing.
    pub fn read<R: Read>(xml: &mut Xml<R>, tag: &Tag) -> Result<Option<RootComponent>, PackageError> {
        let Some(kind) = xml.attribute(tag, "type")? else { return Ok(None) };
        let schema_name = filled(xml.attribute(tag, "schemaName")?);
        let id = filled(xml.attribute(tag, "id")?).map(|id| guid(&id));
        let behavior = xml.attribute(tag, "behavior")?.and_then(|text| text.parse().ok());
        let named = schema_name.is_some() || id.is_some();
        Ok(named.then(|| RootComponent { kind: kinds::key(&kind), schema_name, id, behavior }))
    }

    /// What tells it from others of its kind. An assembly's schema name changes with its version, its id does not.
    pub fn name(&self) -> &str {
        let (first, second) = match self.kind == kinds::PLUGIN_ASSEMBLY {
            true => (&self.id, &self.schema_name),
            false => (&self.schema_name, &self.id),
        };
        first.as_deref().or(second.as_deref()).unwrap_or_default()
    }
}

/// One thing in a solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// A stable key: the number of the kind as text, or the type's name in lower case.
    pub kind: String,
    /// The kind as people call it, such as "Table" or "Cloud flow".
    pub kind_name: String,
    /// What tells it from others of its kind: a schema name, or a GUID in lower case without braces.
    pub name: String,
    pub id: Option<String>,
    pub display_name: Option<String>,
}

/// A GUID in lower case, without braces.
pub fn guid(text: &str) -> String {
    text.trim().trim_start_matches('{').trim_end_matches('}').to_lowercase()
}

/// A text, if there is any.
pub fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
