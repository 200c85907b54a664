//! What a package requires and a target lacks, grouped by the solution that brings it.

use crate::package::{
    checks::{Finding, Missing, Severity},
    version::Version,
};

/// How many components a sentence names before it counts the rest.
const NAMED: usize = 3;

/// One error per solution that has to be installed or updated first, and one for what comes from no solution.
pub(super) fn findings(solution: &str, target: &str, missing: &[Missing]) -> Vec<Finding> {
    let mut groups: Vec<Group> = Vec::new();
    for one in missing {
        match groups.iter_mut().find(|group| group.takes(one)) {
            Some(group) => group.add(one),
            None => groups.push(Group::of(one)),
        }
    }
    groups.iter().map(|group| group.finding(solution, target)).collect()
}

struct Group<'a> {
    solution: Option<&'a str>,
    /// The highest version that any of them requires.
    version: Option<&'a Version>,
    installed: Option<&'a Version>,
    components: Vec<String>,
}

impl<'a> Group<'a> {
    fn of(one: &'a Missing) -> Self {
        let mut group = Group { solution: one.solution.as_deref(), version: None, installed: None, components: vec![] };
        group.add(one);
        group
    }

    fn takes(&self, one: &Missing) -> bool {
        self.solution.map(str::to_lowercase) == one.solution.as_deref().map(str::to_lowercase)
    }

    fn add(&mut self, one: &'a Missing) {
        self.version = self.version.max(one.version.as_ref());
        self.installed = self.installed.or(one.installed.as_ref());
        let component = [one.kind.as_str(), one.component.as_str()].join(" ").trim().to_owned();
        if !component.is_empty() && !self.components.contains(&component) {
            self.components.push(component);
        }
    }

    fn finding(&self, solution: &str, target: &str) -> Finding {
        let needs = self.needs();
        let (code, message, advice) = match (self.solution, self.installed) {
            (None, _) => (
                "0x8004801D",
                format!("{target} lacks what {solution} needs{needs}."),
                "It belongs to no other solution: add it to this one and raise its version.".to_owned(),
            ),
            (Some(required), None) => (
                "0x80048034",
                format!("{target} lacks {required}, which {solution} needs{needs}."),
                format!("Install {} in {target} first.", self.wanted(required)),
            ),
            (Some(required), Some(installed)) if self.version.is_some_and(|version| version > installed) => (
                "0x8004801D",
                format!("{target} has {required} {installed}, but {solution} needs a newer version{needs}."),
                format!("Install {} in {target} first.", self.wanted(required)),
            ),
            (Some(required), Some(installed)) => (
                "0x8004801D",
                format!("{required} {installed} in {target} lacks what {solution} needs{needs}."),
                format!("Install a version of {required} that has it in {target} first."),
            ),
        };
        let solution = self.solution.map(str::to_owned);
        Finding { solution, ..Finding::new(Severity::Error, code, message, advice) }
    }

    fn wanted(&self, required: &str) -> String {
        match self.version {
            Some(version) => format!("{required} {version} or later"),
            None => required.to_owned(),
        }
    }

    /// The components in brackets, as an end of a sentence.
    fn needs(&self) -> String {
        let named = self.components.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match self.components.len() {
            0 => String::new(),
            all if all > NAMED => format!(" ({named} and {} more)", all - NAMED),
            _ => format!(" ({named})"),
        }
    }
}
