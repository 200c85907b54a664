//! States, as badges show them: kind, icon, label.

use chrono::NaiveDateTime;

use crate::{models::run::StepState, package::checks::Severity, rules::state::State, web::time::Clock};

/// An icon, a word and a colour.
#[derive(Debug, Clone, Copy)]
pub struct Badge {
    pub kind: &'static str,
    pub icon: &'static str,
    pub label: &'static str,
}

/// The badge of a run's state.
pub fn of_state(state: State) -> Badge {
    let (kind, icon) = match state {
        State::Validating | State::Deploying => ("live", "sync"),
        State::ValidationSucceeded => ("live", "person"),
        State::Scheduled => ("", "calendar"),
        State::Queued => ("", "clock"),
        State::Succeeded => ("good", "success"),
        State::Failed => ("bad", "error"),
        State::Canceled => ("", "canceled"),
    };
    Badge { kind, icon, label: state.label() }
}

/// What stands beside the badge of a run that is scheduled: for when.
pub fn planned(clock: &Clock, state: State, at: Option<NaiveDateTime>) -> Option<String> {
    at.filter(|_| state == State::Scheduled).map(|at| format!("for {}", clock.ahead(at)))
}

/// The badge of a finding.
pub fn of_severity(severity: Severity) -> Badge {
    match severity {
        Severity::Error => Badge { kind: "bad", icon: "error", label: "Error" },
        Severity::Warning => Badge { kind: "warn", icon: "warning", label: "Warning" },
        Severity::Info => Badge { kind: "", icon: "info", label: "Information" },
    }
}

/// The look of a step that a run did not come to.
pub const NOT_REACHED: Badge = Badge { kind: "", icon: "canceled", label: "Not reached" };

/// The look of a step.
pub fn of_step(state: StepState) -> Badge {
    match state {
        StepState::Running => Badge { kind: "live", icon: "sync", label: "Running" },
        StepState::Succeeded => Badge { kind: "good", icon: "success", label: "Succeeded" },
        StepState::Failed => Badge { kind: "bad", icon: "error", label: "Failed" },
        StepState::Canceled => Badge { kind: "", icon: "canceled", label: "Canceled" },
    }
}
