//! Rules 7, 8 and 9: the check, the settings and the lane.

use super::no;
use crate::{
    package::checks::{Finding, Severity},
    rules::{
        facts::{Facts, Lane},
        verdict::{Reason, Rule, Verdict},
    },
};

pub(super) fn check(facts: &Facts, warnings: &mut Vec<Finding>) -> Verdict {
    let Some(findings) = &facts.findings else {
        let message = format!("The package has not been checked against {} yet.", facts.target.name);
        return no(Rule::Check, message, "Start with Next, which checks it.");
    };
    among(Rule::Check, findings.iter(), warnings)
}

pub(super) fn settings(facts: &Facts, warnings: &mut Vec<Finding>) -> Verdict {
    let Some(problems) = &facts.settings else {
        let message = format!("Connections and environment variables for {} are not set yet.", facts.target.name);
        return no(Rule::Settings, message, "Fill them in before you deploy.");
    };
    among(Rule::Settings, problems.iter().map(|problem| &problem.finding), warnings)
}

/// No if there is an error, naming the first and counting the others; warnings are passed on.
fn among<'a>(rule: Rule, findings: impl Iterator<Item = &'a Finding>, warnings: &mut Vec<Finding>) -> Verdict {
    let mut errors = Vec::new();
    for finding in findings {
        match finding.severity {
            Severity::Error => errors.push(finding),
            Severity::Warning => warnings.push(finding.clone()),
            Severity::Info => {}
        }
    }
    let Some(first) = errors.first() else {
        return Verdict::Yes;
    };
    let message = match errors.len() - 1 {
        0 => first.message.clone(),
        1 => format!("{} There is one more error.", first.message),
        more => format!("{} There are {more} more errors.", first.message),
    };
    no(rule, message, first.advice.clone())
}

/// Rule 9 alone, for a run that waits in a queue: never No.
pub fn lane(target: &str, lane: &Lane) -> Verdict {
    match lane {
        Lane::Free => Verdict::Yes,
        Lane::Held(by) => Verdict::Wait(Reason {
            rule: Rule::Lane,
            message: format!("{target} is busy with {by}."),
            help: "It continues as soon as the target is free.".to_owned(),
        }),
    }
}
