//! One rule's answer, and all answers together.

use serde::{Deserialize, Serialize};

use super::words::words;
use crate::package::checks::Finding;

/// The nine rules, in the order they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    Pipeline = 1,
    Target,
    Person,
    Order,
    Bytes,
    Version,
    Check,
    Settings,
    Lane,
}

words!(Rule {
    Pipeline = "pipeline", "Pipeline and source";
    Target = "target", "Target";
    Person = "person", "Rights";
    Order = "order", "Order of stages";
    Bytes = "bytes", "Same package";
    Version = "version", "Higher version";
    Check = "check", "Check against the target";
    Settings = "settings", "Connections and variables";
    Lane = "lane", "Free target";
});

impl Rule {
    /// Its number, 1 to 9.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// Why a rule does not say yes; complete in itself, so that it can stand beside any button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub rule: Rule,
    /// What is so.
    pub message: String,
    /// Who or what lifts it; empty where nothing has to be done.
    pub help: String,
}

impl Reason {
    /// Both as they are read one after the other.
    pub fn told(&self) -> String {
        [self.message.as_str(), self.help.as_str()].join(" ").trim_end().to_owned()
    }
}

/// One rule's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer", content = "reason")]
pub enum Verdict {
    Yes,
    No(Reason),
    Wait(Reason),
}

impl Verdict {
    /// The reason, where the answer is not yes.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Verdict::Yes => None,
            Verdict::No(reason) | Verdict::Wait(reason) => Some(reason),
        }
    }
}

/// Every rule that was asked with its answer, and what the person should know besides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub verdicts: Vec<(Rule, Verdict)>,
    pub warnings: Vec<Finding>,
}

impl Judgement {
    /// No rule says no; it may still have to wait.
    pub fn allowed(&self) -> bool {
        self.first_no().is_none()
    }

    /// The reason to show beside a greyed button.
    pub fn first_no(&self) -> Option<&Reason> {
        self.refusals().next()
    }

    /// Every reason that forbids it, in the order of the rules.
    pub fn refusals(&self) -> impl Iterator<Item = &Reason> {
        self.verdicts.iter().filter_map(|(_, verdict)| match verdict {
            Verdict::No(reason) => Some(reason),
            _ => None,
        })
    }

    /// What it waits for, if it may go ahead later.
    pub fn waits_for(&self) -> Option<&Reason> {
        self.verdicts.iter().find_map(|(_, verdict)| match verdict {
            Verdict::Wait(reason) => Some(reason),
            _ => None,
        })
    }
}
