//! Building small packages of the shape that real exports have: for the demo tenant and for tests.

mod customizations;
mod definitions;
mod parts;
mod solution;
mod write;

use sha2::{Digest, Sha256};

use super::checks::VariableKind;
use parts::{App, Flow, Reference, Requirement, Resource, Table, Variable};

/// The two ways in which exports spell their XML.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spelling {
    /// The root element comes first.
    #[default]
    Plain,
    /// A byte order mark and an XML declaration come first.
    Declared,
}

/// A solution package in the making.
#[derive(Debug, Clone)]
pub struct Builder {
    unique_name: String,
    display_name: String,
    description: String,
    version: String,
    managed: String,
    publisher: [String; 3],
    package_version: Option<String>,
    organization: Option<(String, String)>,
    spelling: Spelling,
    tables: Vec<Table>,
    flows: Vec<Flow>,
    apps: Vec<App>,
    resources: Vec<Resource>,
    references: Vec<Reference>,
    variables: Vec<Variable>,
    requirements: Vec<Requirement>,
    filler: u64,
}

impl Builder {
    /// An empty unmanaged solution, version 1.0.0.0, of a publisher named Contoso.
    pub fn new(unique_name: impl Into<String>) -> Builder {
        let unique_name = unique_name.into();
        Builder {
            display_name: unique_name.clone(),
            unique_name,
            description: String::new(),
            version: "1.0.0.0".to_owned(),
            managed: "0".to_owned(),
            publisher: ["contoso", "Contoso", "contoso"].map(str::to_owned),
            package_version: Some("9.2".to_owned()),
            organization: None,
            spelling: Spelling::Plain,
            tables: Vec::new(),
            flows: Vec::new(),
            apps: Vec::new(),
            resources: Vec::new(),
            references: Vec::new(),
            variables: Vec::new(),
            requirements: Vec::new(),
            filler: 0,
        }
    }

    /// The name for people.
    pub fn display_name(self, name: impl Into<String>) -> Builder {
        Builder { display_name: name.into(), ..self }
    }

    /// What the solution is for.
    pub fn description(self, text: impl Into<String>) -> Builder {
        Builder { description: text.into(), ..self }
    }

    /// The version: a `Version`, or a text as it shall stand in the package.
    pub fn version(self, version: impl ToString) -> Builder {
        Builder { version: version.to_string(), ..self }
    }

    /// Whether the package is a managed one.
    pub fn managed(self, managed: bool) -> Builder {
        Builder { managed: u8::from(managed).to_string(), ..self }
    }

    /// The text of `Managed`, for packages that are wrong on purpose.
    pub fn managed_text(self, text: impl Into<String>) -> Builder {
        Builder { managed: text.into(), ..self }
    }

    /// The publisher's unique name, its name for people, and the prefix of its components.
    pub fn publisher(
        self,
        unique_name: impl Into<String>,
        display_name: impl Into<String>,
        prefix: impl Into<String>,
    ) -> Builder {
        Builder { publisher: [unique_name.into(), display_name.into(), prefix.into()], ..self }
    }

    /// The version of the package format; none makes a package as of 2011.
    pub fn package_version(self, version: Option<&str>) -> Builder {
        Builder { package_version: version.map(str::to_owned), ..self }
    }

    /// The version of the exporting environment and its set of components (Standard, Full or Core).
    pub fn organization(self, version: impl Into<String>, schema_type: impl Into<String>) -> Builder {
        Builder { organization: Some((version.into(), schema_type.into())), ..self }
    }

    /// How the XML files start.
    pub fn spelling(self, spelling: Spelling) -> Builder {
        Builder { spelling, ..self }
    }

    /// Adds a table.
    pub fn table(mut self, schema_name: impl Into<String>, display_name: impl Into<String>) -> Builder {
        self.tables.push(Table { schema_name: schema_name.into(), display_name: display_name.into() });
        self
    }

    /// Adds a cloud flow that uses the connection references of these logical names.
    pub fn cloud_flow<S: AsRef<str>>(mut self, name: impl Into<String>, references: &[S]) -> Builder {
        let references = references.iter().map(|name| name.as_ref().to_owned()).collect();
        self.flows.push(Flow { name: name.into(), references });
        self
    }

    /// Adds a canvas app.
    pub fn canvas_app(mut self, name: impl Into<String>, display_name: impl Into<String>) -> Builder {
        self.apps.push(App { name: name.into(), display_name: display_name.into() });
        self
    }

    /// Adds a web resource with this content.
    pub fn web_resource(mut self, name: impl Into<String>, content: impl Into<Vec<u8>>) -> Builder {
        self.resources.push(Resource { name: name.into(), content: content.into() });
        self
    }

    /// Adds a connection reference to a connector, such as `shared_office365` or its whole id.
    pub fn connection_reference(
        mut self,
        logical_name: impl Into<String>,
        display_name: impl Into<String>,
        connector: impl Into<String>,
    ) -> Builder {
        let connector = connector.into();
        let connector = match connector.starts_with('/') {
            true => connector,
            false => format!("/providers/Microsoft.PowerApps/apis/{connector}"),
        };
        self.references.push(Reference {
            logical_name: logical_name.into(),
            display_name: display_name.into(),
            connector,
        });
        self
    }

    /// Adds an environment variable, with the value that travels in the package, if any.
    pub fn variable(
        mut self,
        schema_name: impl Into<String>,
        display_name: impl Into<String>,
        kind: VariableKind,
        default: Option<&str>,
        required: bool,
        value: Option<&str>,
    ) -> Builder {
        self.variables.push(Variable {
            schema_name: schema_name.into(),
            display_name: display_name.into(),
            kind,
            default: default.map(str::to_owned),
            required,
            value: value.map(str::to_owned),
        });
        self
    }

    /// Adds a missing dependency on a component of another solution; "Active" is one that no solution brings.
    pub fn requires(
        mut self,
        solution: impl Into<String>,
        version: impl ToString,
        kind: impl ToString,
        schema_name: impl Into<String>,
        display_name: impl Into<String>,
    ) -> Builder {
        self.requirements.push(Requirement {
            solution: solution.into(),
            version: version.to_string(),
            kind: kind.to_string(),
            schema_name: schema_name.into(),
            display_name: display_name.into(),
        });
        self
    }

    /// Adds a web resource of this many bytes that cannot be packed any smaller.
    pub fn filler(self, bytes: u64) -> Builder {
        Builder { filler: bytes, ..self }
    }
}

/// A GUID that is always the same for a component of this kind and name, as it is across versions of a solution.
fn id(kind: &str, name: &str) -> String {
    let hash = Sha256::digest(format!("{kind}:{name}"));
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
