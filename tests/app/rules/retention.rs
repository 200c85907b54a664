//! Which artifacts may lose their packages: only what nothing speaks for.

use proptest::prelude::*;
use sluice::rules::retention::{Facts, InSource, Installed, Policy, Reason, Stage, Verdict, Why, judge};

const POLICY: Policy = Policy { days: 90, versions: 5 };

/// Old, overtaken, and nowhere.
fn forgotten() -> Facts {
    Facts {
        version: "1.0.0.4".parse().unwrap(),
        idle_days: 90,
        higher_versions: 5,
        unfinished: false,
        had_by: Vec::new(),
        source: "Contoso Development".into(),
        in_source: InSource::NotShown,
        stages: Vec::new(),
    }
}

/// A stage that has a higher version, whatever became of this one there.
fn passed() -> Stage {
    Stage {
        name: "Test".into(),
        pipeline: "Contoso Standard".into(),
        target: "Contoso QA".into(),
        installed: version("1.0.0.5"),
        reached: true,
        tried: true,
        succeeded: true,
        allow_redeployment: false,
    }
}

fn version(text: &str) -> Installed {
    Installed::Version(text.parse().unwrap())
}

fn at(stage: Stage) -> Facts {
    Facts { stages: vec![stage], ..forgotten() }
}

fn reasons(facts: &Facts) -> Vec<String> {
    match judge(POLICY, facts) {
        Verdict::Goes => Vec::new(),
        Verdict::Stays(reasons) => reasons.iter().map(Reason::sentence).collect(),
    }
}

#[test]
fn what_nothing_speaks_for_goes() {
    assert_eq!(judge(POLICY, &forgotten()), Verdict::Goes);
    assert_eq!(judge(POLICY, &at(passed())), Verdict::Goes, "its stage has a higher version");
}

#[test]
fn each_thing_that_speaks_for_it_is_told() {
    let none = Stage { reached: false, tried: false, succeeded: false, ..passed() };
    let lower = || version("1.0.0.3");
    for (facts, told) in [
        (Facts { idle_days: 89, ..forgotten() }, "It was used in the last 90 days."),
        (Facts { idle_days: -1, ..forgotten() }, "It was used in the last 90 days."),
        (Facts { higher_versions: 4, ..forgotten() }, "It is one of the 5 newest versions from its source."),
        (Facts { unfinished: true, ..forgotten() }, "A run with it has not ended."),
        (Facts { had_by: vec!["Contoso QA".into()], ..forgotten() }, "Contoso QA has it."),
        (
            Facts { in_source: InSource::Shown, ..forgotten() },
            "Contoso Development has this version, which is bound to it.",
        ),
        (
            Facts { in_source: InSource::Unknown, ..forgotten() },
            "Nothing was seen in Contoso Development so far, which may have this version.",
        ),
        (
            at(Stage { reached: true, installed: lower(), ..none.clone() }),
            "Test of Contoso Standard could take it next.",
        ),
        (
            at(Stage { reached: true, installed: Installed::Nothing, ..none.clone() }),
            "Test of Contoso Standard could take it next.",
        ),
        (
            at(Stage { reached: true, installed: Installed::Unknown, ..none.clone() }),
            "Nothing was seen in Contoso QA so far, and Test could take it.",
        ),
        (
            at(Stage { tried: true, installed: lower(), ..none.clone() }),
            "It could be tried again in Test of Contoso Standard.",
        ),
        (at(Stage { installed: lower(), ..passed() }), "It could be redeployed to Test of Contoso Standard."),
        (at(Stage { allow_redeployment: true, ..passed() }), "It could be redeployed to Test of Contoso Standard."),
    ] {
        assert_eq!(reasons(&facts), [told], "{facts:#?}");
    }
}

