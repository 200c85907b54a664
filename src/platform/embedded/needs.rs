//! What a solution needs from elsewhere in its environment.

use std::collections::HashSet;

use diesel::prelude::*;

use super::builtin;
use crate::{
    db::fold,
    package::{Manifest, MissingDependency, Required, checks::Missing, version::Version},
    platform::Requirement,
    schema::embedded_requirements,
};

/// The kind under which a patch needs the solution that it patches.
const SOLUTION: &str = "solution";

/// One requirement: a component, the solution that brings it, or either.
#[derive(Debug, Clone, PartialEq, Eq, Hash, HasQuery, Insertable)]
#[diesel(table_name = embedded_requirements)]
pub struct Need {
    pub kind: String,
    pub kind_name: String,
    /// What people call it.
    pub label: String,
    /// Its schema name or its alternate key, folded.
    pub name_key: Option<String>,
    pub guid: Option<String>,
    /// The folded schema name of what it belongs to, such as a column's table.
    pub parent_key: Option<String>,
    pub required_solution: Option<String>,
    pub required_version: Option<String>,
}

impl Need {
    /// Everything that a package says it needs, each once, in its order.
    pub fn all(manifest: &Manifest) -> Vec<Need> {
        let mut seen = HashSet::new();
        let patched = manifest.parent.as_deref().map(Need::patched);
        let needs = patched.into_iter().chain(manifest.missing_dependencies.iter().map(Need::of));
        needs.filter(|need| seen.insert(need.clone())).collect()
    }

    fn patched(parent: &str) -> Need {
        Need {
            kind: SOLUTION.to_owned(),
            kind_name: "Solution".to_owned(),
            label: parent.to_owned(),
            name_key: None,
            guid: None,
            parent_key: None,
            required_solution: Some(parent.to_owned()),
            required_version: None,
        }
    }

    fn of(dependency: &MissingDependency) -> Need {
        let required = &dependency.required;
        let name = required.schema_name.as_deref().or_else(|| alternate_key(required));
        let (solution, version) = required.solution.clone().unzip();
        Need {
            kind: required.kind.clone(),
            kind_name: required.kind_name.clone(),
            label: label(required, name),
            name_key: name.map(fold),
            guid: required.id.clone(),
            parent_key: required.parent_schema_name.as_deref().map(fold),
            required_solution: solution,
            required_version: version.flatten().map(String::from),
        }
    }

    /// Whether the platform itself brings it.
    pub fn is_builtin(&self) -> bool {
        self.required_solution.as_deref().is_some_and(builtin::is_builtin)
    }

    /// Whether it is what a patch needs of the solution that it patches.
    pub fn is_patched(&self) -> bool {
        self.kind == SOLUTION
    }

    /// The least version of the solution that brings it.
    pub fn version(&self) -> Option<Version> {
        self.required_version.as_deref().and_then(|text| text.parse().ok())
    }

    /// What a check says where it is not met.
    pub fn missing(&self, installed: Option<Version>) -> Missing {
        Missing {
            component: self.label.clone(),
            kind: self.kind_name.clone(),
            solution: self.required_solution.clone(),
            version: self.version(),
            installed,
        }
    }

    /// What a solution's page says of it, with the display name of the solution that should bring it.
    pub fn requirement(&self, met: bool, solution_name: Option<&str>) -> Requirement {
        Requirement {
            component: self.label.clone(),
            kind: self.kind_name.clone(),
            solution: self.required_solution.clone(),
            solution_name: solution_name.map(str::to_owned),
            version: self.version(),
            met,
        }
    }
}

/// The one key of the component itself; keys with points in them are those of its parents.
fn alternate_key(required: &Required) -> Option<&str> {
    let mut own = required.keys.iter().filter(|(key, value)| !key.contains('.') && !value.is_empty());
    own.next().map(|(_, value)| value.as_str())
}

fn label(required: &Required, name: Option<&str>) -> String {
    let own = required.display_name.as_deref().or(name).or(required.id.as_deref()).unwrap_or_default();
    let parent = required.parent_display_name.as_deref().or(required.parent_schema_name.as_deref());
    match parent {
        Some(parent) if !own.is_empty() => format!("{own} of {parent}"),
        _ => own.to_owned(),
    }
}
