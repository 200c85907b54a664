//! What a person reads where a rule does not simply say yes.

use sluice::{
    package::checks::Severity,
    rules::{
        deploy::{Asked, judge},
        facts::{Earlier, Facts, InSource, Intent},
        stages::ValidationStatus,
    },
};

use super::{before, candidate, finding, first, from, later, problem, viewer};

/// Message and help of the first refusal after a change.
fn refusal(asked: Asked, mut facts: Facts, change: fn(&mut Facts)) -> String {
    change(&mut facts);
    let judgement = judge(asked, &facts);
    let reason = judgement.first_no().expect("a refusal");
    reason.told()
}

/// The warnings of a deployment that is allowed.
fn warnings(mut facts: Facts, change: fn(&mut Facts)) -> Vec<String> {
    change(&mut facts);
    let judgement = judge(Asked::Worker, &facts);
    assert_eq!(judgement.first_no(), None);
    judgement.warnings.into_iter().map(|warning| format!("{} {}", warning.message, warning.advice)).collect()
}

#[test]
fn about_pipeline_and_source() {
    assert_eq!(
        refusal(Asked::Card, later(), |facts| facts.pipeline.lacks.stages.push("It has no stage.".to_owned())),
        "Contoso Pipeline is not complete. It has no stage. An administrator of Contoso Host can complete Contoso Pipeline."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| *from(facts).0 = None),
        "Contoso Development is not a linked development environment of Contoso Pipeline. \
         An administrator of Contoso Host can add it under Linked Development Environments."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| *from(facts).1 = InSource::Managed),
        "Contoso is managed in Contoso Development; only unmanaged solutions can be deployed. \
         Deploy it from the environment where it is developed."
    );
}

#[test]
fn later_stages_need_no_development_environment() {
    assert_eq!(
        warnings(later(), |facts| {
            facts.pipeline.lacks.sources.push("There is no development environment.".to_owned());
            facts.source.region = None;
        }),
        Vec::<String>::new()
    );
}

#[test]
fn about_the_target() {
    assert_eq!(
        refusal(Asked::Card, first(), |facts| facts.target.status = ValidationStatus::Failed),
        "The validation of Contoso QA failed. \
         An administrator of Contoso Host can refresh its record under Environments."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| facts.target.bound_here = false),
        "Contoso QA is not bound to Contoso Host. \
         An administrator of Contoso Host can take it over with Force Link."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| facts.target.region = "United States".to_owned()),
        "Host, source and target must be in the same region: \
         Contoso Host in Europe, Contoso Development in Europe, Contoso QA in United States. \
         An administrator of Contoso Host can allow deployments across regions under Settings."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| (facts.target.managed, facts.host.require_managed) = (false, true)),
        "Contoso QA is not a managed environment. Contoso Host requires managed targets. \
         A system administrator can make Contoso QA a managed environment."
    );
}

#[test]
fn regions_do_not_count_where_the_host_allows_any() {
    assert_eq!(
        warnings(first(), |facts| {
            facts.target.region = "United States".to_owned();
            facts.host.allow_cross_region = true;
        }),
        Vec::<String>::new()
    );
    assert_eq!(warnings(first(), |facts| facts.target.region = " europe".to_owned()), Vec::<String>::new());
}

#[test]
fn an_unmanaged_target_is_a_warning_where_the_host_requires_none() {
    assert_eq!(
        warnings(first(), |facts| facts.target.managed = false),
        ["Contoso QA is not a managed environment. A system administrator can make Contoso QA a managed environment."]
    );
}

