//! What `customizations.xml` says of components: their names for people, and the connection references.

use std::{collections::HashMap, io::Read};

use serde::{Deserialize, Serialize};

use super::{
    component::{filled, guid},
    error::PackageError,
    kinds,
    manifest::localized,
    xml::{Tag, Xml},
};

/// The name of the file.
pub const FILE: &str = "customizations.xml";
/// The most connection references.
const MOST: usize = 10_000;

/// A place for a connection, which each environment fills with one of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionReference {
    pub logical_name: String,
    /// The logical name where it has no other.
    pub display_name: String,
    /// The connector, such as `/providers/Microsoft.PowerApps/apis/shared_office365`.
    pub connector_id: String,
    /// The id of the custom connector, where it is one.
    pub custom_connector_id: Option<String>,
    pub description: Option<String>,
}

/// What people call a component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    pub display_name: Option<String>,
    /// What people call its kind, where the number of the kind does not say it all.
    pub kind_name: Option<&'static str>,
}

/// Names by a component's kind and its name or id in lower case.
pub type Names = HashMap<(&'static str, String), Naming>;

/// Where a kind's components stand in the file, and what of them to read: `@x` is an attribute, `x` a child's text,
/// `x@y` a child's attribute, and `LocalizedNames` the text of the first one in it.
struct Section {
    path: (&'static str, &'static str),
    kind: &'static str,
    keys: &'static [&'static str],
    names: &'static [&'static str],
}

const fn section(
    path: (&'static str, &'static str),
    kind: &'static str,
    keys: &'static [&'static str],
    names: &'static [&'static str],
) -> Section {
    Section { path, kind, keys, names }
}

const SECTIONS: &[Section] = &[
    section(("Entities", "Entity"), kinds::TABLE, &["Name"], &["Name@LocalizedName"]),
    section(("Workflows", "Workflow"), kinds::PROCESS, &["@WorkflowId"], &["@Name"]),
    section(("CanvasApps", "CanvasApp"), "300", &["Name"], &["DisplayName"]),
    section(("WebResources", "WebResource"), "61", &["Name"], &["DisplayName"]),
    section(("optionsets", "optionset"), "9", &["@Name"], &["@localizedName"]),
    section(("Roles", "Role"), "20", &["@id"], &["@name"]),
    section(("FieldSecurityProfiles", "FieldSecurityProfile"), "70", &["@fieldsecurityprofileid"], &["@name"]),
    section(("AppModules", "AppModule"), "80", &["UniqueName"], &["LocalizedNames"]),
    section(("AppModuleSiteMaps", "AppModuleSiteMap"), "62", &["SiteMapUniqueName"], &["LocalizedNames"]),
    section(
        ("SolutionPluginAssemblies", "PluginAssembly"),
        kinds::PLUGIN_ASSEMBLY,
        &["@PluginAssemblyId", "@FullName"],
        &["@FullName"],
    ),
    section(
        ("SdkMessageProcessingSteps", "SdkMessageProcessingStep"),
        "92",
        &["@SdkMessageProcessingStepId"],
        &["@Name"],
    ),
    section(("ServiceEndpoints", "ServiceEndpoint"), "95", &["@ServiceEndpointId"], &["@Name"]),
    section(("Slas", "Sla"), "152", &["@SLAId"], &["@Name"]),
    section(("CustomControls", "CustomControl"), "66", &["Name"], &[]),
    section(("Connectors", "Connector"), "372", &["name", "connectorid"], &["displayname"]),
    section(("AIModels", "AIModel"), "401", &["msdyn_aimodelid"], &["msdyn_name"]),
    section(("EntityDataSources", "EntityDataSource"), "183", &["@EntityDataSourceId", "Name"], &["Name"]),
    section(("Dashboards", "Dashboard"), "60", &["FormId"], &["LocalizedNames"]),
];

/// Reads the whole file. Of components only those in `names` are taken, which the manifest bounds.
pub fn read<R: Read>(mut xml: Xml<R>, names: &mut Names) -> Result<Vec<ConnectionReference>, PackageError> {
    let root = xml.child()?.filter(|tag| tag.name() == "ImportExportXml");
    root.ok_or_else(|| PackageError::NotSolution { name: FILE, what: "its root is not ImportExportXml".to_owned() })?;
    let mut references = Vec::new();
    while let Some(tag) = xml.child()? {
        let tag = tag.name();
        match SECTIONS.iter().find(|section| section.path.0 == tag) {
            Some(section) => read_section(&mut xml, section, names)?,
            None if tag == "connectionreferences" => read_references(&mut xml, &mut references)?,
            None => xml.skip()?,
        }
    }
    xml.finish()?;
    Ok(references)
}

