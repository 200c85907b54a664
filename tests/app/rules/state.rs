//! A run's life, every state and every event.

use proptest::prelude::*;
use sluice::rules::state::{Event, State, next};

/// Where each event leads from each state; a dash is a refusal.
const TABLE: &str = "
                     Validating           ValidationSucceeded Scheduled Queued    Deploying Succeeded Failed Canceled
    CheckPassed      ValidationSucceeded  -                   -         -         -         -         -      -
    CheckFailed      Failed               -                   -         Failed    Failed    -         -      -
    DeployNow        -                    Queued              -         -         -         -         -      -
    DeployLater      -                    Scheduled           -         -         -         -         -      -
    Moved            -                    -                   Scheduled -         -         -         -      -
    Due              -                    -                   Queued    -         -         -         -      -
    Claimed          -                    -                   -         Deploying -         -         -      -
    RuleRefused      Failed               -                   Failed    Failed    Failed    -         -      -
    Imported         -                    -                   -         -         Succeeded -         -      -
    ImportFailed     -                    -                   -         -         Failed    -         -      -
    CancelAsked      -                    Canceled            Canceled  Canceled  Deploying -         -      -
    CancelConfirmed  -                    -                   -         -         Canceled  -         -      -
    Superseded       -                    Canceled            -         -         -         -         -      -
    Expired          -                    Canceled            -         -         -         -         -      -
";

#[test]
fn every_event_in_every_state() {
    let mut lines = TABLE.lines().map(str::split_whitespace).filter(|line| line.clone().next().is_some());
    let states: Vec<&str> = lines.next().unwrap().collect();
    assert_eq!(states, State::ALL.iter().map(|state| format!("{state:?}")).collect::<Vec<_>>());
    let mut events = Vec::new();
    for (mut line, event) in lines.zip(Event::ALL) {
        events.push(line.next().unwrap().to_owned());
        let cells: Vec<&str> = line.collect();
        assert_eq!(cells.len(), State::ALL.len(), "{event:?}");
        for (expected, &state) in cells.into_iter().zip(State::ALL) {
            let actual = next(state, *event).map_or("-".to_owned(), |state| format!("{state:?}"));
            assert_eq!(actual, expected, "{state:?} + {event:?}");
        }
    }
    assert_eq!(events, Event::ALL.iter().map(|event| format!("{event:?}")).collect::<Vec<_>>());
}

#[test]
fn final_is_final() {
    for &state in State::ALL {
        let stuck = Event::ALL.iter().all(|&event| next(state, event).is_err());
        assert_eq!(stuck, state.is_final(), "{state:?}");
    }
}

#[test]
fn only_the_platform_cancels_a_deployment() {
    for &event in Event::ALL {
        let canceled = next(State::Deploying, event) == Ok(State::Canceled);
        assert_eq!(canceled, event == Event::CancelConfirmed, "{event:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_deployed_that_was_not_validated_and_released(
        events in prop::collection::vec(prop::sample::select(Event::ALL), 0..40),
    ) {
        let mut state = State::Validating;
        let mut passed = vec![state];
        for event in events {
            if let Ok(following) = next(state, event) {
                state = following;
                passed.push(state);
            }
        }
        if passed.contains(&State::Succeeded) {
            for needed in [State::ValidationSucceeded, State::Queued, State::Deploying] {
                prop_assert!(passed.contains(&needed), "{:?}", passed);
            }
        }
    }
}

#[test]
fn each_state_is_exactly_one_of_four() {
    for &state in State::ALL {
        let kinds = [state.is_final(), state.is_waiting(), state.awaits_deploy(), state.is_at_work()];
        assert_eq!(kinds.iter().filter(|&&kind| kind).count(), 1, "{state:?}");
    }
}

#[test]
fn a_refusal_says_how_the_run_stands_and_what_to_do() {
    let sentence = |state, event| next(state, event).unwrap_err().sentence;
    assert_eq!(
        sentence(State::Succeeded, Event::CancelAsked),
        "This run has succeeded, so it cannot be canceled. Start a new run instead."
    );
    assert_eq!(
        sentence(State::Queued, Event::DeployNow),
        "This run is queued, so it cannot be deployed. It starts as soon as its target is free. Cancel it to stop it."
    );
    assert!(!State::Validating.may_be_canceled());
    assert!(State::Deploying.may_be_canceled());
}

#[test]
fn states_are_stored_as_words() {
    for &state in State::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
    assert_eq!(State::ValidationSucceeded.as_str(), "validation_succeeded");
    assert_eq!(State::ValidationSucceeded.label(), "Validation succeeded");
}
