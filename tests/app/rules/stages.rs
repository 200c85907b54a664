//! Stages are one tree over distinct targets.

use proptest::prelude::*;
use sluice::rules::stages::{
    Lacks, RecordFacts, StageFacts, StageField, ValidationStatus, in_order, lacks, may_precede, problems, problems_of,
};

type Stage = StageFacts<usize, usize>;

/// A stage called by its number, with a target of its own.
fn stage(id: usize, previous: Option<usize>) -> Stage {
    StageFacts { id, name: format!("S{id}"), previous, target: id, target_name: format!("T{id}") }
}

/// Test, QA and UAT after it, Production after QA.
fn contoso() -> Vec<Stage> {
    let names = [("Test", None), ("Production", Some(2)), ("QA", Some(0)), ("UAT", Some(0))];
    let named = |(id, (name, previous)): (usize, (&str, Option<usize>))| StageFacts {
        name: name.to_owned(),
        target_name: format!("Contoso {name}"),
        ..stage(id, previous)
    };
    names.into_iter().enumerate().map(named).collect()
}

fn messages(stages: &[Stage]) -> Vec<String> {
    problems(stages).into_iter().map(|problem| problem.message).collect()
}

/// Trees of up to twelve stages in any order: each stage but the first hangs on one that was there before it.
fn tree() -> impl Strategy<Value = Vec<Stage>> {
    let parents = prop::collection::vec(any::<prop::sample::Index>(), 0..12);
    let stages = parents.prop_map(|parents| {
        let rest = parents.iter().enumerate().map(|(at, parent)| stage(at + 1, Some(parent.index(at + 1))));
        std::iter::once(stage(0, None)).chain(rest).collect::<Vec<_>>()
    });
    stages.prop_shuffle()
}

/// Any previous stages whatever, known or unknown.
fn tangle() -> impl Strategy<Value = Vec<Stage>> {
    prop::collection::vec(prop::option::of(0..10usize), 0..8)
        .prop_map(|previous| previous.into_iter().enumerate().map(|(id, previous)| stage(id, previous)).collect())
}

/// The first stage is reached from every stage in at most as many steps as there are stages.
fn is_tree(stages: &[Stage]) -> bool {
    let first = |stage: &Stage| {
        let mut at = stage;
        for _ in stages {
            match at.previous {
                None => return Some(at.id),
                Some(previous) => at = stages.iter().find(|stage| stage.id == previous)?,
            }
        }
        None
    };
    let mut firsts = stages.iter().map(first);
    let one = firsts.next().flatten();
    stages.is_empty() || (one.is_some() && firsts.all(|first| first == one))
}

proptest! {
    #[test]
    fn trees_have_no_problems(stages in tree()) {
        prop_assert_eq!(messages(&stages), Vec::<String>::new());
        for stage in &stages {
            prop_assert_eq!(problems_of(stage, &stages), vec![]);
        }
    }

    #[test]
    fn whatever_is_no_tree_has_problems(stages in tangle()) {
        prop_assert_eq!(problems(&stages).is_empty(), is_tree(&stages), "{:?}", messages(&stages));
    }

    #[test]
    fn a_changed_stage_has_a_problem_exactly_where_the_pipeline_would(
        stages in tree(),
        at in any::<prop::sample::Index>(),
        previous in prop::option::of(0..14usize),
    ) {
        let at = at.index(stages.len());
        let changed = Stage { previous, ..stages[at].clone() };
        let mut after = stages.clone();
        after[at] = changed.clone();
        prop_assert_eq!(problems_of(&changed, &stages).is_empty(), is_tree(&after));
    }

    #[test]
    fn in_order_shows_every_stage_once(stages in tangle()) {
        let mut shown: Vec<usize> = in_order(&stages).into_iter().map(|(_, stage)| stage.id).collect();
        shown.sort();
        prop_assert_eq!(shown, (0..stages.len()).collect::<Vec<_>>());
    }

    #[test]
    fn in_order_puts_each_stage_one_deeper_after_its_previous_one(stages in tree()) {
        let order = in_order(&stages);
        for (place, (depth, stage)) in order.iter().enumerate() {
            let Some(previous) = stage.previous else {
                prop_assert_eq!(*depth, 0);
                continue;
            };
            let before = order[..place].iter().find(|(_, other)| other.id == previous);
            prop_assert_eq!(before.map(|(depth, _)| depth + 1), Some(*depth));
        }
    }

    #[test]
    fn siblings_stay_in_the_order_given(stages in tree()) {
        let place = |id| stages.iter().position(|stage| stage.id == id).unwrap();
        for previous in stages.iter().map(|stage| stage.previous) {
            let siblings = in_order(&stages).into_iter().map(|(_, stage)| stage);
            let places: Vec<_> = siblings.filter(|s| s.previous == previous).map(|s| place(s.id)).collect();
            prop_assert!(places.is_sorted());
        }
    }

    #[test]
    fn what_may_precede_keeps_the_tree(stages in tree(), at in any::<prop::sample::Index>()) {
        let stage = &stages[at.index(stages.len())];
        let allowed: Vec<usize> = may_precede(&stages, stage.id).into_iter().map(|stage| stage.id).collect();
        for other in &stages {
            let changed = Stage { previous: Some(other.id), ..stage.clone() };
            let fits = !problems_of(&changed, &stages).iter().any(|problem| problem.field == StageField::Previous);
            prop_assert_eq!(fits, allowed.contains(&other.id));
        }
    }
}

