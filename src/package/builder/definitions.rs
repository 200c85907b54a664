//! The texts of the files that single components have in a package.

use quick_xml::escape::escape;
use serde_json::{Value, json};

use super::{
    Builder, id,
    parts::{Flow, Variable},
};
use crate::package::checks::VariableKind;

impl Builder {
    /// A cloud flow's definition, started by hand.
    pub(super) fn flow_json(&self, flow: &Flow) -> Value {
        let connectors = flow.references.iter().map(|name| (name, self.connector(name)));
        let references = connectors.map(|(name, connector)| {
            let reference = json!({
                "runtimeSource": "embedded",
                "connection": { "connectionReferenceLogicalName": name },
                "api": { "name": connector },
            });
            (name.clone(), reference)
        });
        let references: serde_json::Map<String, Value> = references.collect();
        let trigger = json!({ "type": "Request", "kind": "Button", "inputs": { "schema": { "type": "object" } } });
        json!({
            "properties": {
                "connectionReferences": references,
                "definition": {
                    "contentVersion": "1.0.0.0",
                    "parameters": {},
                    "triggers": { "manual": trigger },
                    "actions": {},
                },
            },
            "schemaVersion": "1.0.0.0",
        })
    }

    /// The connector's own name of a connection reference in this package.
    fn connector(&self, logical_name: &str) -> String {
        let reference = self.references.iter().find(|reference| reference.logical_name == logical_name);
        let connector = reference.and_then(|reference| reference.connector.rsplit('/').next());
        connector.unwrap_or("shared_commondataserviceforapps").to_owned()
    }
}

impl Variable {
    /// The member's folder.
    pub fn folder(&self) -> String {
        format!("environmentvariabledefinitions/{}", self.schema_name)
    }

    /// `environmentvariabledefinition.xml`.
    pub fn definition_xml(&self) -> String {
        let default = self.default.as_deref().map(escape);
        let default = default.map(|text| format!("\n  <defaultvalue>{text}</defaultvalue>")).unwrap_or_default();
        let display_name = escape(&self.display_name);
        format!(
            r#"<environmentvariabledefinition schemaname="{}">{default}
  <displayname default="{display_name}">
    <label description="{display_name}" languagecode="1033" />
  </displayname>
  <introducedversion>1.0.0.0</introducedversion>
  <iscustomizable>1</iscustomizable>
  <isrequired>{}</isrequired>
  <secretstore>0</secretstore>
  <type>{}</type>
</environmentvariabledefinition>"#,
            escape(&self.schema_name),
            u8::from(self.required),
            number(self.kind),
        )
    }

    /// `environmentvariablevalues.json`.
    pub fn values_json(&self, value: &str) -> Value {
        let value = json!({
            "@environmentvariablevalueid": id("variable value", &self.schema_name),
            "iscustomizable": "1",
            "value": value,
        });
        json!({ "environmentvariablevalues": { "environmentvariablevalue": value } })
    }
}

fn number(kind: VariableKind) -> u32 {
    100_000_000
        + match kind {
            VariableKind::Text => 0,
            VariableKind::Number => 1,
            VariableKind::YesNo => 2,
            VariableKind::Json => 3,
            VariableKind::DataSource => 4,
            VariableKind::Secret => 5,
        }
}
