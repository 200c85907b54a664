//! Whatever an environment does and wherever servers die, a deployment comes to an end that is allowed, and imports at
//! most once.

use std::panic::AssertUnwindSafe;

use chrono::TimeDelta;
use diesel::prelude::*;
use futures_util::FutureExt;
use proptest::{prelude::*, test_runner::TestRunner};
use sluice::{
    app::App, db, models::run::Run, platform::Platforms, rules::state::State, schema::operations, worker::run_pending,
};

use crate::{
    faulty::{DEATH, Fault, Faulty},
    support::{Contoso, contoso},
};

/// More turns than any script needs.
const TURNS: usize = 200;

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Busy),
        Just(Fault::Unreachable),
        Just(Fault::AnswerLost),
        Just(Fault::Slow),
        Just(Fault::DiesBefore),
        Just(Fault::DiesAfter),
    ]
}

/// Somebody's deployment to test, on two servers that take turns.
struct Deployment {
    c: Contoso,
    servers: [App; 2],
    platform: std::sync::Arc<Faulty>,
}

impl Deployment {
    async fn new(script: &[Fault]) -> Deployment {
        let c = Contoso::new();
        c.import(&c.development, &contoso::tables("1.0.0.4")).await;
        let platform = Faulty::new(c.app.app.platforms.clone(), script);
        let server = |app: &App| {
            let mut server = app.clone();
            server.platforms = Platforms::new(platform.clone());
            server
        };
        let servers = [server(&c.app.app), server(&c.app.another_server())];
        Deployment { servers, platform, c }
    }

    /// From Next to its end.
    async fn run(&self) -> Run {
        self.run_and_cancel(TURNS).await
    }

    /// The same, with Cancel pressed before this turn, if it comes to that.
    async fn run_and_cancel(&self, at: usize) -> Run {
        let mut maya = self.c.app.sign_in(&self.c.maya).await;
        let page = self.c.next(&mut maya, &self.c.test, "contoso_core").await;
        let id = self.c.run_of(&page).id;
        for turn in 0..TURNS {
            let run = self.c.run(id);
            match run.state {
                State::ValidationSucceeded => {
                    let answer = maya.post(&format!("/runs/{id}/deployment"), &[("notes", "")]).await;
                    assert_eq!(answer.status, 303, "{}", answer.text());
                }
                state if state.is_final() => return run,
                _ => (),
            }
            if turn == at {
                maya.post(&format!("/runs/{id}/cancellation"), &[]).await;
            }
            self.take_turn(turn).await;
            self.time_passes();
        }
        self.c.run(id)
    }

    /// As far as the import, which the environment takes its time for.
    async fn importing(&self) -> Run {
        let run = self.c.validated(&mut self.c.app.sign_in(&self.c.maya).await, &self.c.test, "contoso_core").await;
        self.platform.loses_imports(&[Fault::Slow; 20]);
        let mut maya = self.c.app.sign_in(&self.c.maya).await;
        maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
        self.take_turn(0).await;
        self.c.run(run.id)
    }

    async fn take_turn(&self, turn: usize) {
        let server = &self.servers[turn % 2];
        let done = AssertUnwindSafe(run_pending(server)).catch_unwind().await;
        match done {
            Ok(done) => done.unwrap(),
            Err(death) => {
                let words = death.downcast_ref::<String>().cloned().unwrap_or_default();
                assert!(words.contains(DEATH), "{words}");
            }
        }
    }

    // Long enough for everything that waits, and for the leases of who has died.
    fn time_passes(&self) {
        let past = db::now() - TimeDelta::seconds(1);
        self.c.app.write(|c| {
            let open = operations::table.filter(operations::ended_at.is_null());
            Ok(diesel::update(open).set(operations::due_at.eq(past)).execute(c)?)
        });
    }
}

fn plays(script: &[Fault]) -> (Run, usize, bool) {
    actix_web::rt::System::new().block_on(async {
        let deployment = Deployment::new(script).await;
        let run = deployment.run().await;
        (run, deployment.platform.imports(), deployment.platform.is_through())
    })
}