fn read_section<R: Read>(xml: &mut Xml<R>, section: &Section, names: &mut Names) -> Result<(), PackageError> {
    while let Some(tag) = xml.child()? {
        if tag.name() != section.path.1 {
            xml.skip()?;
            continue;
        }
        let mut fields = fields(xml, &tag, section)?;
        let keys: Vec<String> = section.keys.iter().filter_map(|key| fields.get(*key)).map(|key| guid(key)).collect();
        let display_name = filled(section.names.iter().find_map(|name| fields.remove(*name)));
        let kind_name = fields.get("Category").map(|category| kinds::process(category.trim()));
        let known = keys.into_iter().find(|key| names.contains_key(&(section.kind, key.clone())));
        if let Some(key) = known {
            names.insert((section.kind, key), Naming { display_name, kind_name });
        }
    }
    Ok(())
}

/// The fields of an element that its section asks for.
fn fields<R: Read>(
    xml: &mut Xml<R>,
    tag: &Tag,
    section: &Section,
) -> Result<HashMap<&'static str, String>, PackageError> {
    let category = (section.kind == kinds::PROCESS).then_some(&"Category");
    let wanted: Vec<&'static str> = section.keys.iter().chain(section.names).chain(category).copied().collect();
    let mut fields = HashMap::new();
    for field in &wanted {
        if let Some(attribute) = field.strip_prefix('@') {
            fields.extend(xml.attribute(tag, attribute)?.map(|value| (*field, value)));
        }
    }
    while let Some(child) = xml.child()? {
        let name = child.name();
        for field in &wanted {
            let attribute = field.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('@'));
            if let Some(attribute) = attribute {
                fields.extend(xml.attribute(&child, attribute)?.map(|value| (*field, value)));
            }
        }
        match wanted.iter().find(|field| **field == name) {
            Some(field) if name == "LocalizedNames" => fields.extend(localized(xml, None)?.map(|text| (*field, text))),
            Some(field) => drop(fields.insert(*field, xml.text()?)),
            None => xml.skip()?,
        }
    }
    Ok(fields)
}

fn read_references<R: Read>(xml: &mut Xml<R>, references: &mut Vec<ConnectionReference>) -> Result<(), PackageError> {
    while let Some(tag) = xml.child()? {
        match xml.attribute(&tag, "connectionreferencelogicalname")? {
            Some(name) if tag.name() == "connectionreference" => references.push(reference(xml, name)?),
            _ => xml.skip()?,
        }
        if references.len() > MOST {
            return Err(PackageError::TooMuch { name: FILE.into(), what: "connection references" });
        }
    }
    Ok(())
}

fn reference<R: Read>(xml: &mut Xml<R>, logical_name: String) -> Result<ConnectionReference, PackageError> {
    let (mut display_name, mut connector_id, mut custom_connector_id, mut description) = (None, None, None, None);
    while let Some(tag) = xml.child()? {
        match tag.name().as_str() {
            "connectionreferencedisplayname" => display_name = filled(Some(xml.text()?)),
            "connectorid" => connector_id = Some(xml.text()?.trim().to_owned()),
            "customconnectorid" => custom_connector_id = custom_connector(xml)?,
            "description" => description = filled(Some(xml.text()?)),
            _ => xml.skip()?,
        }
    }
    Ok(ConnectionReference {
        display_name: display_name.unwrap_or_else(|| logical_name.clone()),
        logical_name,
        connector_id: connector_id.unwrap_or_default(),
        custom_connector_id,
        description,
    })
}

fn custom_connector<R: Read>(xml: &mut Xml<R>) -> Result<Option<String>, PackageError> {
    let mut id = None;
    while let Some(tag) = xml.child()? {
        match tag.name().as_str() {
            "connectorid" => id = filled(Some(guid(&xml.text()?))),
            _ => xml.skip()?,
        }
    }
    Ok(id)
}