#[test]
fn about_the_person() {
    assert_eq!(
        refusal(Asked::Deploy, first(), |facts| facts.person.standing = viewer()),
        "Deploying needs the right to run Contoso Pipeline, which you do not have. \
         Ask Rosa Relay or another Deployment Pipeline Administrator of Contoso Host to give you Run access to \
         Contoso Pipeline and the Deployment Pipeline User role there."
    );
    assert_eq!(
        refusal(Asked::Worker, first(), |facts| *from(facts).2 = false),
        "Deploying to Test needs the right to export from Contoso Development, which Ada Lovelace does not have. \
         A system administrator can give Ada Lovelace System Customizer in Contoso Development."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| facts.person.may_import = false),
        "Deploying to Test needs the right to import into Contoso QA, which you do not have. \
         Ask Bo Beispiel, Cy Cases or another System Administrator of Contoso QA to give you System Customizer there."
    );
    assert_eq!(
        refusal(Asked::Worker, later(), |facts| facts.person.active = false),
        "Ada Lovelace, who asked for this deployment, is no longer active. \
         Somebody else who may run the pipeline can deploy it."
    );
}

#[test]
fn about_the_order() {
    assert_eq!(
        refusal(Asked::Card, later(), |facts| *before(facts) = Earlier::NotYet),
        "1.0.0.5 has not succeeded in Test yet. Deploy it to Test first."
    );
    assert_eq!(
        refusal(Asked::Card, later(), |facts| facts.candidate = None),
        "No version of Contoso has succeeded in Test yet. Deploy it to Test first."
    );
    assert_eq!(
        refusal(Asked::Card, later(), |facts| *before(facts) = Earlier::UnderWay),
        "1.0.0.5 has not finished in Test yet. Wait for its run in Test."
    );
    assert_eq!(
        refusal(Asked::Card, later(), |facts| *before(facts) = Earlier::SucceededElsewhere("Old QA".to_owned())),
        "1.0.0.5 succeeded in Test only while its target was Old QA. It must succeed in Contoso QA first. \
         Deploy it to Test first."
    );
}

#[test]
fn about_the_bytes() {
    assert_eq!(
        refusal(Asked::Deploy, first(), |facts| candidate(facts).bound = Some("b".to_owned())),
        "Another package of 1.0.0.5 from Contoso Development succeeded first. Only that one can be deployed. \
         Start again with Next, which takes that package, or raise the version in Contoso Development."
    );
    assert_eq!(
        refusal(Asked::Card, later(), |facts| candidate(facts).removed = "2026-11-03".parse().ok()),
        "Sluice removed the package of 1.0.0.5 on 3 Nov 2026, as the retention settings say. \
         Raise the version in Contoso Development and deploy that version."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| candidate(facts).removed = "2026-11-03".parse().ok()),
        "Sluice removed the package of 1.0.0.5 on 3 Nov 2026, as the retention settings say. \
         Deploy Contoso from Contoso Development again, which exports it anew."
    );
}

#[test]
fn next_takes_the_bound_package_and_says_that_changes_stay_behind() {
    let changed: fn(&mut Facts) = |facts| {
        let candidate = candidate(facts);
        (candidate.artifact, candidate.bound, candidate.changed_since) = (None, Some("b".to_owned()), true);
    };
    assert_eq!(
        warnings(first(), changed),
        ["Contoso changed in Contoso Development since 1.0.0.5 was packaged. \
          Changes can only be deployed under a higher version. Raise the version in Contoso Development."]
    );
    assert_eq!(warnings(later(), changed), Vec::<String>::new());
    // Until a run succeeds, each Next exports anew, so nothing stays behind.
    assert_eq!(warnings(first(), |facts| candidate(facts).changed_since = true), Vec::<String>::new());
}

#[test]
fn about_the_version() {
    assert_eq!(
        refusal(Asked::Card, first(), |facts| facts.target.version = Some("1.0.0.05".parse().unwrap())),
        "Contoso QA has 1.0.0.5 already. Raise the version in Contoso Development to deploy it."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| facts.target.version = Some("1.0.0.10".parse().unwrap())),
        "Contoso QA has 1.0.0.10, which is higher than 1.0.0.5. \
         To install an earlier version again, choose Redeploy on its run."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| {
            facts.target.version = Some("1.0.0.10".parse().unwrap());
            facts.pipeline.allow_redeployment = false;
        }),
        "Contoso QA has 1.0.0.10, which is higher than 1.0.0.5. \
         To deploy, raise the version in Contoso Development above 1.0.0.10."
    );
    assert_eq!(warnings(first(), |facts| facts.target.version = None), Vec::<String>::new());
}