#[test]
fn a_branching_pipeline_is_shown_as_a_tree() {
    let stages = contoso();
    assert_eq!(messages(&stages), Vec::<String>::new());
    let shown: Vec<_> = in_order(&stages).into_iter().map(|(depth, stage)| (depth, stage.name.as_str())).collect();
    assert_eq!(shown, [(0, "Test"), (1, "QA"), (2, "Production"), (1, "UAT")]);
}

#[test]
fn each_problem_stands_beside_its_field() {
    let with = |at: usize, change: fn(&mut Stage)| {
        let mut stage = contoso().remove(at);
        change(&mut stage);
        let found = problems_of(&stage, &contoso());
        found.into_iter().map(|problem| (problem.stage, problem.field, problem.message)).collect::<Vec<_>>()
    };
    let one = |stage, field, message: &str| vec![(stage, field, message.to_owned())];
    assert_eq!(
        with(2, |qa| qa.previous = None),
        one(2, StageField::Previous, "Test is the first stage already. Choose the stage that comes before QA.")
    );
    assert_eq!(
        with(2, |qa| qa.previous = Some(9)),
        one(2, StageField::Previous, "The stage before QA is not in this pipeline. Choose one that is.")
    );
    let sentence =
        "Test would come after itself (Test, then QA, then Production, then Test). Choose another previous stage.";
    assert_eq!(with(0, |test| test.previous = Some(1)), one(0, StageField::Previous, sentence));
    // The stage being edited is told, wherever the other one stands.
    assert_eq!(
        with(0, |test| test.target = 3),
        one(0, StageField::Target, "UAT already deploys to Contoso UAT. Choose another target for Test.")
    );
}

#[test]
fn a_stage_may_not_precede_itself() {
    assert_eq!(
        messages(&[stage(0, Some(0))]),
        ["S0 would come after itself (S0, then S0). Choose another previous stage."]
    );
}

fn record(name: &str, status: ValidationStatus) -> RecordFacts {
    RecordFacts { name: name.to_owned(), status }
}

#[test]
fn a_complete_pipeline_lacks_nothing() {
    let sources = [record("Dev", ValidationStatus::Success), record("Old dev", ValidationStatus::Failed)];
    let found = lacks(&sources, &contoso(), &[record("Contoso QA", ValidationStatus::Success)]);
    assert_eq!(found, Lacks::default());
    assert!(found.is_empty());
}

#[test]
fn an_incomplete_pipeline_says_what_it_lacks() {
    let found = lacks::<usize, usize>(&[], &[], &[]);
    assert_eq!(
        found.all().collect::<Vec<_>>(),
        [
            "The pipeline has no linked development environment. Add one.",
            "The pipeline has no deployment stage. Add one."
        ]
    );

    let sources = [record("Dev", ValidationStatus::Pending), record("Old dev", ValidationStatus::Failed)];
    let targets = [record("QA", ValidationStatus::Pending), record("Production", ValidationStatus::Failed)];
    let found = lacks(&sources, &[stage(0, None), stage(1, None)], &targets);
    assert_eq!(
        found.all().collect::<Vec<_>>(),
        [
            "No linked development environment is validated. See the records of Dev and Old dev for what to do.",
            "S0 is the first stage already. Choose the stage that comes before S1.",
            "QA is not validated yet. Refresh its record.",
            "The validation of Production failed. See its record for what to do.",
        ]
    );

    let found = lacks(&[record("Host", ValidationStatus::Failed)], &contoso(), &[]);
    assert_eq!(found.sources, ["The validation of Host failed. See its record for what to do."]);
}
