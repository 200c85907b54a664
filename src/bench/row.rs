//! One figure: what was measured, what limits it, and what it should be.

use serde::{Deserialize, Serialize};

use super::load::Round;

/// A figure beside its limit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    pub value: f64,
    pub unit: String,
    #[serde(default)]
    pub limit: Option<Limit>,
    /// To the limit, or to the goal where there is no limit.
    #[serde(default)]
    pub ratio: Option<f64>,
    #[serde(default)]
    pub goal: Option<Goal>,
    /// Whether the goal is met.
    #[serde(default)]
    pub met: Option<bool>,
    /// For a page.
    #[serde(default)]
    pub page: Option<Page>,
}

/// What a figure cannot be better than on this machine, measured in the same run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    pub name: String,
    pub value: f64,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// This part of the limit at least.
    Part(f64),
    /// At most so much, in the figure's unit.
    Most(f64),
    /// At least so much.
    Least(f64),
}

/// How a page was answered.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Page {
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
    pub bytes: usize,
}

impl Row {
    /// A figure with neither limit nor goal.
    pub fn new(name: impl Into<String>, value: f64, unit: &str) -> Row {
        Row { name: name.into(), value, unit: unit.to_owned(), ..Row::default() }
    }

    /// How many requests for a page a second.
    pub fn of_page(name: impl Into<String>, round: Round, bytes: usize) -> Row {
        let page = Page { p50: round.p50, p99: round.p99, bytes };
        Row { page: Some(page), ..Row::new(name, round.rate, "/s") }
    }

    /// With what limits it.
    pub fn beside(self, name: &str, value: f64) -> Row {
        let limit = Limit { name: name.to_owned(), value };
        Row { ratio: Some(self.value / value), limit: Some(limit), ..self }
    }

    /// With what it should be.
    pub fn aims(self, goal: Goal) -> Row {
        let met = match goal {
            Goal::Part(part) => self.ratio.is_some_and(|ratio| ratio >= part),
            Goal::Most(most) => self.value <= most,
            Goal::Least(least) => self.value >= least,
        };
        let ratio = match goal {
            Goal::Most(goal) | Goal::Least(goal) => self.ratio.or(Some(self.value / goal)),
            Goal::Part(_) => self.ratio,
        };
        Row { goal: Some(goal), met: Some(met), ratio, ..self }
    }
}

impl Goal {
    /// As a reader of the table sees it.
    pub fn told(self, unit: &str) -> String {
        match self {
            Goal::Part(part) => format!(">= {part} of it"),
            Goal::Most(most) => format!("<= {} {unit}", number(most)),
            Goal::Least(least) => format!(">= {} {unit}", number(least)),
        }
    }
}

/// With as many digits as tell something.
pub fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
