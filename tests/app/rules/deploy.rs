//! The nine rules, one by one and together.

use proptest::prelude::*;
use sluice::{
    package::checks::{Finding, Severity},
    rules::{
        deploy::{Asked, judge, lane},
        facts::{Candidate, Earlier, Facts, Host, InSource, Intent, Lane, Person, Pipeline, Position, Source, Target},
        rights::{Access, HostRole, Right, Standing, right},
        settings::{Field, Problem},
        stages::{Lacks, ValidationStatus},
        verdict::{Judgement, Rule, Verdict},
    },
};

mod sentences;

/// Contoso 1.0.0.5 goes from Contoso Development to Contoso Test, the first stage, and everything is well.
fn first() -> Facts {
    Facts {
        host: Host {
            name: "Contoso Host".to_owned(),
            region: "Europe".to_owned(),
            allow_cross_region: false,
            require_managed: false,
            administrators: vec!["Rosa Relay".to_owned()],
        },
        pipeline: Pipeline { name: "Contoso Pipeline".to_owned(), lacks: Lacks::default(), allow_redeployment: true },
        stage: "Test".to_owned(),
        solution: "Contoso".to_owned(),
        source: Source {
            name: "Contoso Development".to_owned(),
            region: Some("Europe".to_owned()),
            administrators: Vec::new(),
        },
        position: Position::First {
            link: Some(ValidationStatus::Success),
            solution: InSource::Unmanaged,
            may_export: true,
        },
        target: Target {
            name: "Contoso QA".to_owned(),
            status: ValidationStatus::Success,
            bound_here: true,
            region: "Europe".to_owned(),
            managed: true,
            version: Some("1.0.0.4".parse().unwrap()),
            administrators: vec!["Bo Beispiel".to_owned(), "Cy Cases".to_owned()],
        },
        person: Person { name: "Ada Lovelace".to_owned(), active: true, standing: runner(), may_import: true },
        candidate: Some(Candidate {
            version: "1.0.0.5".parse().unwrap(),
            artifact: Some("a".to_owned()),
            bound: None,
            changed_since: false,
            removed: None,
        }),
        intent: Intent::Deploy,
        findings: Some(Vec::new()),
        settings: Some(Vec::new()),
        lane: Lane::Free,
    }
}

/// The same version goes on to Contoso Production, after Test.
fn later() -> Facts {
    let mut facts = first();
    facts.stage = "Production".to_owned();
    facts.target.name = "Contoso Production".to_owned();
    facts.candidate.as_mut().unwrap().bound = Some("a".to_owned());
    facts.position = Position::Later {
        previous: "Test".to_owned(),
        previous_target: "Contoso QA".to_owned(),
        earlier: Earlier::Succeeded,
    };
    facts
}

fn runner() -> Standing {
    Standing { roles: vec![HostRole::User], shares: vec![Access::Run], ..Standing::default() }
}

fn viewer() -> Standing {
    Standing { shares: vec![Access::View], ..Standing::default() }
}

fn finding(severity: Severity, message: &str) -> Finding {
    Finding::new(severity, "0x8004801D", message, "Install it.")
}

fn problem(severity: Severity) -> Problem {
    Problem { field: Field::Variable("con_Url".to_owned()), finding: finding(severity, "con_Url has no value.") }
}

fn candidate(facts: &mut Facts) -> &mut Candidate {
    facts.candidate.as_mut().expect("these facts have a candidate")
}

/// One fact turned, and the rule that then says no; for any stage.
type Turn = (Rule, fn(&mut Facts));

