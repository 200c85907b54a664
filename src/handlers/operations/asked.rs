//! What operations by hand keep of what was asked: the platform's words, and the solution that they are about.

use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    models::operation::Operation,
    package::{Package, Publisher, version::Version},
    platform::{Act, SolutionSummary},
    rules::checks::Candidate,
};

/// An act by hand as its operation keeps it: what the platform reads, and what it is about.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    #[serde(flatten)]
    pub act: Act,
    pub about: About,
    /// What a package that is checked says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub described: Option<Described>,
    /// The solution was made here, of a form: nobody brought a package.
    #[serde(default)]
    pub new: bool,
}

/// The solution that an act by hand is about, as it was then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct About {
    pub unique_name: String,
    pub display_name: String,
    pub version: Version,
}

/// What a package says of itself, as far as it is told before an import.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Described {
    pub managed: bool,
    pub publisher: Publisher,
    pub components: usize,
    pub size: u64,
    package_version: Option<String>,
    organization_version: Option<String>,
    schema_type: Option<String>,
}

impl Asked {
    /// The text that the operation keeps.
    pub fn input(act: Act, about: &About) -> Result<String, Error> {
        Ok(serde_json::to_string(&Asked { act, about: about.clone(), described: None, new: false })?)
    }

    /// The same for a solution that is made here: environments take it as a package with nothing in it.
    pub fn creation(act: Act, about: &About) -> Result<String, Error> {
        Ok(serde_json::to_string(&Asked { act, about: about.clone(), described: None, new: true })?)
    }

    /// What an operation was asked to do.
    pub fn of(operation: &Operation) -> Result<Asked, Error> {
        Ok(serde_json::from_str(&operation.input)?)
    }
}

impl From<&SolutionSummary> for About {
    fn from(solution: &SolutionSummary) -> Self {
        About {
            unique_name: solution.unique_name.clone(),
            display_name: solution.display_name.clone(),
            version: solution.version.clone(),
        }
    }
}

impl From<&Package> for Described {
    fn from(package: &Package) -> Self {
        let manifest = &package.manifest;
        Described {
            managed: manifest.managed,
            publisher: manifest.publisher.clone(),
            components: package.inventory.components.len(),
            size: package.size,
            package_version: manifest.package_version.clone(),
            organization_version: manifest.organization_version.clone(),
            schema_type: manifest.schema_type.clone(),
        }
    }
}

impl Described {
    /// What the rules judge.
    pub fn candidate<'a>(&'a self, about: &'a About) -> Candidate<'a> {
        Candidate {
            unique_name: &about.unique_name,
            display_name: &about.display_name,
            version: &about.version,
            managed: self.managed,
            publisher: &self.publisher.unique_name,
            package_version: self.package_version.as_deref(),
            organization_version: self.organization_version.as_deref(),
            schema_type: self.schema_type.as_deref(),
            size: self.size,
        }
    }
}
