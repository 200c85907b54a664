//! A platform that is as far away as a real one and fails by a script: what it is asked takes several polls, answers get
//! lost, and servers die while they wait for one.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use sluice::{
    id::{EnvironmentId, OperationId},
    platform::{
        Act, Operation, Outcome, Platform, PlatformError, PlatformLimits, Platforms, Probe, Progress, SolutionDetails,
        SolutionSummary,
    },
    rules::connections::Connections,
};

/// What happens at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does something else.
    Busy,
    /// It was not reached.
    Unreachable,
    /// It was reached, but its answer was lost.
    AnswerLost,
    /// It goes on without being done.
    Slow,
    /// The server dies before it asks.
    DiesBefore,
    /// The server dies before it hears the answer.
    DiesAfter,
}

/// What the servers' deaths panic with.
pub const DEATH: &str = "the server dies here";

/// The platform; all servers of a test share it.
pub struct Faulty {
    inner: Platforms,
    script: Mutex<VecDeque<Fault>>,
    /// What happens at calls about imports, first.
    at_imports: Mutex<VecDeque<Fault>>,
    jobs: Mutex<HashMap<OperationId, Progress>>,
    effects: Mutex<Vec<OperationId>>,
    /// What it was slow with last.
    asked: Mutex<Option<Operation>>,
}

impl Faulty {
    /// One that does what `inner` does, after what the script says.
    pub fn new(inner: Platforms, script: &[Fault]) -> Arc<Faulty> {
        let script = Mutex::new(script.iter().copied().collect());
        Arc::new(Faulty {
            inner,
            script,
            at_imports: Mutex::default(),
            jobs: Mutex::default(),
            effects: Mutex::default(),
            asked: Mutex::default(),
        })
    }

    /// Has this happen at the calls about imports.
    pub fn loses_imports(&self, faults: &[Fault]) {
        self.at_imports.lock().unwrap().extend(faults);
    }

    /// Does what it was slow with, without saying so yet; how often something was imported since.
    pub async fn does_what_it_was_asked(&self) -> usize {
        let asked = self.asked.lock().unwrap().take().expect("something that it was slow with");
        let _ = self.job(&asked).await;
        self.imports()
    }

    /// How often something was imported.
    pub fn imports(&self) -> usize {
        self.effects.lock().unwrap().len()
    }

    /// Whether the script is played to its end.
    pub fn is_through(&self) -> bool {
        self.script.lock().unwrap().is_empty()
    }

    async fn call(&self, operation: &Operation) -> Result<Progress, PlatformError> {
        let special = match operation.act {
            Act::Import { .. } => self.at_imports.lock().unwrap().pop_front(),
            _ => None,
        };
        let fault = special.or_else(|| self.script.lock().unwrap().pop_front());
        let lost = || PlatformError::Unknown { message: "the answer was lost".into() };
        let slow = Progress::Running {
            handle: operation.id.to_string(),
            percent: Some(50),
            message: "half-way".into(),
            next_poll: Duration::from_secs(5),
        };
        match fault {
            Some(Fault::Busy) => Err(PlatformError::Busy { retry_after: 7 }),
            Some(Fault::Unreachable) => Err(PlatformError::Unreachable { message: "no route".into() }),
            Some(Fault::DiesBefore) => panic!("{DEATH}"),
            Some(Fault::Slow) => {
                *self.asked.lock().unwrap() = Some(operation.clone());
                Ok(slow)
            }
            Some(Fault::AnswerLost) => self.job(operation).await.and(Err(lost())),
            Some(Fault::DiesAfter) => {
                let _ = self.job(operation).await;
                panic!("{DEATH}")
            }
            None => self.job(operation).await,
        }
    }

    // As a real one keeps jobs by the id that it was given: who asks again hears of the job that there is.
    async fn job(&self, operation: &Operation) -> Result<Progress, PlatformError> {
        if let Some(known) = self.jobs.lock().unwrap().get(&operation.id) {
            return Ok(known.clone());
        }
        let progress = self.inner.embedded().start(operation).await?;
        if matches!((&operation.act, &progress), (Act::Import { .. }, Progress::Done(Outcome::Imported { .. }))) {
            self.effects.lock().unwrap().push(operation.id);
        }
        self.jobs.lock().unwrap().insert(operation.id, progress.clone());
        Ok(progress)
    }
}

#[async_trait]
impl Platform for Faulty {
    async fn probe(&self, at: EnvironmentId) -> Result<Probe, PlatformError> {
        self.inner.embedded().probe(at).await
    }

    async fn solutions(&self, at: EnvironmentId) -> Result<Vec<SolutionSummary>, PlatformError> {
        self.inner.embedded().solutions(at).await
    }

    async fn solution(&self, at: EnvironmentId, unique_name: &str) -> Result<Option<SolutionDetails>, PlatformError> {
        self.inner.embedded().solution(at, unique_name).await
    }

    async fn connections(&self, at: EnvironmentId) -> Result<Connections, PlatformError> {
        self.inner.embedded().connections(at).await
    }

    async fn limits(&self, at: EnvironmentId) -> Result<PlatformLimits, PlatformError> {
        self.inner.embedded().limits(at).await
    }

    async fn start(&self, operation: &Operation) -> Result<Progress, PlatformError> {
        self.call(operation).await
    }

    async fn poll(&self, operation: &Operation, _: Option<&str>) -> Result<Progress, PlatformError> {
        self.call(operation).await
    }

    async fn cancel(&self, operation: &Operation, handle: Option<&str>) -> Result<(), PlatformError> {
        self.inner.embedded().cancel(operation, handle).await
    }
}
