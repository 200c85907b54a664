//! Which value of an environment variable counts, and which values its type takes.

use proptest::prelude::*;
use sluice::{
    package::checks::VariableKind,
    rules::variables::{Effective, LONGEST_VALUE, ValueSource, check_value, effective},
};

use super::settings::variable;

fn maybe() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop_oneof![Just(String::new()), "[a-z ]{1,4}"])
}

proptest! {
    #[test]
    fn the_first_of_run_target_package_and_default_that_has_a_value_counts(
        run in maybe(), current in maybe(), packaged in maybe(), default in maybe(),
    ) {
        let mut check = variable("con_Url", VariableKind::Text);
        (check.current, check.packaged, check.default) = (current.clone(), packaged.clone(), default.clone());
        let has = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
        let expected = if has(&run) {
            Some((run.clone(), ValueSource::Run))
        } else if has(&current) {
            Some((current, ValueSource::Target))
        } else if has(&packaged) {
            Some((packaged, ValueSource::Package))
        } else if has(&default) {
            Some((default, ValueSource::Default))
        } else {
            None
        };
        let expected = expected.map(|(value, source)| Effective { value: value.unwrap(), source });
        prop_assert_eq!(effective(&check, run.as_deref()), expected);
    }

    #[test]
    fn every_finite_number_is_a_number(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
        for text in [format!("{number}"), format!("{number:e}")] {
            prop_assert_eq!(check_value(VariableKind::Number, &text), Ok(text));
        }
    }

    #[test]
    fn what_is_taken_as_a_number_is_one(text in "[-+0-9.eE]{1,8}") {
        if check_value(VariableKind::Number, &text).is_ok() {
            prop_assert!(text.parse::<f64>().is_ok(), "{}", text);
        }
    }

    #[test]
    fn a_normal_form_is_its_own_normal_form(text in "[ -~é]{0,12}") {
        for kind in KINDS {
            if let Ok(normal) = check_value(kind, &text) {
                prop_assert_eq!(check_value(kind, &normal), Ok(normal));
            }
        }
    }
}

const KINDS: [VariableKind; 6] = [
    VariableKind::Text,
    VariableKind::Number,
    VariableKind::YesNo,
    VariableKind::Json,
    VariableKind::DataSource,
    VariableKind::Secret,
];

/// The normal form, or nothing where the type does not take it.
fn normal(kind: VariableKind, text: &str) -> Option<String> {
    check_value(kind, text).ok()
}

#[test]
fn empty_is_no_value_for_any_type() {
    for kind in KINDS {
        assert_eq!(normal(kind, "").as_deref(), Some(""));
    }
}

#[test]
fn at_most_two_thousand_characters_fit() {
    assert_eq!(check_value(VariableKind::Text, &"é".repeat(LONGEST_VALUE)), Ok("é".repeat(LONGEST_VALUE)));
    let sentence = check_value(VariableKind::Text, &"é".repeat(LONGEST_VALUE + 1)).unwrap_err();
    assert_eq!(sentence, "At most 2000 characters fit.");
}

#[test]
fn text_stays_as_it_is() {
    assert_eq!(normal(VariableKind::Text, "  two\nlines ").as_deref(), Some("  two\nlines "));
}

#[test]
fn numbers_keep_every_digit() {
    for text in ["0", "-12.50", "+3", ".5", "1e6", "1.5E-3", "12345678901234567890.123456789"] {
        assert_eq!(normal(VariableKind::Number, text).as_deref(), Some(text));
    }
    assert_eq!(normal(VariableKind::Number, " 7 ").as_deref(), Some("7"));
    for text in [" ", "-", ".", "5.", "1,5", "1 000", "1e", "e5", "0x10", "NaN", "inf", "--1", "1.2.3", "٣"] {
        assert_eq!(normal(VariableKind::Number, text), None, "{text}");
    }
}

#[test]
fn yes_and_no_have_several_spellings() {
    for (text, expected) in
        [("yes", "yes"), ("True", "yes"), ("1", "yes"), ("NO", "no"), ("false", "no"), (" 0 ", "no")]
    {
        assert_eq!(normal(VariableKind::YesNo, text).as_deref(), Some(expected));
    }
    assert_eq!(check_value(VariableKind::YesNo, "ja"), Err("Enter yes or no.".to_owned()));
}

#[test]
fn json_must_be_json() {
    assert_eq!(normal(VariableKind::Json, r#" {"a": [1, null]} "#).as_deref(), Some(r#" {"a": [1, null]} "#));
    for text in ["{", "{'a': 1}", "{} {}", "nil"] {
        assert_eq!(normal(VariableKind::Json, text), None, "{text}");
    }
    let sentence = check_value(VariableKind::Json, "{").unwrap_err();
    assert_eq!(sentence, "Enter valid JSON; EOF while parsing an object at line 1 column 1.");
}

#[test]
fn a_path_names_a_secret_in_a_vault() {
    let path = "/subscriptions/0a/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/contoso/secrets/api-key";
    assert_eq!(normal(VariableKind::Secret, path).as_deref(), Some(path));
    assert_eq!(normal(VariableKind::Secret, &path.to_lowercase()).as_deref(), Some(path.to_lowercase().as_str()));
    assert_eq!(normal(VariableKind::Secret, " api-key ").as_deref(), Some("api-key"));
    for text in
        [" ", "/", "/secrets/api-key", &path.replace("/api-key", "/"), &format!("{path}/1"), &path.replace("rg", "")]
    {
        assert_eq!(normal(VariableKind::Secret, text), None, "{text}");
    }
}
