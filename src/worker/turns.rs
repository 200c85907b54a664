//! The turns that one server has under way: several at a time, and few of them at one environment, so that one that is
//! slow or dead never holds up the others.

use std::{collections::HashMap, future::Future, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use tokio::task::{Id, JoinSet};

use super::{claim, series};
use crate::{app::App, error::Error, id::EnvironmentId};

/// How many operations one server has under way at a time.
const AT_ONCE: usize = 32;
/// How many of them at one environment.
const AT_ONE_ENVIRONMENT: usize = 2;

/// Turns under way.
#[derive(Default)]
pub struct Turns {
    tasks: JoinSet<()>,
    places: HashMap<Id, EnvironmentId>,
}

impl Turns {
    /// Claims what is due and begins a turn of each, as many as fit.
    pub async fn begin(&mut self, app: &App, holder: &str) -> Result<(), Error> {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.forget(ended);
        }
        while self.places.len() < AT_ONCE && !app.stop.asked() {
            let Some(operation) = claim(app, holder, &self.busy()).await? else { break };
            let (app, at) = (app.clone(), operation.environment_id);
            let task = self.tasks.spawn(async move { series::carry_on(&app, operation).await });
            self.places.insert(task.id(), at);
        }
        Ok(())
    }

    /// Waits until a turn has ended, or for `other`.
    pub async fn ended_or(&mut self, other: impl Future<Output = ()>) {
        if self.places.is_empty() {
            return other.await;
        }
        let ended = {
            let join = pin!(self.tasks.join_next_with_id());
            match select(join, pin!(other)).await {
                Either::Left((ended, _)) => ended,
                Either::Right(_) => None,
            }
        };
        if let Some(ended) = ended {
            self.forget(ended);
        }
    }

    /// Lets those under way come to their end, and cuts off what takes longer than this.
    pub async fn end(&mut self, grace: Duration) {
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, ended).await.is_err() {
            tracing::warn!(turns = self.tasks.len(), "not all turns ended in time; others go on with them");
            self.tasks.abort_all();
        }
    }

    fn busy(&self) -> Vec<EnvironmentId> {
        let mut counts = HashMap::new();
        self.places.values().for_each(|at| *counts.entry(*at).or_insert(0) += 1);
        counts.into_iter().filter(|(_, count)| *count >= AT_ONE_ENVIRONMENT).map(|(at, _)| at).collect()
    }

    // A turn that panicked has ended too; its lease passes to whoever comes next.
    fn forget(&mut self, ended: Result<(Id, ()), tokio::task::JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                tracing::error!(error = %error, "a turn ended by a fault of Sluice");
                error.id()
            }
        };
        self.places.remove(&id);
    }
}
