//! Rule 8: what a run says, what is sent, and what is wrong with it.

use proptest::prelude::*;
use sluice::{
    package::checks::{Checks, ReferenceCheck, Severity, VariableCheck, VariableKind},
    rules::{
        connections::{Connection, Connections},
        settings::{Choice, DeploymentSettings, Field, Problem, ReferenceSetting, VariableSetting, prefill, problems},
    },
};

pub fn variable(schema_name: &str, kind: VariableKind) -> VariableCheck {
    VariableCheck {
        schema_name: schema_name.to_owned(),
        display_name: String::new(),
        description: String::new(),
        kind,
        required: false,
        default: None,
        packaged: None,
        current: None,
    }
}

pub fn reference(logical_name: &str, connector: &str) -> ReferenceCheck {
    ReferenceCheck {
        logical_name: logical_name.to_owned(),
        display_name: String::new(),
        connector_id: format!("/providers/Microsoft.PowerApps/apis/{connector}"),
        current: None,
    }
}

pub fn value(schema_name: &str, value: &str) -> VariableSetting {
    VariableSetting { schema_name: schema_name.to_owned(), value: value.to_owned() }
}

pub fn connection(logical_name: &str, id: &str) -> ReferenceSetting {
    ReferenceSetting {
        logical_name: logical_name.to_owned(),
        connection_id: id.to_owned(),
        connector_id: String::new(),
    }
}

fn checks() -> Checks {
    Checks {
        connection_references: vec![reference("con_Mail", "shared_office365"), reference("con_Sql", "shared_sql")],
        variables: vec![variable("con_Url", VariableKind::Text), variable("con_On", VariableKind::YesNo)],
        ..Checks::default()
    }
}

fn contoso_qa() -> Connections {
    let connection = |id: &str, connector: &str| Connection {
        id: id.to_owned(),
        connector_id: format!("/providers/microsoft.powerapps/apis/{connector}"),
        name: format!("My {connector}"),
    };
    Connections::Listed(vec![connection("mail-1", "shared_office365"), connection("sql-1", "shared_sql")])
}

fn complete() -> DeploymentSettings {
    DeploymentSettings {
        environment_variables: vec![value("con_Url", "https://qa.example"), value("con_On", "TRUE")],
        connection_references: vec![connection("con_Mail", "mail-1"), connection("con_Sql", "sql-1")],
    }
}

fn found(checks: &Checks, settings: &DeploymentSettings) -> Vec<Problem> {
    problems(checks, settings, &contoso_qa(), "Contoso QA")
}

#[test]
fn complete_settings_have_no_problems() {
    assert_eq!(found(&checks(), &complete()), []);
}

#[test]
fn everything_open_is_said_in_the_order_of_the_package() {
    let found = found(&checks(), &DeploymentSettings::default());
    let sentences: Vec<_> = found.iter().map(|problem| problem.finding.message.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "con_Mail has no connection in Contoso QA.",
            "con_Sql has no connection in Contoso QA.",
            "con_Url has no value for Contoso QA, neither in the solution nor in Contoso QA.",
            "con_On has no value for Contoso QA, neither in the solution nor in Contoso QA.",
        ]
    );
    assert_eq!(found[0].field, Field::Reference("con_Mail".to_owned()));
    assert_eq!(found[3].field, Field::Variable("con_On".to_owned()));
    assert_eq!(found.iter().map(Problem::is_error).collect::<Vec<_>>(), [true, true, false, false]);
}

#[test]
fn no_value_is_an_error_only_where_the_variable_is_required() {
    let mut checks = checks();
    checks.variables[0].required = true;
    let settings = DeploymentSettings { environment_variables: vec![value("con_Url", "")], ..complete() };
    let severities: Vec<_> = found(&checks, &settings).into_iter().map(|problem| problem.finding.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Warning]);

    checks.variables[0].default = Some("https://default.example".to_owned());
    checks.variables[1].current = Some("no".to_owned());
    assert_eq!(found(&checks, &settings), []);
}

#[test]
fn a_value_of_another_type_is_an_error_even_where_the_target_has_one() {
    let mut checks = checks();
    checks.variables[1].current = Some("no".to_owned());
    let mut settings = complete();
    settings.environment_variables[1].value = "perhaps".to_owned();
    let found = found(&checks, &settings);
    assert_eq!(found.len(), 1);
    assert!(found[0].is_error());
    assert_eq!(found[0].finding.message, "The value of con_On does not fit: Enter yes or no.");
}

