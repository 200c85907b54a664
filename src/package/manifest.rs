//! What a package says of itself: its `solution.xml`.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::{
    component::RootComponent,
    dependencies::{self, MissingDependency},
    error::PackageError,
    version::Version,
    xml::{Span, Tag, Xml},
};

/// The name of the file.
pub const FILE: &str = "solution.xml";
/// The most root components or missing dependencies.
const MOST: usize = 100_000;

/// A solution's description of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub unique_name: String,
    /// In the package's own language, else in any; the unique name where there is none.
    pub display_name: String,
    pub description: String,
    pub version: Version,
    pub managed: bool,
    /// The format's version (`SolutionPackageVersion`); none in packages from 2011 and before.
    pub package_version: Option<String>,
    /// The version of the environment from which it was exported, where it says so.
    pub organization_version: Option<String>,
    /// The set of components in that environment: Standard, Full or Core.
    pub schema_type: Option<String>,
    /// The code of the language of its texts, such as 1033.
    pub language: Option<String>,
    /// The unique name of the solution that this one patches.
    pub parent: Option<String>,
    pub publisher: Publisher,
    pub root_components: Vec<RootComponent>,
    pub missing_dependencies: Vec<MissingDependency>,
}

/// Who publishes a solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publisher {
    pub unique_name: String,
    pub display_name: String,
    /// What its components' schema names start with; may be empty.
    pub prefix: String,
}

/// Where in the file the texts are that a rewrite changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    pub version: Span,
    pub managed: Span,
}

impl Manifest {
    /// Reads the whole file, and notes where the texts are that a rewrite changes.
    pub fn read<R: Read>(mut xml: Xml<R>) -> Result<(Manifest, Places), PackageError> {
        let root = xml.child()?.filter(|tag| tag.name() == "ImportExportXml");
        let root = root.ok_or_else(|| missing("its root is not ImportExportXml"))?;
        let mut draft = Draft::new(&mut xml, &root)?;
        while let Some(tag) = xml.child()? {
            match tag.name().as_str() {
                "SolutionManifest" => draft.read(&mut xml)?,
                _ => xml.skip()?,
            }
        }
        xml.finish()?;
        draft.into_manifest()
    }
}

/// A manifest as far as it has been read.
#[derive(Default)]
struct Draft {
    language: Option<String>,
    package_version: Option<String>,
    organization_version: Option<String>,
    schema_type: Option<String>,
    unique_name: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
    version: Option<(String, Span)>,
    managed: Option<(String, Span)>,
    parent: Option<String>,
    publisher: Option<Publisher>,
    root_components: Vec<RootComponent>,
    missing_dependencies: Vec<MissingDependency>,
}

impl Draft {
    fn new<R: Read>(xml: &mut Xml<R>, root: &Tag) -> Result<Draft, PackageError> {
        Ok(Draft {
            language: xml.attribute(root, "languagecode")?,
            package_version: xml.attribute(root, "SolutionPackageVersion")?,
            organization_version: xml.attribute(root, "OrganizationVersion")?,
            schema_type: xml.attribute(root, "OrganizationSchemaType")?,
            ..Draft::default()
        })
    }

