//! Whether the server can take requests: what it needs, each asked shortly.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::Mutex, time::timeout};

use crate::{
    artifacts::Artifacts,
    db::{Db, unblocked},
    error::Error,
};

/// How long one check may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer is good: whoever asks more often, or from several places, costs the database nothing more.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// One thing that the server needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: &'static str,
    /// What is wrong with it, for the log and for whoever runs the server.
    pub wrong: Option<String>,
}

/// The last answers. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<Last>>);

type Last = Option<(Instant, Vec<Check>)>;

impl Health {
    /// How the database and the store of packages are, as of a second ago at most.
    pub async fn checks(&self, db: &Db, artifacts: &Artifacts) -> Vec<Check> {
        // Whoever asks meanwhile waits here for the same answer.
        let mut last = self.0.lock().await;
        if let Some((at, checks)) = &*last
            && at.elapsed() < GOOD_FOR
        {
            return checks.clone();
        }
        let (database, packages) = futures_util::join!(database(db), packages(artifacts));
        let checks = [database, vec![packages]].concat();
        *last = Some((Instant::now(), checks.clone()));
        checks
    }
}

async fn database(db: &Db) -> Vec<Check> {
    let asked = db.clone();
    let current = within(unblocked(move || asked.is_current_now(PATIENCE))).await;
    let newer = "they are those of another version of Sluice; run that one, on every server".to_owned();
    let (database, tables) = match current {
        Ok(true) => (None, None),
        Ok(false) => (None, Some(newer)),
        Err(error) => (Some(error), Some("they could not be looked at".to_owned())),
    };
    vec![Check { name: "database", wrong: database }, Check { name: "tables", wrong: tables }]
}

async fn packages(artifacts: &Artifacts) -> Check {
    Check { name: "packages", wrong: within(artifacts.ready()).await.err() }
}

async fn within<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    match timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}
