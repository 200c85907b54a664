//! A pipeline's stages: a tree over distinct targets, and what a pipeline lacks before it can deploy.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use super::{access::list, words::words};

/// What the host found when it last looked at the environment of a record.
#[derive(PartialEq, Eq, Copy, Clone, Debug, Hash)]
pub enum ValidationStatus {
    Pending,
    Success,
    Failed,
}

words!(ValidationStatus {
    Pending = "pending", "Pending";
    Success = "success", "Success";
    Failed = "failed", "Failed";
});

/// One live stage, as far as its place among the others matters; `K` identifies stages, `T` targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageFacts<K, T> {
    pub id: K,
    pub name: String,
    pub previous: Option<K>,
    pub target: T,
    pub target_name: String,
}

/// The field of the stage form that a problem belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StageField {
    Previous,
    Target,
}

/// What is wrong with one stage among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageProblem<K> {
    pub stage: K,
    pub field: StageField,
    pub message: String,
}

/// Everything that keeps the stages from being one tree over distinct targets, in the order of the stages.
/// No stages, no problems: that a pipeline needs one is said by [`lacks`].
pub fn problems<K: Copy + Eq + Hash, T: Eq>(stages: &[StageFacts<K, T>]) -> Vec<StageProblem<K>> {
    let by_id = stages.iter().map(|stage| (stage.id, stage)).collect();
    let among = |(index, stage)| problems_among(stage, stages[..index].iter().collect(), &by_id);
    stages.iter().enumerate().flat_map(among).collect()
}

/// What is wrong with one new or changed stage among the others, for its form; its old self may be among them.
pub fn problems_of<K: Copy + Eq + Hash, T: Eq>(
    stage: &StageFacts<K, T>,
    stages: &[StageFacts<K, T>],
) -> Vec<StageProblem<K>> {
    let others: Vec<_> = stages.iter().filter(|other| other.id != stage.id).collect();
    let by_id = others.iter().copied().chain([stage]).map(|stage| (stage.id, stage)).collect();
    problems_among(stage, others, &by_id)
}

type ById<'a, K, T> = HashMap<K, &'a StageFacts<K, T>>;

fn problems_among<K: Copy + Eq + Hash, T: Eq>(
    stage: &StageFacts<K, T>,
    rivals: Vec<&StageFacts<K, T>>,
    by_id: &ById<K, T>,
) -> Vec<StageProblem<K>> {
    let problem = |field, message| StageProblem { stage: stage.id, field, message };
    let previous = previous_problem(stage, &rivals, by_id).map(|message| problem(StageField::Previous, message));
    let target = rivals.iter().find(|rival| rival.target == stage.target).map(|rival| {
        let (rival, target, name) = (&rival.name, &rival.target_name, &stage.name);
        problem(StageField::Target, format!("{rival} already deploys to {target}. Choose another target for {name}."))
    });
    previous.into_iter().chain(target).collect()
}

fn previous_problem<K: Copy + Eq + Hash, T>(
    stage: &StageFacts<K, T>,
    rivals: &[&StageFacts<K, T>],
    by_id: &ById<K, T>,
) -> Option<String> {
    let name = &stage.name;
    let Some(previous) = stage.previous else {
        let first = &rivals.iter().find(|rival| rival.previous.is_none())?.name;
        return Some(format!("{first} is the first stage already. Choose the stage that comes before {name}."));
    };
    if !by_id.contains_key(&previous) {
        return Some(format!("The stage before {name} is not in this pipeline. Choose one that is."));
    }
    let cycle = cycle_through(stage, by_id)?;
    Some(format!("{name} would come after itself ({cycle}). Choose another previous stage."))
}

/// The stages from this one back to itself, as a person reads them, if it is part of a cycle.
fn cycle_through<K: Copy + Eq + Hash, T>(stage: &StageFacts<K, T>, by_id: &ById<K, T>) -> Option<String> {
    let mut path = vec![stage.name.as_str()];
    let mut seen = HashSet::from([stage.id]);
    let mut at = stage;
    loop {
        at = by_id.get(&at.previous?)?;
        path.push(&at.name);
        if at.id == stage.id {
            path.reverse();
            return Some(path.join(", then "));
        }
        // A cycle further up that this stage only leads into.
        if !seen.insert(at.id) {
            return None;
        }
    }
}