    fn read<R: Read>(&mut self, xml: &mut Xml<R>) -> Result<(), PackageError> {
        while let Some(tag) = xml.child()? {
            let name = tag.name();
            match name.as_str() {
                "UniqueName" => once(&mut self.unique_name, xml.text()?, "UniqueName")?,
                "LocalizedNames" => self.display_name = localized(xml, self.language.as_deref())?,
                "Descriptions" => self.description = localized(xml, self.language.as_deref())?,
                "Version" => once(&mut self.version, xml.spanned()?, "Version")?,
                "Managed" => once(&mut self.managed, xml.spanned()?, "Managed")?,
                "ParentSolution" => self.parent = parent(xml)?,
                "Publisher" => once(&mut self.publisher, publisher(xml, self.language.as_deref())?, "Publisher")?,
                "RootComponents" => self.read_components(xml)?,
                "MissingDependencies" => self.read_dependencies(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn read_components<R: Read>(&mut self, xml: &mut Xml<R>) -> Result<(), PackageError> {
        while let Some(tag) = xml.child()? {
            if tag.name() == "RootComponent" {
                self.root_components.extend(RootComponent::read(xml, &tag)?);
            }
            xml.skip()?;
            few(self.root_components.len(), "root components")?;
        }
        Ok(())
    }

    fn read_dependencies<R: Read>(&mut self, xml: &mut Xml<R>) -> Result<(), PackageError> {
        while let Some(tag) = xml.child()? {
            match tag.name().as_str() {
                "MissingDependency" => self.missing_dependencies.push(dependencies::read(xml)?),
                _ => xml.skip()?,
            }
            few(self.missing_dependencies.len(), "missing dependencies")?;
        }
        Ok(())
    }

    fn into_manifest(self) -> Result<(Manifest, Places), PackageError> {
        let unique_name = self.unique_name.ok_or_else(|| missing("it has no unique name"))?;
        let (version, version_place) = self.version.ok_or_else(|| missing("it has no version"))?;
        let (managed, managed_place) = self.managed.ok_or_else(|| missing("it says nothing of managed"))?;
        let manifest = Manifest {
            display_name: self.display_name.unwrap_or_else(|| unique_name.clone()),
            unique_name: valid_name(unique_name)?,
            description: self.description.unwrap_or_default(),
            version: valid_version(version)?,
            managed: valid_managed(managed)?,
            package_version: self.package_version,
            organization_version: self.organization_version,
            schema_type: self.schema_type,
            language: self.language,
            parent: self.parent,
            publisher: self.publisher.ok_or(PackageError::InvalidPublisher("there is none"))?,
            root_components: self.root_components,
            missing_dependencies: self.missing_dependencies,
        };
        Ok((manifest, Places { version: version_place, managed: managed_place }))
    }
}

/// Fills a field that may be given only once: of two, other readers might take the other.
fn once<T>(field: &mut Option<T>, value: T, name: &str) -> Result<(), PackageError> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(missing(&format!("it has {name} twice"))),
    }
}

/// The description of the child in this language, else of the first one.
pub fn localized<R: Read>(xml: &mut Xml<R>, language: Option<&str>) -> Result<Option<String>, PackageError> {
    let mut found = None;
    let mut fits = false;
    while let Some(tag) = xml.child()? {
        let code = xml.attribute(&tag, "languagecode")?;
        let description = xml.attribute(&tag, "description")?.filter(|text| !text.trim().is_empty());
        let better = found.is_none() || !fits && code.as_deref() == language;
        if let Some(description) = description.filter(|_| better) {
            fits = code.as_deref() == language;
            found = Some(description);
        }
        xml.skip()?;
    }
    Ok(found)
}

/// The unique name of the solution that is patched: an element of its own, or the text itself.
fn parent<R: Read>(xml: &mut Xml<R>) -> Result<Option<String>, PackageError> {
    let mut name = None;
    while let Some(tag) = xml.child()? {
        match tag.name().as_str() {
            "UniqueName" => name = Some(xml.text()?.trim().to_owned()),
            _ => xml.skip()?,
        }
    }
    Ok(name.filter(|name| !name.is_empty()))
}

fn publisher<R: Read>(xml: &mut Xml<R>, language: Option<&str>) -> Result<Publisher, PackageError> {
    let (mut unique_name, mut display_name, mut prefix) = (None, None, None);
    while let Some(tag) = xml.child()? {
        match tag.name().as_str() {
            "UniqueName" => once(&mut unique_name, xml.text()?.trim().to_owned(), "the publisher's UniqueName")?,
            "LocalizedNames" => display_name = localized(xml, language)?,
            "CustomizationPrefix" => prefix = Some(xml.text()?.trim().to_owned()),
            _ => xml.skip()?,
        }
    }
    let unique_name = unique_name.filter(|name| !name.is_empty());
    let unique_name = unique_name.ok_or(PackageError::InvalidPublisher("it has no unique name"))?;
    let prefix = prefix.ok_or(PackageError::InvalidPublisher("it has no prefix"))?;
    if !prefix.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(PackageError::InvalidPublisher("its prefix has other signs than letters and digits"));
    }
    Ok(Publisher { display_name: display_name.unwrap_or_else(|| unique_name.clone()), unique_name, prefix })
}

fn valid_name(name: String) -> Result<String, PackageError> {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    match first && letters.all(|c| c.is_ascii_alphanumeric() || c == '_') && name.len() <= 256 {
        true => Ok(name),
        false => Err(PackageError::InvalidUniqueName(shortened(name))),
    }
}

fn valid_version(text: String) -> Result<Version, PackageError> {
    match text.parse() {
        Ok(version) if text.len() <= 64 => Ok(version),
        _ => Err(PackageError::InvalidVersion(shortened(text))),
    }
}

fn valid_managed(text: String) -> Result<bool, PackageError> {
    match text.trim() {
        "0" => Ok(false),
        "1" => Ok(true),
        "2" => Err(PackageError::ManagedAndUnmanaged),
        _ => Err(PackageError::InvalidManaged(shortened(text))),
    }
}

fn shortened(text: String) -> String {
    text.chars().take(64).collect()
}

fn few(count: usize, what: &'static str) -> Result<(), PackageError> {
    match count > MOST {
        true => Err(PackageError::TooMuch { name: FILE.into(), what }),
        false => Ok(()),
    }
}

fn missing(what: &str) -> PackageError {
    PackageError::NotSolution { name: FILE, what: what.to_owned() }
}
