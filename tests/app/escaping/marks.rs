//! Texts that would do something if a page took them for HTML, and where they are put.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use sluice::package::{Builder, checks::VariableKind};

use crate::support::TestApp;

/// Columns of texts that people, packages and environments give, each shown on some page. Their places are the numbers
/// of their marks.
pub const SHOWN: &[&str] = &[
    "people.name",
    "people.email",
    "groups.name",
    "groups.description",
    "environments.name",
    "deployment_environments.name",
    "deployment_environments.description",
    "deployment_environments.message",
    "pipelines.name",
    "pipelines.description",
    "stages.name",
    "stages.description",
    "runs.host_name",
    "runs.pipeline_name",
    "runs.stage_name",
    "runs.previous_stage_name",
    "runs.source_name",
    "runs.target_name",
    "runs.solution_display_name",
    "runs.publisher",
    "runs.notes",
    "runs.error_message",
    "runs.error_advice",
    "runs.error_raw",
    "runs.started_by_name",
    "runs.deployed_by_name",
    "runs.canceled_by_name",
    "runs.scheduled_by_name",
    "run_steps.message",
    "sightings.display_name",
    "sightings.publisher",
    "embedded_solutions.display_name",
    "embedded_solutions.description",
    "embedded_solutions.publisher_name",
    "embedded_components.display_name",
    "embedded_connections.name",
    "embedded_references.display_name",
    "embedded_variables.display_name",
    "embedded_variables.value",
    "sessions.browser",
    "audit.person_name",
    "audit.subject_name",
    "audit.detail",
];

/// Columns that are marked too, though their texts are shown only while something runs or is asked.
const RARELY: &[&str] = &["operations.message", "embedded_variables.description"];

/// Columns whose texts are no page's: the words of the program, ids, versions, and lists that are read before they are
/// shown, whose texts come from packages below.
const OURS: &[&str] = &[
    // Names that lead from one table to another.
    "embedded_components.name",
    "embedded_solutions.publisher",
    "id",
    "guid",
    "kind",
    "kind_name",
    "state",
    "role",
    "access",
    "status",
    "platform",
    "region",
    "version",
    "version_before",
    "time_zone",
    "locale",
    "key",
    "password_hash",
    "action",
    "subject_kind",
    "unique_name",
    "solution_name",
    "checks",
    "judgement",
    "settings",
    "manifest",
    "input",
    "result",
    "error",
    "handle",
    "holder",
    "error_code",
    "schedule_zone",
    "prefix",
    "schema_name",
    "logical_name",
    "default_value",
    "outcome",
    "address",
    "changes",
];

/// Texts that a package brings, and the numbers of their marks.
pub const FILLED_IN: &[(usize, &str)] = &[
    (900, "a solution's name"),
    (901, "a publisher's name"),
    (903, "a table's name"),
    (904, "a question for a connection"),
    (905, "a question for a value"),
    (906, "a default value"),
    (907, "a flow's name"),
    (MISSING, "a missing dependency"),
];
/// The mark of a component that a package needs and a target has not.
pub const MISSING: usize = 908;

/// A text that would run if it were taken for HTML, in an element or in an attribute.
pub fn mark(number: usize) -> String {
    format!("<script>alert({number})</script>\"'&")
}

/// The numbers of the marks in a page.
///
/// # Errors
/// With what stands around one that is not escaped.
pub fn seen(html: &str) -> Result<BTreeSet<usize>, String> {
    let mut numbers = BTreeSet::new();
    for (at, _) in html.match_indices("alert(") {
        let (before, after) = (&html[..at], &html[at + "alert(".len()..]);
        let (number, rest) = after.split_once(')').unwrap_or((after, ""));
        let whole = ["&#60;script&#62;", "&lt;script&gt;"].iter().any(|start| before.ends_with(start))
            && ["&#60;/script&#62;&#34;&#39;&#38;", "&lt;/script&gt;&quot;&#x27;&amp;"]
                .iter()
                .any(|end| rest.starts_with(end));
        match number.parse() {
            Ok(number) if whole => drop(numbers.insert(number)),
            _ => {
                let around = before.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect::<String>();
                return Err(format!("{around}alert({}", after.chars().take(60).collect::<String>()));
            }
        }
    }
    Ok(numbers)
}

/// Puts each column's mark into all of its rows.
pub fn mark_columns(app: &TestApp) {
    let mark = |(number, name): (usize, &&str)| {
        let (table, column) = name.split_once('.').unwrap();
        format!("UPDATE \"{table}\" SET \"{column}\" = '{}';", mark(number).replace('\'', "''"))
    };
    let statements: String = SHOWN.iter().chain(RARELY).enumerate().map(mark).collect();
    app.write(|c| Ok(c.batch_execute(&statements)?));
}

/// An unmanaged solution all of whose texts are marks.
pub fn package(version: &str) -> Builder {
    Builder::new("contoso_marked")
        .version(version)
        .display_name(mark(900))
        .publisher("contoso", mark(901), "con")
        .description(mark(902))
        .table("con_marked", mark(903))
        .cloud_flow(mark(907), &["con_post"])
        .connection_reference("con_post", mark(904), "shared_office365")
        .variable("con_text", mark(905), VariableKind::Text, Some(&mark(906)), true, None)
}

#[test]
fn every_column_of_text_is_marked_or_known_as_ours() {
    let schema = include_str!("../../../src/schema.rs");
    let (mut table, mut unknown, mut all) = ("", Vec::new(), BTreeSet::new());
    for line in schema.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name;
        }
        let Some((column, of)) = line.split_once(" -> ").filter(|(_, of)| of.contains("Text")) else { continue };
        all.insert(format!("{table}.{column}"));
        let ends = ["_id", "_key", "_hash", "_guid", "_by", "_of"].iter().any(|end| column.ends_with(end));
        let ours = ends || column.starts_with("sealed_") || OURS.contains(&column) || OWN_TABLES.contains(&table);
        let whole = format!("{table}.{column}");
        let known = [SHOWN, RARELY, OURS].iter().any(|list| list.contains(&whole.as_str()));
        if !ours && !known {
            unknown.push(format!("{table}.{column}: {of}"));
        }
    }
    assert!(unknown.is_empty(), "say in SHOWN or OURS whose texts these are: {unknown:#?}");
    let gone: Vec<_> = SHOWN.iter().filter(|name| !all.contains(**name)).collect();
    assert!(gone.is_empty(), "there are no such columns: {gone:?}");
}

/// Tables whose texts are shown only through those that they were copied to.
const OWN_TABLES: &[&str] = &["tenant", "artifacts", "embedded_journal", "embedded_requirements"];

#[test]
fn a_mark_is_seen_where_it_is_escaped_and_told_where_not() {
    assert_eq!(seen("<p>&#60;script&#62;alert(7)&#60;/script&#62;&#34;&#39;&#38;</p>"), Ok([7].into()));
    for bad in [mark(7), "&#60;script&#62;alert(7)&#60;/script&#62;\"'&".into(), "alert(7)".into()] {
        assert!(seen(&format!("<p title=\"{bad}\">")).is_err(), "{bad}");
    }
}