#[test]
fn what_does_not_concern_a_stage_does_not_keep_it() {
    let never = Stage { reached: false, tried: false, succeeded: false, installed: Installed::Unknown, ..passed() };
    let same = Stage { installed: version("1.0.0.4"), ..passed() };
    let failed = Stage { succeeded: false, reached: false, allow_redeployment: true, ..passed() };
    for stage in [never, same, failed] {
        assert_eq!(judge(POLICY, &at(stage.clone())), Verdict::Goes, "{stage:#?}");
    }
}

#[test]
fn one_day_and_one_version_are_told_as_such() {
    let facts = Facts { idle_days: 0, higher_versions: 0, ..forgotten() };
    let Verdict::Stays(reasons) = judge(Policy { days: 1, versions: 1 }, &facts) else { panic!("it goes") };
    let told: Vec<String> = reasons.iter().map(Reason::sentence).collect();
    assert_eq!(told, ["It was used in the last day.", "It is the newest version of the solution from its source."]);
    assert_eq!(reasons.iter().map(Reason::why).collect::<Vec<_>>(), [Why::Recent, Why::Newest]);
}

fn installed() -> impl Strategy<Value = Installed> {
    prop_oneof![
        Just(Installed::Nothing),
        Just(Installed::Unknown),
        (0..9u32).prop_map(|n| version(&format!("1.0.0.{n}")))
    ]
}

fn stage() -> impl Strategy<Value = Stage> {
    (installed(), any::<[bool; 4]>()).prop_map(|(installed, [reached, tried, succeeded, allow_redeployment])| Stage {
        installed,
        reached,
        tried: tried || succeeded,
        succeeded,
        allow_redeployment,
        ..passed()
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let in_source = prop_oneof![Just(InSource::Shown), Just(InSource::NotShown), Just(InSource::Unknown)];
    let numbers = (80..100i64, 3..7usize, any::<bool>());
    (numbers, in_source, prop::collection::vec(stage(), 0..4), any::<bool>()).prop_map(
        |((idle_days, higher_versions, unfinished), in_source, stages, had)| Facts {
            idle_days,
            higher_versions,
            unfinished,
            in_source,
            stages,
            had_by: if had { vec!["Contoso QA".into()] } else { Vec::new() },
            ..forgotten()
        },
    )
}

proptest! {
    #[test]
    fn a_stage_more_never_lets_go_what_stayed(facts in facts(), more in stage()) {
        let stages = facts.stages.iter().cloned().chain([more]).collect();
        let with = Facts { stages, ..facts.clone() };
        prop_assert!(judge(POLICY, &facts) == Verdict::Goes || judge(POLICY, &with) != Verdict::Goes);
    }

    #[test]
    fn what_goes_is_had_by_nobody_and_can_be_taken_by_no_stage(facts in facts()) {
        if judge(POLICY, &facts) == Verdict::Goes {
            prop_assert!(facts.had_by.is_empty() && !facts.unfinished && facts.in_source == InSource::NotShown);
            prop_assert!(facts.idle_days >= 90 && facts.higher_versions >= 5);
            for stage in &facts.stages {
                let came = stage.reached || stage.tried;
                let over = matches!(&stage.installed, Installed::Version(one) if *one >= facts.version);
                prop_assert!(!came || over);
                prop_assert!(!(stage.succeeded && stage.allow_redeployment));
            }
        }
    }

    #[test]
    fn longer_and_more_never_remove_more(facts in facts(), days in 1..200u32, versions in 1..9u32) {
        let strict = Policy { days, versions };
        let lenient = Policy { days: days + 1, versions: versions + 1 };
        prop_assert!(judge(strict, &facts) == Verdict::Goes || judge(lenient, &facts) != Verdict::Goes);
    }

    #[test]
    fn every_reason_is_a_sentence_of_its_kind(facts in facts()) {
        if let Verdict::Stays(reasons) = judge(POLICY, &facts) {
            prop_assert!(!reasons.is_empty());
            for reason in reasons {
                prop_assert!(reason.sentence().ends_with('.') && Why::ALL.contains(&reason.why()));
            }
        }
    }
}