#[test]
fn a_name_the_package_does_not_know_is_a_warning() {
    let mut settings = complete();
    settings.environment_variables.push(value("con_Ur1", "x"));
    settings.connection_references.push(connection("con_Old", "mail-1"));
    let found = found(&checks(), &settings);
    let fields: Vec<_> = found.iter().map(|problem| problem.field.clone()).collect();
    assert_eq!(fields, [Field::Reference("con_Old".to_owned()), Field::Variable("con_Ur1".to_owned())]);
    assert!(!found.iter().any(Problem::is_error));
    assert_eq!(
        found[1].finding.message,
        "The settings name con_Ur1, but this solution has no such environment variable."
    );
}

#[test]
fn keep_sends_nothing_and_values_are_sent_in_their_normal_form() {
    let mut settings = complete();
    settings.environment_variables[0].value.clear();
    settings.environment_variables.push(value("con_Unknown", "x"));
    settings.connection_references.remove(0);
    let sent = settings.to_send(&checks());
    assert_eq!(sent.environment_variables, [value("con_On", "yes")]);
    // The connector is the package's, so that the platform gets it complete.
    let connector_id = "/providers/Microsoft.PowerApps/apis/shared_sql".to_owned();
    assert_eq!(sent.connection_references, [ReferenceSetting { connector_id, ..connection("con_Sql", "sql-1") }]);
}

#[test]
fn names_are_compared_without_case() {
    assert_eq!(complete().variable("CON_URL"), Choice::Set("https://qa.example".to_owned()));
    assert_eq!(complete().reference("Con_mail"), Choice::Set("mail-1".to_owned()));
    assert_eq!(complete().variable("con_Other"), Choice::Keep);
}

#[test]
fn prefilled_settings_have_an_entry_for_everything_and_say_what_was_said_before() {
    let filled = prefill(None, &checks());
    assert_eq!(filled.environment_variables, [value("con_Url", ""), value("con_On", "")]);
    assert_eq!(filled.connection_references[1].logical_name, "con_Sql");
    assert_eq!(filled.connection_references[1].connector_id, checks().connection_references[1].connector_id);

    let mut previous = complete();
    previous.environment_variables.push(value("con_Gone", "x"));
    let filled = prefill(Some(&previous), &checks());
    assert_eq!(filled.environment_variables, complete().environment_variables);
    assert_eq!(filled.reference("con_Mail"), Choice::Set("mail-1".to_owned()));
    assert_eq!(found(&checks(), &filled), []);
}

proptest! {
    #[test]
    fn what_is_sent_is_known_set_and_stays_the_same_when_sent_again(
        values in prop::collection::vec(("con_(Url|On|Other)", "|yes|TRUE|x y"), 0..4),
        ids in prop::collection::vec(("con_(Mail|Sql|Other)", "|mail-1|sql-1"), 0..4),
    ) {
        let settings = DeploymentSettings {
            environment_variables: values.iter().map(|(name, text)| value(name, text)).collect(),
            connection_references: ids.iter().map(|(name, id)| connection(name, id)).collect(),
        };
        let sent = settings.to_send(&checks());
        for one in &sent.environment_variables {
            prop_assert!(!one.value.is_empty());
            prop_assert!(checks().variables.iter().any(|check| check.schema_name == one.schema_name));
        }
        for one in &sent.connection_references {
            prop_assert_eq!(&Choice::Set(one.connection_id.clone()), &settings.reference(&one.logical_name));
        }
        prop_assert_eq!(sent.to_send(&checks()), sent);
    }

    #[test]
    fn filling_every_gap_leaves_no_error(url in "[ -~]{1,20}", on in "yes|no|1|0") {
        let mut settings = prefill(None, &checks());
        settings.environment_variables[0].value = url;
        settings.environment_variables[1].value = on;
        settings.connection_references[0].connection_id = "mail-1".to_owned();
        settings.connection_references[1].connection_id = "SQL-1".to_owned();
        prop_assert_eq!(found(&checks(), &settings), vec![]);
    }
}
