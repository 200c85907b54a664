//! A run's life: which event leads from which state to which.

use super::words::words;

/// How many days a run waits for Deploy before it is canceled.
pub const DAYS_TO_DEPLOY: i64 = 7;

/// Where a run stands.
#[derive(PartialEq, Eq, Copy, Clone, Debug, Hash)]
pub enum State {
    Validating,
    ValidationSucceeded,
    Scheduled,
    Queued,
    Deploying,
    Succeeded,
    Failed,
    Canceled,
}

words!(State {
    Validating = "validating", "Validating";
    ValidationSucceeded = "validation_succeeded", "Validation succeeded";
    Scheduled = "scheduled", "Scheduled";
    Queued = "queued", "Queued";
    Deploying = "deploying", "Deploying";
    Succeeded = "succeeded", "Succeeded";
    Failed = "failed", "Failed";
    Canceled = "canceled", "Canceled";
});

impl State {
    /// Nothing changes it any more.
    pub fn is_final(self) -> bool {
        matches!(self, State::Succeeded | State::Failed | State::Canceled)
    }

    /// Waits for its time or its turn; nobody needs to press anything.
    pub fn is_waiting(self) -> bool {
        matches!(self, State::Scheduled | State::Queued)
    }

    /// Waits for a person: settings and Deploy.
    pub fn awaits_deploy(self) -> bool {
        self == State::ValidationSucceeded
    }

    /// The worker is at it in an environment.
    pub fn is_at_work(self) -> bool {
        matches!(self, State::Validating | State::Deploying)
    }

    /// Whether asking to cancel means anything now; while deploying the platform has the last word.
    pub fn may_be_canceled(self) -> bool {
        next(self, Event::CancelAsked).is_ok()
    }
}

/// What can happen to a run.
#[derive(PartialEq, Eq, Copy, Clone, Debug, Hash)]
pub enum Event {
    /// Exported and checked, and no rule said no.
    CheckPassed,
    /// The export or the check failed.
    CheckFailed,
    /// Deploy was pressed for now.
    DeployNow,
    /// Deploy was pressed for a later time.
    DeployLater,
    /// A scheduled run got another time.
    Moved,
    /// A scheduled run's time has come.
    Due,
    /// A worker holds the target's lane for it.
    Claimed,
    /// A rule now says no.
    RuleRefused,
    Imported,
    ImportFailed,
    /// A person asked to cancel.
    CancelAsked,
    /// The platform confirmed that it stopped the import and changed nothing.
    CancelConfirmed,
    /// A newer Next of the same solution and stage.
    Superseded,
    /// Nobody pressed Deploy in [`DAYS_TO_DEPLOY`] days.
    Expired,
}

impl Event {
    /// Every event.
    pub const ALL: &[Event] = &[
        Event::CheckPassed,
        Event::CheckFailed,
        Event::DeployNow,
        Event::DeployLater,
        Event::Moved,
        Event::Due,
        Event::Claimed,
        Event::RuleRefused,
        Event::Imported,
        Event::ImportFailed,
        Event::CancelAsked,
        Event::CancelConfirmed,
        Event::Superseded,
        Event::Expired,
    ];

    fn as_verb(self) -> &'static str {
        match self {
            Event::CheckPassed | Event::CheckFailed => "take the result of a validation",
            Event::DeployNow => "be deployed",
            Event::DeployLater => "be scheduled",
            Event::Moved => "be rescheduled",
            Event::Due => "become due",
            Event::Claimed => "start to deploy",
            Event::RuleRefused => "be refused by a rule",
            Event::Imported | Event::ImportFailed => "take the result of an import",
            Event::CancelAsked => "be canceled",
            Event::CancelConfirmed => "be stopped by its target",
            Event::Superseded => "be replaced by a newer one",
            Event::Expired => "expire",
        }
    }
}

/// Why an event does not apply to a run in its state, in the sentence a person reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    pub state: State,
    pub event: Event,
    pub sentence: String,
}

/// The state that follows, or why none does. Gates may one day stand between Validation succeeded and Queued.
pub fn next(state: State, event: Event) -> Result<State, Refusal> {
    match (state, event) {
        (State::Validating, Event::CheckPassed) => Ok(State::ValidationSucceeded),
        (State::Validating, Event::CheckFailed | Event::RuleRefused) => Ok(State::Failed),

        (State::ValidationSucceeded, Event::DeployNow) => Ok(State::Queued),
        (State::ValidationSucceeded, Event::DeployLater) => Ok(State::Scheduled),
        (State::ValidationSucceeded, Event::CancelAsked | Event::Superseded | Event::Expired) => Ok(State::Canceled),

        (State::Scheduled, Event::Moved) => Ok(State::Scheduled),
        (State::Scheduled, Event::Due) => Ok(State::Queued),
        (State::Scheduled, Event::RuleRefused) => Ok(State::Failed),
        (State::Scheduled, Event::CancelAsked) => Ok(State::Canceled),

        (State::Queued, Event::Claimed) => Ok(State::Deploying),
        // The worker checks once more before it imports.
        (State::Queued, Event::RuleRefused | Event::CheckFailed) => Ok(State::Failed),
        (State::Queued, Event::CancelAsked) => Ok(State::Canceled),

        (State::Deploying, Event::Imported) => Ok(State::Succeeded),
        (State::Deploying, Event::ImportFailed | Event::RuleRefused | Event::CheckFailed) => Ok(State::Failed),
        // The wish is passed on to the platform; the run goes on until it confirms.
        (State::Deploying, Event::CancelAsked) => Ok(State::Deploying),
        (State::Deploying, Event::CancelConfirmed) => Ok(State::Canceled),

        _ => Err(refusal(state, event)),
    }
}

fn refusal(state: State, event: Event) -> Refusal {
    let (stands, advice) = match state {
        State::Validating => ("is still being validated", "Wait until the validation has finished."),
        State::ValidationSucceeded => ("waits for settings and Deploy", "Choose Deploy, or cancel it."),
        State::Scheduled => ("is scheduled", "It starts at its time. Reschedule or cancel it to change that."),
        State::Queued => ("is queued", "It starts as soon as its target is free. Cancel it to stop it."),
        State::Deploying => ("is being deployed", "Wait until the deployment has finished."),
        State::Succeeded => ("has succeeded", "Start a new run instead."),
        State::Failed => ("has failed", "Choose Retry to start a new run."),
        State::Canceled => ("was canceled", "Start a new run instead."),
    };
    let sentence = format!("This run {stands}, so it cannot {}. {advice}", event.as_verb());
    Refusal { state, event, sentence }
}