const ANYWHERE: &[Turn] = &[
    (Rule::Pipeline, |facts| facts.pipeline.lacks.stages.push("The pipeline has no deployment stage.".to_owned())),
    (Rule::Target, |facts| facts.target.status = ValidationStatus::Pending),
    (Rule::Target, |facts| facts.target.status = ValidationStatus::Failed),
    (Rule::Target, |facts| facts.target.bound_here = false),
    (Rule::Target, |facts| facts.target.region = "United States".to_owned()),
    (Rule::Target, |facts| facts.source.region = Some("Asia".to_owned())),
    (Rule::Target, |facts| facts.host.region = "Australia".to_owned()),
    (Rule::Target, |facts| (facts.target.managed, facts.host.require_managed) = (false, true)),
    (Rule::Person, |facts| facts.person.active = false),
    (Rule::Person, |facts| facts.person.standing = viewer()),
    (Rule::Person, |facts| facts.person.standing = Standing::default()),
    (Rule::Person, |facts| facts.person.may_import = false),
    (Rule::Bytes, |facts| candidate(facts).bound = Some("b".to_owned())),
    (Rule::Bytes, |facts| candidate(facts).removed = "2026-11-03".parse().ok()),
    (Rule::Version, |facts| facts.target.version = Some("1.0.0.5".parse().unwrap())),
    (Rule::Version, |facts| facts.target.version = Some("1.0.0.10".parse().unwrap())),
    (Rule::Version, |facts| candidate(facts).version = "0.9".parse().unwrap()),
    (Rule::Check, |facts| facts.findings = Some(vec![finding(Severity::Error, "Core is missing.")])),
    (Rule::Check, |facts| facts.findings = None),
    (Rule::Settings, |facts| facts.settings = Some(vec![problem(Severity::Error)])),
    (Rule::Settings, |facts| facts.settings = None),
];

/// What matters for the first stage alone.
const FIRST: &[Turn] = &[
    (Rule::Pipeline, |facts| facts.pipeline.lacks.sources.push("There is no development environment.".to_owned())),
    (Rule::Pipeline, |facts| *from(facts).0 = None),
    (Rule::Pipeline, |facts| *from(facts).0 = Some(ValidationStatus::Pending)),
    (Rule::Pipeline, |facts| *from(facts).0 = Some(ValidationStatus::Failed)),
    (Rule::Pipeline, |facts| *from(facts).1 = InSource::Absent),
    (Rule::Pipeline, |facts| *from(facts).1 = InSource::Managed),
    (Rule::Pipeline, |facts| *from(facts).1 = InSource::System),
    (Rule::Person, |facts| *from(facts).2 = false),
];

/// What matters for later stages alone.
const LATER: &[Turn] = &[
    (Rule::Order, |facts| facts.candidate = None),
    (Rule::Order, |facts| *before(facts) = Earlier::NotYet),
    (Rule::Order, |facts| *before(facts) = Earlier::UnderWay),
    (Rule::Order, |facts| *before(facts) = Earlier::SucceededElsewhere("Contoso UAT".to_owned())),
];

fn from(facts: &mut Facts) -> (&mut Option<ValidationStatus>, &mut InSource, &mut bool) {
    match &mut facts.position {
        Position::First { link, solution, may_export } => (link, solution, may_export),
        Position::Later { .. } => panic!("only a first stage has a source to check"),
    }
}

fn before(facts: &mut Facts) -> &mut Earlier {
    match &mut facts.position {
        Position::Later { earlier, .. } => earlier,
        Position::First { .. } => panic!("nothing comes before a first stage"),
    }
}

/// Both good deployments, with the turns that apply to each.
fn deployments() -> [(Facts, Vec<Turn>); 2] {
    [(first(), [ANYWHERE, FIRST].concat()), (later(), [ANYWHERE, LATER].concat())]
}

fn refusing(judgement: &Judgement) -> Vec<Rule> {
    judgement.refusals().map(|reason| reason.rule).collect()
}

#[test]
fn when_all_is_well_every_rule_says_yes() {
    for facts in [first(), later()] {
        let judgement = judge(Asked::Worker, &facts);
        let expected: Vec<_> = Rule::ALL.iter().map(|&rule| (rule, Verdict::Yes)).collect();
        assert_eq!(judgement.verdicts, expected);
        assert_eq!(judgement.warnings, []);
        assert!(judgement.allowed());
    }
}

