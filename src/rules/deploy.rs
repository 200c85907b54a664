//! The nine rules, asked together.

mod artifact;
mod entitlement;
mod outset;
mod readiness;

use super::{
    facts::Facts,
    verdict::{Judgement, Reason, Rule, Verdict},
};
use crate::package::checks::{Finding, Severity};

pub use artifact::{LOST, removed};
pub use entitlement::{Change, Claim, Place, Reader, lacking};
pub use readiness::lane;

/// Who asks, and so which rules: each later one knows more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asked {
    /// The stage card and Next.
    Card,
    /// The worker, once the package was checked; open settings are questions then, not refusals.
    EndOfValidation,
    /// The button and POST of Deploy and Retry.
    Deploy,
    /// The worker with live facts, just before it imports.
    Worker,
}

impl Asked {
    /// The rules it asks, in their order.
    pub fn rules(self) -> &'static [Rule] {
        match self {
            Asked::Card => &Rule::ALL[..6],
            Asked::EndOfValidation => &Rule::ALL[4..7],
            Asked::Deploy | Asked::Worker => Rule::ALL,
        }
    }
}

/// Asks the rules; every answer is kept, so that a page can show all that stands in the way.
pub fn judge(asked: Asked, facts: &Facts) -> Judgement {
    let mut warnings = Vec::new();
    let verdicts = asked.rules().iter().map(|&rule| (rule, answer(rule, asked, facts, &mut warnings))).collect();
    Judgement { verdicts, warnings }
}

fn answer(rule: Rule, asked: Asked, facts: &Facts, warnings: &mut Vec<Finding>) -> Verdict {
    match rule {
        Rule::Pipeline => outset::pipeline(facts),
        Rule::Target => outset::target(facts, warnings),
        Rule::Person => entitlement::person(asked, facts),
        Rule::Order => artifact::order(facts),
        Rule::Bytes => artifact::bytes(facts, warnings),
        Rule::Version => artifact::version(facts, warnings),
        Rule::Check => readiness::check(facts, warnings),
        Rule::Settings => readiness::settings(facts, warnings),
        Rule::Lane => lane(&facts.target.name, &facts.lane),
    }
}

fn no(rule: Rule, message: impl Into<String>, help: impl Into<String>) -> Verdict {
    Verdict::No(Reason { rule, message: message.into(), help: help.into() })
}

fn warning(code: &str, message: String, advice: String) -> Finding {
    Finding::new(Severity::Warning, code, message, advice)
}