/// The stages with their depth in the tree, each after the one before it, siblings as given.
/// Whatever hangs on no first stage follows at the end, so that nothing is hidden.
pub fn in_order<K: Copy + Eq + Hash, T>(stages: &[StageFacts<K, T>]) -> Vec<(usize, &StageFacts<K, T>)> {
    let mut after: HashMap<Option<K>, Vec<usize>> = HashMap::new();
    for (index, stage) in stages.iter().enumerate().rev() {
        after.entry(stage.previous).or_default().push(index);
    }
    let mut placed = vec![false; stages.len()];
    let mut order = Vec::with_capacity(stages.len());
    let mut waiting: Vec<(usize, usize)> = after.get(&None).into_iter().flatten().map(|&first| (0, first)).collect();
    while let Some((depth, index)) = waiting.pop() {
        if !std::mem::replace(&mut placed[index], true) {
            order.push((depth, &stages[index]));
            waiting.extend(after.get(&Some(stages[index].id)).into_iter().flatten().map(|&next| (depth + 1, next)));
        }
    }
    order.extend(stages.iter().zip(placed).filter(|(_, placed)| !placed).map(|(stage, _)| (0, stage)));
    order
}

/// The stages that may come before `stage`: all but itself and those after it.
pub fn may_precede<K: Copy + Eq + Hash, T>(stages: &[StageFacts<K, T>], stage: K) -> Vec<&StageFacts<K, T>> {
    let by_id: ById<K, T> = stages.iter().map(|stage| (stage.id, stage)).collect();
    let comes_after = |candidate: &StageFacts<K, T>| {
        let mut seen = HashSet::new();
        let mut at = Some(candidate);
        while let Some(here) = at.filter(|here| seen.insert(here.id)) {
            if here.id == stage {
                return true;
            }
            at = here.previous.and_then(|previous| by_id.get(&previous).copied());
        }
        false
    };
    stages.iter().filter(|candidate| !comes_after(candidate)).collect()
}

/// An environment record that a pipeline uses, as source or as target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFacts {
    pub name: String,
    pub status: ValidationStatus,
}

/// What a pipeline lacks, in sentences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lacks {
    /// About its stages: forbids every deployment.
    pub stages: Vec<String>,
    /// About its development environments: forbids deployments to the first stage only.
    pub sources: Vec<String>,
    /// About records of its targets: forbids deployments to those only.
    pub targets: Vec<String>,
}

impl Lacks {
    /// All sentences, for the pipeline's own page.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().chain(&self.stages).chain(&self.targets).map(String::as_str)
    }

    /// Nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

/// What a pipeline with these linked development environments, stages and targets lacks.
pub fn lacks<K: Copy + Eq + Hash, T: Eq>(
    sources: &[RecordFacts],
    stages: &[StageFacts<K, T>],
    targets: &[RecordFacts],
) -> Lacks {
    let validated = |record: &RecordFacts| record.status == ValidationStatus::Success;
    let mut lacks = Lacks::default();
    if sources.is_empty() {
        lacks.sources.push("The pipeline has no linked development environment. Add one.".to_owned());
    } else if !sources.iter().any(validated) {
        lacks.sources.push(none_validated(sources));
    }
    if stages.is_empty() {
        lacks.stages.push("The pipeline has no deployment stage. Add one.".to_owned());
    }
    lacks.stages.extend(problems(stages).into_iter().map(|problem| problem.message));
    lacks.targets = targets.iter().filter(|target| !validated(target)).map(unvalidated).collect();
    lacks
}

fn none_validated(sources: &[RecordFacts]) -> String {
    match sources {
        [only] => unvalidated(only),
        several => {
            let names: Vec<String> = several.iter().map(|source| source.name.clone()).collect();
            let names = list(&names);
            format!("No linked development environment is validated. See the records of {names} for what to do.")
        }
    }
}

// Only the record knows whether to refresh it helps.
fn unvalidated(record: &RecordFacts) -> String {
    match record.status {
        ValidationStatus::Failed => {
            format!("The validation of {} failed. See its record for what to do.", record.name)
        }
        _ => format!("{} is not validated yet. Refresh its record.", record.name),
    }
}
