//! The components that a builder can put into a package, as it was told them.

use crate::package::checks::VariableKind;

#[derive(Debug, Clone)]
pub struct Table {
    pub schema_name: String,
    pub display_name: String,
}

#[derive(Debug, Clone)]
pub struct Flow {
    pub name: String,
    /// Logical names of the connection references that it uses.
    pub references: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct App {
    pub name: String,
    pub display_name: String,
}

#[derive(Debug, Clone)]
pub struct Resource {
    pub name: String,
    pub content: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct Reference {
    pub logical_name: String,
    pub display_name: String,
    pub connector: String,
}

#[derive(Debug, Clone)]
pub struct Variable {
    pub schema_name: String,
    pub display_name: String,
    pub kind: VariableKind,
    pub default: Option<String>,
    pub required: bool,
    pub value: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Requirement {
    pub solution: String,
    pub version: String,
    pub kind: String,
    pub schema_name: String,
    pub display_name: String,
}