#[test]
fn a_target_that_has_what_would_come_is_up_to_date() {
    assert_eq!(
        refusal(Asked::Card, first(), |facts| {
            candidate(facts).bound = candidate(facts).artifact.clone();
            facts.target.version = Some("1.0.0.5".parse().unwrap());
        }),
        "Contoso QA is up to date with 1.0.0.5."
    );
    assert_eq!(
        refusal(Asked::Card, first(), |facts| {
            let candidate = candidate(facts);
            (candidate.bound, candidate.changed_since) = (candidate.artifact.clone(), true);
            facts.target.version = Some("1.0.0.5".parse().unwrap());
        }),
        "Contoso QA has 1.0.0.5. Contoso has changed since in Contoso Development. Raise the version to deploy the changes."
    );
    assert_eq!(
        refusal(Asked::Card, later(), |facts| {
            candidate(facts).bound = candidate(facts).artifact.clone();
            facts.target.version = Some("1.0.0.5".parse().unwrap());
        }),
        "Contoso Production is up to date with 1.0.0.5."
    );
}

#[test]
fn redeploying_what_is_there_needs_no_warning() {
    assert_eq!(
        warnings(later(), |facts| {
            facts.intent = Intent::Redeploy { succeeded_here: true };
            facts.target.version = Some("1.0.0.5".parse().unwrap());
        }),
        Vec::<String>::new()
    );
}

#[test]
fn redeploy_waives_the_version_rule_after_a_warning() {
    let older: fn(&mut Facts) = |facts| {
        facts.intent = Intent::Redeploy { succeeded_here: true };
        facts.target.version = Some("1.0.0.6".parse().unwrap());
    };
    assert_eq!(
        warnings(later(), older),
        ["1.0.0.5 replaces the newer 1.0.0.6 in Contoso Production. \
             Components that only the newer version has are removed, with their data. This cannot be undone."]
    );
    assert_eq!(
        refusal(Asked::Deploy, later(), |facts| {
            facts.intent = Intent::Redeploy { succeeded_here: true };
            facts.target.version = Some("1.0.0.6".parse().unwrap());
            facts.pipeline.allow_redeployment = false;
        }),
        "Contoso Pipeline does not allow redeployments of older versions; Contoso Production has 1.0.0.6. \
         An administrator of Contoso Host can allow them in the settings of the pipeline."
    );
    assert_eq!(
        refusal(Asked::Deploy, later(), |facts| {
            facts.intent = Intent::Redeploy { succeeded_here: false };
            facts.target.version = Some("1.0.0.6".parse().unwrap());
        }),
        "This package of 1.0.0.5 has not succeeded in Production, so it cannot be redeployed there. \
         Choose Redeploy on a run that succeeded in this stage."
    );
    // It waives nothing else.
    let mut facts = later();
    older(&mut facts);
    *before(&mut facts) = Earlier::NotYet;
    assert!(!judge(Asked::Deploy, &facts).allowed());
}

#[test]
fn about_check_and_settings() {
    assert_eq!(
        refusal(Asked::EndOfValidation, first(), |facts| {
            let warning = finding(Severity::Warning, "A value travels.");
            let errors = ["Core is missing.", "Sales is missing."].map(|text| finding(Severity::Error, text));
            facts.findings = Some([vec![warning], errors.to_vec()].concat());
        }),
        "Core is missing. There is one more error. Install it."
    );
    assert_eq!(
        refusal(Asked::Deploy, first(), |facts| facts.findings = None),
        "The package has not been checked against Contoso QA yet. Start with Next, which checks it."
    );
    assert_eq!(
        refusal(Asked::Deploy, first(), |facts| facts.settings = None),
        "Connections and environment variables for Contoso QA are not set yet. Fill them in before you deploy."
    );
    assert_eq!(
        warnings(first(), |facts| {
            facts.findings =
                Some(vec![finding(Severity::Warning, "A value travels."), finding(Severity::Info, "Fine.")]);
            facts.settings = Some(vec![problem(Severity::Warning)]);
        }),
        ["A value travels. Install it.", "con_Url has no value. Install it."]
    );
}