#[test]
fn each_fact_alone_turns_exactly_its_rule_to_no() {
    for (good, turns) in deployments() {
        for (at, (rule, turn)) in turns.into_iter().enumerate() {
            let mut facts = good.clone();
            turn(&mut facts);
            let judgement = judge(Asked::Worker, &facts);
            assert_eq!(refusing(&judgement), [rule], "turn {at} in {}", facts.stage);
            assert!(!judgement.allowed());
        }
    }
}

#[test]
fn each_asks_its_own_rules() {
    let numbers = |asked: Asked| asked.rules().iter().map(|rule| rule.number()).collect::<Vec<_>>();
    assert_eq!(numbers(Asked::Card), [1, 2, 3, 4, 5, 6]);
    assert_eq!(numbers(Asked::EndOfValidation), [5, 6, 7]);
    assert_eq!(numbers(Asked::Deploy), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(numbers(Asked::Worker), numbers(Asked::Deploy));
}

#[test]
fn what_is_not_asked_does_not_refuse() {
    for (good, turns) in deployments() {
        for (rule, turn) in turns {
            let mut facts = good.clone();
            turn(&mut facts);
            for asked in [Asked::Card, Asked::EndOfValidation, Asked::Deploy] {
                let judgement = judge(asked, &facts);
                assert_eq!(judgement.allowed(), !asked.rules().contains(&rule), "{rule:?} {asked:?}");
                assert_eq!(judgement.verdicts.len(), asked.rules().len());
            }
        }
    }
}

#[test]
fn a_busy_target_only_makes_it_wait() {
    let held = Lane::Held("the deployment of Fabrikam 2.0 by Bo".to_owned());
    let judgement = judge(Asked::Worker, &Facts { lane: held.clone(), ..first() });
    assert!(judgement.allowed());
    let reason = judgement.waits_for().unwrap();
    assert_eq!(reason.message, "Contoso QA is busy with the deployment of Fabrikam 2.0 by Bo.");
    assert_eq!(lane("Contoso QA", &held), Verdict::Wait(reason.clone()));
    assert_eq!(judge(Asked::Worker, &first()).waits_for(), None);
}

proptest! {
    #[test]
    fn together_they_refuse_what_each_refuses(later in any::<bool>(), chosen in prop::collection::vec(any::<bool>(), 40)) {
        let [one, other] = deployments();
        let (good, turns) = if later { other } else { one };
        let mut facts = good;
        let mut expected = std::collections::BTreeSet::new();
        for ((rule, turn), _) in turns.into_iter().zip(chosen).filter(|(_, chosen)| *chosen) {
            // Without a candidate the turns that follow would have nothing to act on.
            let mut turned = facts.clone();
            turn(&mut turned);
            if turned.candidate.is_some() {
                facts = turned;
                expected.insert(rule);
            }
        }
        let refused = refusing(&judge(Asked::Worker, &facts));
        prop_assert!(refused.is_sorted());
        prop_assert_eq!(refused, expected.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn rights_count_from_run_upwards(standing in super::rights::any_standing()) {
        let mut facts = first();
        facts.person.standing = standing.clone();
        prop_assert_eq!(judge(Asked::Card, &facts).allowed(), right(&standing) >= Right::Run);
    }
}

#[test]
fn runs_keep_verdicts_as_json() {
    let mut facts = first();
    facts.person.active = false;
    facts.target.managed = false;
    let judgement = judge(Asked::Worker, &facts);
    let json = serde_json::to_string(&judgement).unwrap();
    assert!(json.contains(r#"["pipeline",{"answer":"yes"}]"#), "{json}");
    assert!(json.contains(r#"["person",{"answer":"no","reason":{"rule":"person","message":"Ada"#), "{json}");
    assert_eq!(serde_json::from_str::<Judgement>(&json).unwrap(), judgement);
}