#[test]
fn whatever_goes_wrong_a_deployment_succeeds_in_the_end_and_imports_once() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() });
    let scripts = prop::collection::vec(fault(), 0..14);
    runner
        .run(&scripts, |script| {
            let (run, imports, through) = plays(&script);
            prop_assert_eq!((run.state, imports), (State::Succeeded, 1), "{:?}", run.error_message);
            prop_assert!(through);
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_environment_that_never_answers_is_given_up_in_words() {
    let (run, imports, _) = plays(&[Fault::Unreachable; 100]);
    assert_eq!((run.state, imports), (State::Failed, 0));
    assert_eq!(run.error_message.as_deref(), Some("The environment cannot be reached: no route."));
    assert_eq!(run.error_advice.as_deref(), Some("Retry when the environment answers again."));
}

#[test]
fn an_environment_that_is_busy_is_waited_for_as_long_as_it_may_take() {
    let (run, imports, _) = plays(&[Fault::Busy; 100]);
    assert_eq!((run.state, imports), (State::Succeeded, 1));
}

#[test]
fn an_import_of_which_nothing_is_known_fails_and_says_that_it_may_have_happened() {
    // Export, check and the fresh check are answered.
    let lost = [Fault::AnswerLost; 40];
    let (run, imports, _) = actix_web::rt::System::new().block_on(async {
        let deployment = Deployment::new(&[]).await;
        deployment.platform.loses_imports(&lost);
        let run = deployment.run().await;
        (run, deployment.platform.imports(), ())
    });
    assert_eq!((run.state, imports), (State::Failed, 1));
    assert!(run.error_message.unwrap().starts_with("It is not known whether this happened"));
    assert!(run.error_advice.unwrap().contains("look what Contoso QA has before you Retry"));
}

#[test]
fn whenever_cancel_is_pressed_a_deployment_is_stopped_before_it_changes_anything_or_ends_as_if_it_was_not() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() });
    let scripts = (prop::collection::vec(fault(), 0..10), 0..12usize);
    runner
        .run(&scripts, |(script, at)| {
            let (run, imports) = actix_web::rt::System::new().block_on(async {
                let deployment = Deployment::new(&script).await;
                let run = deployment.run_and_cancel(at).await;
                (run, deployment.platform.imports())
            });
            let allowed = matches!((run.state, imports), (State::Succeeded, 1) | (State::Canceled, 0));
            prop_assert!(allowed, "{:?} with {} imports: {:?}", run.state, imports, run.error_message);
            Ok(())
        })
        .unwrap();
}

#[actix_web::test]
async fn an_import_that_is_under_way_is_stopped_where_its_environment_says_so() {
    let deployment = Deployment::new(&[]).await;
    let run = deployment.importing().await;
    assert_eq!(run.state, State::Deploying);
    let (c, page) = (&deployment.c, format!("/runs/{}", run.id));
    let mut maya = c.app.sign_in(&c.maya).await;
    maya.get(&page).await.assert_has(".head button", "Cancel deployment");

    let cancel = format!("{page}/cancellation");
    assert_eq!(maya.post(&cancel, &[]).await.status, 303);
    let asked = maya.get(&page).await;
    asked.assert_has("[role=status]", "Contoso QA was asked to stop.");
    asked.assert_has(".sentence", "Maya canceled Contoso Core 1.0.0.4 while it was being imported into Contoso QA.");
    assert!(!asked.has(".head button", "Cancel deployment"), "it is asked once");
    assert_eq!(c.run(run.id).state, State::Deploying, "until its environment says so");
    let again = maya.post(&cancel, &[]).await;
    assert_eq!(again.status, 409);
    assert!(again.text().contains("Maya has already asked Contoso QA to stop."), "{}", again.text());

    for turn in 0..30 {
        deployment.take_turn(turn).await;
        deployment.time_passes();
    }
    let run = c.run(run.id);
    assert_eq!((run.state, deployment.platform.imports()), (State::Canceled, 0));
    maya.get(&page).await.assert_has(".sentence", "Maya canceled it before anything was changed in Contoso QA.");
}

#[actix_web::test]
async fn an_import_that_was_done_when_its_environment_was_asked_to_stop_goes_on_to_its_end() {
    let deployment = Deployment::new(&[]).await;
    let run = deployment.importing().await;
    let c = &deployment.c;
    let imported = deployment.platform.does_what_it_was_asked().await;
    assert_eq!(imported, 1);
    let mut maya = c.app.sign_in(&c.maya).await;
    assert_eq!(maya.post(&format!("/runs/{}/cancellation", run.id), &[]).await.status, 303);
    for turn in 0..30 {
        deployment.take_turn(turn).await;
        deployment.time_passes();
    }
    assert_eq!((c.run(run.id).state, deployment.platform.imports()), (State::Succeeded, 1));
}
