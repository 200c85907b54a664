//! Values of environment variables: which one counts, and what each type takes.

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::settings::{DeploymentSettings, Field, Problem};
use crate::package::checks::{Severity, VariableCheck, VariableKind};

/// The longest value Dataverse keeps, in characters.
pub const LONGEST_VALUE: usize = 2000;

/// The code of a variable that has no value.
pub(super) const MISSING: &str = "value-missing";

/// Where the value that counts comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueSource {
    Run,
    Target,
    Package,
    Default,
}

/// The value a variable will have after the deployment, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    pub value: String,
    pub source: ValueSource,
}

/// The value that counts: this run's, else the target's current, else the package's, else the default; empty is none.
pub fn effective(variable: &VariableCheck, this_run: Option<&str>) -> Option<Effective> {
    let candidates = [
        (this_run, ValueSource::Run),
        (variable.current.as_deref(), ValueSource::Target),
        (variable.packaged.as_deref(), ValueSource::Package),
        (variable.default.as_deref(), ValueSource::Default),
    ];
    candidates.into_iter().find_map(|(value, source)| {
        let value = value.filter(|value| !value.is_empty())?.to_owned();
        Some(Effective { value, source })
    })
}

/// What is wrong with one variable under these settings.
pub(super) fn problem(check: &VariableCheck, settings: &DeploymentSettings, target: &str) -> Option<Problem> {
    let field = Field::Variable(check.schema_name.clone());
    let name = display_name(&check.display_name, &check.schema_name);
    let this_run = settings.variable(&check.schema_name);
    if let Some(Err(sentence)) = this_run.value().map(|text| check_value(check.kind, text)) {
        let message = format!("The value of {name} does not fit: {sentence}");
        return Some(Problem::new(field, Severity::Error, "invalid-value", message, "Correct the value."));
    }
    if effective(check, this_run.value()).is_some() {
        return None;
    }
    let message = format!("{name} has no value for {target}, neither in the solution nor in {target}.");
    Some(if check.required {
        Problem::new(field, Severity::Error, MISSING, message, "Enter a value. The solution requires one.")
    } else {
        Problem::new(field, Severity::Warning, MISSING, message, "What uses it may fail until it has one.")
    })
}

/// The display name, else the schema name.
pub(super) fn display_name<'a>(display: &'a str, name: &'a str) -> &'a str {
    if display.trim().is_empty() { name } else { display }
}

/// A value in its type's normal form, or the sentence that says what the type takes.
pub fn check_value(kind: VariableKind, text: &str) -> Result<String, String> {
    if text.chars().count() > LONGEST_VALUE {
        return Err(format!("At most {LONGEST_VALUE} characters fit."));
    }
    // Empty is no value, whatever the type.
    if text.is_empty() {
        return Ok(String::new());
    }
    match kind {
        VariableKind::Text | VariableKind::DataSource => Ok(text.to_owned()),
        VariableKind::Number => number(text),
        VariableKind::YesNo => yes_no(text),
        VariableKind::Json => json(text),
        VariableKind::Secret => secret(text),
    }
}

/// Kept as text, so that no digit is lost.
fn number(text: &str) -> Result<String, String> {
    let text = text.trim();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = |part: &'_ str| part.strip_prefix(['+', '-']).unwrap_or(part).to_owned();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa = unsigned(mantissa);
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || digits(whole)) && digits(fraction),
        None => digits(&mantissa),
    };
    if mantissa_fits && exponent.is_none_or(|exponent| digits(&unsigned(exponent))) {
        Ok(text.to_owned())
    } else {
        Err("Enter a number such as 12 or -0.5, with a point and without thousands separators.".to_owned())
    }
}

fn yes_no(text: &str) -> Result<String, String> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "true" | "1" => Ok("yes".to_owned()),
        "no" | "false" | "0" => Ok("no".to_owned()),
        _ => Err("Enter yes or no.".to_owned()),
    }
}

fn json(text: &str) -> Result<String, String> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(err) => Err(format!("Enter valid JSON; {err}.")),
    }
}

/// A path names a secret in a vault completely; anything else is a reference of another kind of store.
fn secret(text: &str) -> Result<String, String> {
    let text = text.trim();
    let shape =
        ["subscriptions", "", "resourcegroups", "", "providers", "microsoft.keyvault", "vaults", "", "secrets", ""];
    let parts: Vec<&str> = text.split('/').skip(1).collect();
    let fits = parts.len() == shape.len()
        && parts.iter().zip(shape).all(|(part, word)| match word {
            "" => !part.trim().is_empty(),
            _ => part.eq_ignore_ascii_case(word),
        });
    if text.is_empty() || (text.starts_with('/') && !fits) {
        return Err("Enter a reference such as /subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.KeyVault/\
                    vaults/VAULT/secrets/NAME, never the secret itself."
            .to_owned());
    }
    Ok(text.to_owned())
}
