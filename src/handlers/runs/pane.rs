//! The deploy pane: the steps that a person takes from Deploy on a card to a deployment under way.

/// What is done in a step, in their order.
const LABELS: [&str; 5] = ["Target", "Checks", "Connections", "Variables", "Review"];

/// A step, as the list of steps shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaneStep {
    pub label: &'static str,
    pub stand: Stand,
    /// How many questions of it have no answer yet.
    open: usize,
    /// Where it is on the page that asks for settings; none before the page asks for it.
    href: Option<&'static str>,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    Done,
    /// It is what the page asks for now.
    Current,
    Ahead,
}

impl PaneStep {
    /// Where the step is on the page that asks for settings; none before the page asks for it.
    pub fn href(&self) -> Option<&'static str> {
        self.href
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
        match self.open {
            0 => String::new(),
            count => format!("{count} to answer"),
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

/// On the page that asks for settings, with so many questions left to answer: the first step that has any is what the
/// page asks for now, and Review where none has.
pub fn at_settings(references: usize, variables: usize) -> Vec<PaneStep> {
    let asked = [("#connections", references), ("#variables", variables), ("#review", 0)];
    let first = asked.iter().position(|(_, open)| *open > 0).unwrap_or(2);
    let mut steps = at(2 + first);
    for (step, (href, open)) in steps.iter_mut().skip(2).zip(asked) {
        (step.href, step.open) = (Some(href), open);
        if open == 0 && step.stand == Stand::Ahead && href != "#review" {
            step.stand = Stand::Done;
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
    LABELS
        .iter()
        .enumerate()
        .map(|(step, &label)| PaneStep { label, stand: stand(step), open: 0, href: None })
        .collect()
}
