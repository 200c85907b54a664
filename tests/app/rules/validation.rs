//! Whether a host may use an environment.

use sluice::rules::validation::{
    Binding, EnvironmentFacts, HostFacts, ProbeFacts, RecordKind, ValidationFacts, guid, validate,
};

fn facts() -> ValidationFacts {
    let probe = ProbeFacts { region: "Europe".into(), managed: false, dataverse: true };
    ValidationFacts {
        record: "Contoso QA".into(),
        kind: RecordKind::Target,
        host: HostFacts { name: "Contoso Host".into(), region: "Europe".into(), allow_cross_region: false },
        environment: Some(EnvironmentFacts { probe, is_host: false, binding: Binding::Free }),
    }
}

fn with(change: fn(&mut EnvironmentFacts)) -> ValidationFacts {
    let mut facts = facts();
    facts.environment.as_mut().map(change);
    facts
}

#[track_caller]
fn refused(facts: &ValidationFacts, words: &str) {
    let sentence = validate(facts).expect_err("a refusal");
    assert!(sentence.contains(words), "{sentence}");
}

#[test]
fn an_environment_without_fault_is_taken_whether_managed_or_not() {
    assert_eq!(validate(&facts()), Ok(()));
    assert_eq!(validate(&with(|it| it.probe.managed = true)), Ok(()));
    assert_eq!(validate(&with(|it| it.binding = Binding::Here)), Ok(()), "validated again");
}

#[test]
fn each_refusal_says_what_to_do() {
    refused(&ValidationFacts { environment: None, ..facts() }, "Check the Environment ID");
    refused(&with(|it| it.probe.dataverse = false), "has no Dataverse database. Add one");
    refused(&with(|it| it.probe.region = "Asia Pacific".into()), "Contoso QA is in Asia Pacific");
    refused(&with(|it| it.binding = Binding::Elsewhere), "Select Force Link");
}

#[test]
fn a_region_counts_without_letter_case_and_not_at_all_where_the_host_allows() {
    assert_eq!(validate(&with(|it| it.probe.region = " EUROPE".into())), Ok(()));
    let mut across = with(|it| it.probe.region = "Asia Pacific".into());
    across.host.allow_cross_region = true;
    assert_eq!(validate(&across), Ok(()));
}

#[test]
fn a_host_may_deploy_to_itself_but_not_develop_in_itself() {
    let mut own = with(|it| it.is_host = true);
    assert_eq!(validate(&own), Ok(()));
    own.kind = RecordKind::Development;
    refused(&own, "the host itself");
}

#[test]
fn the_first_thing_to_mend_is_said_first() {
    let mut all = with(|it| {
        it.probe = ProbeFacts { region: "Asia Pacific".into(), managed: false, dataverse: false };
        it.is_host = true;
        it.binding = Binding::Elsewhere;
    });
    all.kind = RecordKind::Development;
    refused(&all, "Dataverse");
    all.environment.as_mut().unwrap().probe.dataverse = true;
    refused(&all, "Asia Pacific");
    all.environment.as_mut().unwrap().probe.region = "Europe".into();
    refused(&all, "the host itself");
    all.kind = RecordKind::Target;
    refused(&all, "another pipelines host");
}

#[test]
fn a_guid_is_taken_however_it_was_copied() {
    const GUID: &str = "1f0c9f4e-2a57-4c3c-9c0e-7d1c2b3a4f5d";
    for text in [GUID, "{1F0C9F4E-2A57-4C3C-9C0E-7D1C2B3A4F5D}", " 1f0c9f4e2a574c3c9c0e7d1c2b3a4f5d "] {
        assert_eq!(guid(text).as_deref(), Some(GUID), "{text}");
    }
    for text in
        ["", "1f0c9f4e-2a57-4c3c-9c0e", "https://contoso.crm4.dynamics.com", "1f0c9f4e-2a57-4c3c-9c0e-7d1c2b3a4f5g"]
    {
        assert_eq!(guid(text), None, "{text}");
    }
}
