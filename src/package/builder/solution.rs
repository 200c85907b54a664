//! The text of a package's `solution.xml`.

use quick_xml::escape::escape;

use super::{Builder, id, parts::Requirement};

/// What the root elements of a package's files declare.
pub const XSI: &str = r#"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#;

impl Builder {
    pub(super) fn solution_xml(&self) -> String {
        let attributes = self.root_attributes();
        let description = match self.description.as_str() {
            "" => "<Descriptions />".to_owned(),
            text => localized("Descriptions", "Description", text),
        };
        let missing: String = self.requirements.iter().map(|required| self.missing_dependency(required)).collect();
        format!(
            r#"<ImportExportXml{attributes}>
  <SolutionManifest>
    <UniqueName>{}</UniqueName>
    {}
    {description}
    <Version>{}</Version>
    <Managed>{}</Managed>
    {}
    {}
    {}
  </SolutionManifest>
</ImportExportXml>"#,
            escape(&self.unique_name),
            localized("LocalizedNames", "LocalizedName", &self.display_name),
            escape(&self.version),
            escape(&self.managed),
            self.publisher_xml(),
            element("RootComponents", &self.root_components()),
            element("MissingDependencies", &missing),
        )
    }

    fn root_attributes(&self) -> String {
        let (organization, schema_type) = self.organization.clone().unzip();
        let given = [
            ("version", Some("9.2.24062.162".to_owned())),
            ("SolutionPackageVersion", self.package_version.clone()),
            ("languagecode", Some("1033".to_owned())),
            ("generatedBy", Some("CrmLive".to_owned())),
            ("OrganizationVersion", organization),
            ("OrganizationSchemaType", schema_type),
        ];
        let given = given.iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        given.map(|(name, value)| format!(r#" {name}="{}""#, escape(value))).collect::<String>() + " " + XSI
    }

    fn publisher_xml(&self) -> String {
        let [unique_name, display_name, prefix] = &self.publisher;
        format!(
            r#"<Publisher>
      <UniqueName>{}</UniqueName>
      {}
      <Descriptions />
      <EMailAddress xsi:nil="true"></EMailAddress>
      <SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl>
      <CustomizationPrefix>{}</CustomizationPrefix>
      <CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix>
      <Addresses />
    </Publisher>"#,
            escape(unique_name),
            localized("LocalizedNames", "LocalizedName", display_name),
            escape(prefix),
        )
    }

    fn root_components(&self) -> String {
        let tables = self.tables.iter().map(|table| root(1, "schemaName", &table.schema_name));
        let flows = self.flows.iter().map(|flow| root(29, "id", &format!("{{{}}}", id("flow", &flow.name))));
        let resources = self.all_resources().map(|(name, _)| root(61, "schemaName", name));
        let apps = self.apps.iter().map(|app| root(300, "schemaName", &app.name));
        tables.chain(flows).chain(resources).chain(apps).collect()
    }

    fn missing_dependency(&self, requirement: &Requirement) -> String {
        let solution = match requirement.solution.as_str() {
            "Active" => "Active".to_owned(),
            name => format!("{name} ({})", requirement.version),
        };
        format!(
            r#"
      <MissingDependency>
        <Required type="{}" schemaName="{}" displayName="{}" solution="{}" />
        <Dependent type="1" schemaName="{}" displayName="{}" />
      </MissingDependency>"#,
            escape(&requirement.kind),
            escape(&requirement.schema_name),
            escape(&requirement.display_name),
            escape(&solution),
            escape(&self.unique_name),
            escape(&self.display_name),
        )
    }
}

fn root(kind: u16, key: &str, name: &str) -> String {
    format!("\n      <RootComponent type=\"{kind}\" {key}=\"{}\" behavior=\"0\" />", escape(name))
}

/// An element with this inside, in the spelling that exports have for empty ones.
pub fn element(name: &str, inside: &str) -> String {
    match inside {
        "" => format!("<{name} />"),
        inside => format!("<{name}>{inside}\n    </{name}>"),
    }
}

/// A text in the package's one language.
pub fn localized(list: &str, item: &str, text: &str) -> String {
    format!(r#"<{list}><{item} description="{}" languagecode="1033" /></{list}>"#, escape(text))
}
