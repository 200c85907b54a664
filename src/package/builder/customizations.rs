//! The text of a package's `customizations.xml`.

use quick_xml::escape::escape;

use super::{
    Builder, id,
    parts::{App, Flow, Reference, Table},
    solution::{XSI, element, localized},
};

impl Builder {
    pub(super) fn customizations_xml(&self) -> String {
        let sections = [
            element("Entities", &self.tables.iter().map(table).collect::<String>()),
            "<Roles />".to_owned(),
            element("Workflows", &self.flows.iter().map(flow).collect::<String>()),
            "<FieldSecurityProfiles />\n    <Templates />\n    <EntityMaps />\n    <EntityRelationships />".to_owned(),
            "<OrganizationSettings />\n    <optionsets />\n    <CustomControls />".to_owned(),
            element("WebResources", &self.all_resources().map(|(name, _)| resource(name)).collect::<String>()),
            "<EntityDataProviders />".to_owned(),
            element("CanvasApps", &self.apps.iter().map(app).collect::<String>()),
            element("connectionreferences", &self.references.iter().map(reference).collect::<String>()),
            "<Languages><Language>1033</Language></Languages>".to_owned(),
        ];
        format!("<ImportExportXml {XSI}>\n    {}\n</ImportExportXml>", sections.join("\n    "))
    }
}

fn table(table: &Table) -> String {
    let (schema_name, display_name) = (escape(&table.schema_name), escape(&table.display_name));
    format!(
        r#"
      <Entity>
        <Name LocalizedName="{display_name}" OriginalName="{display_name}">{schema_name}</Name>
        <EntityInfo>
          <entity Name="{schema_name}">
            {}
            <attributes />
            <EntitySetName>{schema_name}s</EntitySetName>
          </entity>
        </EntityInfo>
      </Entity>"#,
        localized("LocalizedNames", "LocalizedName", &table.display_name),
    )
}

fn flow(flow: &Flow) -> String {
    format!(
        r#"
      <Workflow WorkflowId="{{{}}}" Name="{}">
        <JsonFileName>/{}</JsonFileName>
        <Type>1</Type>
        <Category>5</Category>
        <StateCode>1</StateCode>
        <StatusCode>2</StatusCode>
        <IsCustomizable>1</IsCustomizable>
        <PrimaryEntity>none</PrimaryEntity>
        {}
      </Workflow>"#,
        id("flow", &flow.name),
        escape(&flow.name),
        flow.path(),
        localized("LocalizedNames", "LocalizedName", &flow.name),
    )
}

fn resource(name: &str) -> String {
    format!(
        r#"
      <WebResource>
        <WebResourceId>{{{}}}</WebResourceId>
        <Name>{}</Name>
        <DisplayName>{}</DisplayName>
        <WebResourceType>3</WebResourceType>
        <IsCustomizable>1</IsCustomizable>
        <FileName>/{}</FileName>
      </WebResource>"#,
        id("web resource", name),
        escape(name),
        escape(name),
        resource_path(name),
    )
}

fn app(app: &App) -> String {
    let (name, display_name) = (escape(&app.name), escape(&app.display_name));
    format!(
        r#"
      <CanvasApp>
        <Name>{name}</Name>
        <AppVersion>2026-01-01T00:00:00Z</AppVersion>
        <Status>Ready</Status>
        <DisplayName>{display_name}</DisplayName>
        <Description xsi:nil="true"></Description>
        <ConnectionReferences>{{}}</ConnectionReferences>
        <DatabaseReferences>{{}}</DatabaseReferences>
        <DocumentUri>/{}</DocumentUri>
      </CanvasApp>"#,
        app.path(),
    )
}

fn reference(reference: &Reference) -> String {
    format!(
        r#"
      <connectionreference connectionreferencelogicalname="{}">
        <connectionreferencedisplayname>{}</connectionreferencedisplayname>
        <connectorid>{}</connectorid>
        <iscustomizable>1</iscustomizable>
        <statecode>0</statecode>
        <statuscode>1</statuscode>
      </connectionreference>"#,
        escape(&reference.logical_name),
        escape(&reference.display_name),
        escape(&reference.connector),
    )
}

impl Flow {
    /// The member with the flow's definition.
    pub fn path(&self) -> String {
        let name: String = self.name.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("Workflows/{name}-{}.json", id("flow", &self.name).to_uppercase())
    }
}

impl App {
    /// The member with the app itself.
    pub fn path(&self) -> String {
        format!("CanvasApps/{}_DocumentUri.msapp", self.name)
    }
}

/// The member with a web resource's content.
pub fn resource_path(name: &str) -> String {
    let short: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    format!("WebResources/{short}{}", id("web resource", name).to_uppercase())
}
