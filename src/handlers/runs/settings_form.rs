//! The questions of rule 8 as a form: a connection for each connection reference, a value for each variable.

use crate::{
    package::checks::{Checks, ReferenceCheck, VariableCheck, VariableKind},
    rules::{
        connections::Connections,
        connectors,
        settings::{self, DeploymentSettings, Field, ReferenceSetting, VariableSetting},
    },
    web::forms::{Form, NAME, TEXT},
};

/// A question: a field of the form.
#[derive(Debug, Clone)]
pub struct Question {
    /// The control's name.
    pub name: String,
    pub label: String,
    pub hint: String,
    /// What can be chosen, as value and label; empty where something is typed.
    pub options: Vec<(String, String)>,
    /// Whether several lines may be typed.
    pub lines: bool,
}

fn reference_name(logical_name: &str) -> String {
    format!("connection:{logical_name}")
}

fn variable_name(schema_name: &str) -> String {
    format!("variable:{schema_name}")
}

/// The form as it first shows these settings.
pub fn filled(settings: &DeploymentSettings, notes: &str) -> Form {
    let mut form = Form::default();
    for setting in &settings.connection_references {
        form.set(&reference_name(&setting.logical_name), &setting.connection_id);
    }
    for setting in &settings.environment_variables {
        form.set(&variable_name(&setting.schema_name), &setting.value);
    }
    form.set("notes", notes);
    form
}

/// A question for each connection reference.
pub fn references(checks: &Checks, connections: &Connections, target: &str) -> Vec<Question> {
    checks.connection_references.iter().map(|check| reference(check, connections, target)).collect()
}

fn reference(check: &ReferenceCheck, connections: &Connections, target: &str) -> Question {
    let fitting = connections.fitting(&check.connector_id);
    let connector = connectors::name(&check.connector_id);
    let now = check.current.as_ref().map(|id| {
        let name = fitting.iter().find(|one| one.id == *id).map_or(id.as_str(), |one| one.name.as_str());
        format!("Keep what {target} has: {name}")
    });
    let listed = matches!(connections, Connections::Listed(_));
    let hint = match (listed, fitting.is_empty()) {
        (true, true) => format!("{target} has no connection for {connector}. Add one there, then reload this page."),
        (true, false) => format!("Connector: {connector}."),
        (false, _) => format!("The ID of a connection of {target} for {connector}."),
    };
    let first = (String::new(), now.unwrap_or_else(|| "Choose a connection".to_owned()));
    let rest = fitting.iter().map(|one| (one.id.clone(), one.name.clone()));
    Question {
        name: reference_name(&check.logical_name),
        label: if check.display_name.is_empty() { check.logical_name.clone() } else { check.display_name.clone() },
        hint,
        options: if listed { std::iter::once(first).chain(rest).collect() } else { Vec::new() },
        lines: false,
    }
}

/// A question for each environment variable.
pub fn variables(checks: &Checks, target: &str) -> Vec<Question> {
    checks.variables.iter().map(|check| variable(check, target)).collect()
}

fn variable(check: &VariableCheck, target: &str) -> Question {
    let mut hint = Vec::new();
    if !check.description.is_empty() {
        hint.push(check.description.clone());
    }
    if let Some(current) = &check.current {
        hint.push(format!("{target} has {}.", quoted(current)));
    }
    if let Some(packaged) = &check.packaged {
        hint.push(format!("The package has {}.", quoted(packaged)));
    }
    if let Some(default) = &check.default {
        hint.push(format!("The default is {}.", quoted(default)));
    }
    if check.kind == VariableKind::Secret {
        hint.push("Enter a reference to a vault, not the secret itself.".into());
    }
    hint.push(left_empty(check).to_owned());
    let yes_no = || [("", "Keep"), ("yes", "Yes"), ("no", "No")].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    Question {
        name: variable_name(&check.schema_name),
        label: if check.display_name.is_empty() { check.schema_name.clone() } else { check.display_name.clone() },
        hint: hint.join(" "),
        options: if check.kind == VariableKind::YesNo { yes_no() } else { Vec::new() },
        lines: check.kind == VariableKind::Json,
    }
}

// What becomes of a variable that the form says nothing of.
fn left_empty(check: &VariableCheck) -> &'static str {
    match (&check.current, &check.packaged, &check.default) {
        (Some(_), ..) => "Leave empty to keep it.",
        (None, Some(_), _) => "Leave empty to use the package's value.",
        (None, None, Some(_)) => "Leave empty to use the default.",
        (None, None, None) if check.required => "Required.",
        (None, None, None) => "It has no value yet.",
    }
}

fn quoted(value: &str) -> String {
    let short: String = value.chars().take(80).collect();
    if short.len() < value.len() { format!("“{short}…”") } else { format!("“{short}”") }
}

/// What was chosen and typed, judged: problems stand beside their fields, and none is returned.
pub fn read(
    form: &mut Form,
    checks: &Checks,
    connections: &Connections,
    target: &str,
) -> Option<(DeploymentSettings, String)> {
    let notes = form.text("notes", TEXT);
    let settings = typed(form, checks, connections);
    for problem in settings::problems(checks, &settings, connections, target) {
        if problem.is_error() {
            let name = match &problem.field {
                Field::Reference(name) => reference_name(name),
                Field::Variable(name) => variable_name(name),
            };
            let finding = &problem.finding;
            form.fail(
                &name,
                match problem.is_open() {
                    true => finding.advice.clone(),
                    false => format!("{} {}", finding.message, finding.advice),
                },
            );
        }
    }
    Some((settings, notes?)).filter(|_| form.is_valid())
}

/// What was chosen and typed, whatever is wrong with it.
pub fn typed(form: &mut Form, checks: &Checks, connections: &Connections) -> DeploymentSettings {
    let variable = |check: &VariableCheck| VariableSetting {
        schema_name: check.schema_name.clone(),
        value: form.text(&variable_name(&check.schema_name), TEXT).unwrap_or_default(),
    };
    let environment_variables = checks.variables.iter().map(variable).collect();
    let reference = |check: &ReferenceCheck| {
        let id = form.optional_line(&reference_name(&check.logical_name), NAME).unwrap_or_default();
        let chosen = connections.fitting(&check.connector_id).into_iter().find(|one| one.id == id);
        let connector_id = chosen.map_or(&check.connector_id, |one| &one.connector_id).clone();
        ReferenceSetting { logical_name: check.logical_name.clone(), connection_id: id, connector_id }
    };
    let connection_references = checks.connection_references.iter().map(reference).collect();
    DeploymentSettings { environment_variables, connection_references }
}
