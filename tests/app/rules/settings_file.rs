//! The settings file that the ecosystem's tools share.

use proptest::prelude::*;
use sluice::rules::settings::{DeploymentSettings, ReferenceSetting};

use super::settings::value;

fn parse(text: &str) -> DeploymentSettings {
    DeploymentSettings::parse(text.as_bytes()).expect(text)
}

fn refused(text: &str) -> String {
    DeploymentSettings::parse(text.as_bytes()).expect_err(text).to_string()
}

const FILE: &str = r#"{
  "EnvironmentVariables": [
    {
      "SchemaName": "con_Url",
      "Value": "https://qa.example"
    }
  ],
  "ConnectionReferences": [
    {
      "LogicalName": "con_Mail",
      "ConnectionId": "4445162937b84457a3465d2f0c2cab7e",
      "ConnectorId": "/providers/Microsoft.PowerApps/apis/shared_office365"
    }
  ]
}
"#;

#[test]
fn a_file_is_read_and_written_in_the_same_form() {
    let settings = parse(FILE);
    assert_eq!(settings.environment_variables, [value("con_Url", "https://qa.example")]);
    assert_eq!(settings.connection_references[0].connection_id, "4445162937b84457a3465d2f0c2cab7e");
    assert_eq!(settings.to_json(), FILE);
}

#[test]
fn a_byte_order_mark_missing_lists_nulls_and_other_members_do_no_harm() {
    assert_eq!(parse("\u{feff}{}"), DeploymentSettings::default());
    assert_eq!(parse(r#"{"EnvironmentVariables": null, "ConnectionReferences": []}"#), DeploymentSettings::default());
    let text = r#" {"$schema": {"a": [1]}, "EnvironmentVariables":
        [{"SchemaName": " con_Url ", "Value": null, "Comment": "ours"}, {"SchemaName": "con_On"}]}"#;
    let settings = parse(text);
    assert_eq!(settings.environment_variables, [value("con_Url", ""), value("con_On", "")]);
    assert!(!settings.to_json().contains("ours"));
}

#[test]
fn other_files_are_refused_with_what_is_wrong() {
    assert_eq!(refused("PK\u{3}\u{4}"), "The file is not a deployment settings file: it starts with no {.");
    assert_eq!(refused(""), "The file is not a deployment settings file: it starts with no {.");
    assert_eq!(refused("[]"), "The file is not a deployment settings file: it starts with no {.");
    assert_eq!(
        refused(r#"{"name": "package", "environmentVariables": []}"#),
        "The file is not a deployment settings file: it has neither EnvironmentVariables nor ConnectionReferences."
    );
    assert_eq!(
        DeploymentSettings::parse(b"\xff\xfe{\0}\0").unwrap_err().to_string(),
        "The file is not text in UTF-8. Save it as UTF-8 and upload it again."
    );
}

#[test]
fn a_mistake_inside_is_shown_with_its_place() {
    assert_eq!(
        refused("\n{\"EnvironmentVariables\": [\n    {\"SchemaName\": \"con_Max\", \"Value\": 5}]}"),
        "The settings cannot be read: invalid type: integer `5`, expected a string at line 3 column 40."
    );
    for text in [
        "{",
        r#"{"EnvironmentVariables": {}}"#,
        r#"{"EnvironmentVariables": [["con_Url", "x"]]}"#,
        r#"{"EnvironmentVariables": ["con_Url"]}"#,
        r#"{"EnvironmentVariables": [], "EnvironmentVariables": []}"#,
        r#"{"EnvironmentVariables": [{"SchemaName": "con_Url", "Value": "a", "Value": "b"}]}"#,
        r#"{"EnvironmentVariables": []} {}"#,
    ] {
        assert!(refused(text).starts_with("The settings cannot be read: "), "{text}: {}", refused(text));
    }
}

#[test]
fn names_are_needed_and_occur_once() {
    assert_eq!(
        refused(r#"{"EnvironmentVariables": [{"SchemaName": "con_Url"}, {"Value": "x"}]}"#),
        "Entry 2 of EnvironmentVariables has no SchemaName."
    );
    assert_eq!(
        refused(r#"{"ConnectionReferences": [{"LogicalName": " "}]}"#),
        "Entry 1 of ConnectionReferences has no LogicalName."
    );
    assert_eq!(
        refused(r#"{"ConnectionReferences": [{"LogicalName": "con_Mail"}, {"LogicalName": "CON_mail"}]}"#),
        "ConnectionReferences names CON_mail twice. Keep one of the entries."
    );
}

fn settings() -> impl Strategy<Value = DeploymentSettings> {
    let names = || prop::collection::btree_set("[a-z]{1,3}_[a-z0-9.é]{1,8}", 0..5);
    (names(), names(), any::<String>(), any::<String>()).prop_map(|(variables, references, a, b)| DeploymentSettings {
        environment_variables: variables.iter().map(|name| value(name, &a)).collect(),
        connection_references: references
            .into_iter()
            .map(|logical_name| ReferenceSetting { logical_name, connection_id: a.clone(), connector_id: b.clone() })
            .collect(),
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(settings in settings()) {
        prop_assert_eq!(&DeploymentSettings::parse(settings.to_json().as_bytes()).unwrap(), &settings);
        let kept = serde_json::to_string(&settings).unwrap();
        prop_assert_eq!(serde_json::from_str::<DeploymentSettings>(&kept).unwrap(), settings);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), text in "\\{[\"A-Za-z\\[\\]{}:,]{0,60}") {
        let _ = DeploymentSettings::parse(&bytes);
        let _ = DeploymentSettings::parse(text.as_bytes());
    }
}
