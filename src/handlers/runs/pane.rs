//! The deploy pane: the steps that a person takes from Deploy on a card to a deployment under way.

/// What is done in a step, in their order.
const LABELS: [&str; 5] = ["Target", "Checks", "Connections", "Variables", "Review"];

/// A step, as the list of steps shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaneStep {
    pub label: &'static str,
    pub stand: Stand,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    Done,
    /// It is what the page asks for now.
    Current,
    /// So many questions of it have no answer yet.
    Open(usize),
    Ahead,
}

impl PaneStep {
    /// Where the step is on the page that asks for settings; none before the page asks for it.
    pub fn href(&self) -> Option<String> {
        let asked = matches!(self.label, "Connections" | "Variables" | "Review") && self.stand != Stand::Ahead;
        asked.then(|| format!("#{}", self.label.to_lowercase()))
    }

    /// Whether it is what the page asks for now.
    pub fn is_current(&self) -> bool {
        self.stand == Stand::Current
    }

    /// Whether nothing is left to do in it.
    pub fn is_done(&self) -> bool {
        self.stand == Stand::Done
    }

    /// What is left to do in it, in words; empty where that is nothing or not known.
    pub fn left(&self) -> String {
        match self.stand {
            Stand::Open(count) => format!("{count} to answer"),
            _ => String::new(),
        }
    }
}

/// On the page that says what will happen.
pub fn at_target() -> Vec<PaneStep> {
    at(0)
}

/// While the target is asked.
pub fn at_checks() -> Vec<PaneStep> {
    at(1)
}

/// On the page that asks for settings, with so many questions left to answer.
pub fn at_settings(references: usize, variables: usize) -> Vec<PaneStep> {
    let mut steps = at(4);
    for (step, left) in [(2, references), (3, variables)] {
        if left > 0 {
            steps[step].stand = Stand::Open(left);
        }
    }
    steps
}

fn at(current: usize) -> Vec<PaneStep> {
    let stand = |step: usize| match step.cmp(&current) {
        std::cmp::Ordering::Less => Stand::Done,
        std::cmp::Ordering::Equal => Stand::Current,
        std::cmp::Ordering::Greater => Stand::Ahead,
    };
    LABELS.iter().enumerate().map(|(step, &label)| PaneStep { label, stand: stand(step) }).collect()
}
