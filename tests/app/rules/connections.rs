//! Which connection fits a connection reference.

use proptest::prelude::*;
use sluice::{
    package::checks::{Checks, ReferenceCheck},
    rules::{
        connections::{Connection, Connections, fits},
        settings::{DeploymentSettings, ReferenceSetting, problems},
    },
};

use super::settings::{connection, reference};

fn listed(id: &str, connector_id: &str) -> Connection {
    Connection { id: id.to_owned(), connector_id: connector_id.to_owned(), name: id.to_owned() }
}

/// The codes and sentences for one reference under one setting.
fn found(check: ReferenceCheck, setting: Option<ReferenceSetting>, connections: &Connections) -> Vec<(String, String)> {
    let checks = Checks { connection_references: vec![check], ..Checks::default() };
    let settings =
        DeploymentSettings { connection_references: setting.into_iter().collect(), ..DeploymentSettings::default() };
    let problems = problems(&checks, &settings, connections, "Contoso QA").into_iter();
    problems.map(|problem| (problem.finding.code, problem.finding.message)).collect()
}

fn mail() -> ReferenceCheck {
    ReferenceCheck { display_name: "Mail".to_owned(), ..reference("con_Mail", "shared_office365") }
}

fn one(code: &str, message: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), message.to_owned())]
}

fn contoso_qa() -> Connections {
    Connections::Listed(vec![listed("mail-1", "shared_office365"), listed("sql-1", "/apis/shared_sql")])
}

#[test]
fn a_connection_of_the_same_connector_fits() {
    assert_eq!(found(mail(), Some(connection("con_Mail", "mail-1")), &contoso_qa()), []);
    assert_eq!(found(mail(), Some(connection("con_Mail", "MAIL-1")), &contoso_qa()), []);
}

#[test]
fn another_connector_does_not_fit() {
    assert_eq!(
        found(mail(), Some(connection("con_Mail", "sql-1")), &contoso_qa()),
        one(
            "connection-of-other-connector",
            "Mail needs a connection of Office 365 Outlook, but sql-1 is one of SQL Server."
        )
    );
}

#[test]
fn the_present_connection_is_kept_where_the_run_says_nothing() {
    let bound = |id: &str| ReferenceCheck { current: Some(id.to_owned()), ..mail() };
    assert_eq!(found(bound("mail-1"), None, &contoso_qa()), []);
    assert_eq!(found(bound("mail-1"), Some(connection("con_Mail", "")), &contoso_qa()), []);
    // One that was deleted since serves no more.
    assert_eq!(
        found(bound("mail-0"), None, &contoso_qa()),
        one("connection-absent", "Contoso QA has no connection mail-0, which Mail would use.")
    );
    assert_eq!(
        found(bound(""), None, &contoso_qa()),
        one("connection-missing", "Mail has no connection in Contoso QA.")
    );
}

#[test]
fn where_connections_are_not_listed_a_typed_id_is_taken() {
    let unlisted = Connections::NotListable;
    assert_eq!(found(mail(), Some(connection("con_Mail", "anything")), &unlisted), []);
    assert_eq!(found(mail(), None, &unlisted), one("connection-missing", "Mail has no connection in Contoso QA."));
    let other = ReferenceSetting { connector_id: "/apis/shared_sql".to_owned(), ..connection("con_Mail", "typed") };
    assert_eq!(
        found(mail(), Some(other), &unlisted),
        one(
            "connection-of-other-connector",
            "Mail needs a connection of Office 365 Outlook, but typed is one of SQL Server."
        )
    );
}

#[test]
fn only_fitting_connections_are_offered() {
    let ids = |connections: &Connections, connector: &str| {
        connections.fitting(connector).into_iter().map(|connection| connection.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&contoso_qa(), "/providers/Microsoft.PowerApps/apis/SHARED_SQL"), ["sql-1"]);
    assert_eq!(ids(&contoso_qa(), ""), ["mail-1", "sql-1"]);
    assert_eq!(ids(&Connections::NotListable, "shared_sql"), Vec::<String>::new());
}

proptest! {
    #[test]
    fn case_and_path_do_not_count(name in "[a-z_]{1,9}", path in "(/[A-Za-z.]{1,6}){0,3}/?") {
        let with_path = format!("{path}/{name}");
        prop_assert!(fits(&with_path, &name.to_uppercase()));
        prop_assert!(fits(&name, &with_path));
        let other = format!("x{name}");
        prop_assert!(!fits(&other, &name));
    }
}
