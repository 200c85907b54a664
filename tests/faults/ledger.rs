//! The books: what the rows say happened, held against what the environments' journal says and what people were told.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use diesel::{dsl::exists, prelude::*};
use sluice::{
    artifacts::{Artifacts, Place, Sha, Stored},
    db::Conn,
    error::Error,
    id::{OperationId, RunId},
    models::{artifact::Artifact, run::Run},
    platform::Outcome,
    rules::state::State,
    schema::{artifacts, embedded_journal, embedded_solutions, lanes, operations, runs},
};
use tempfile::TempDir;

use crate::{makers::Promises, support::Contoso, tenant::Tenant};

/// The books of one tenant.
pub struct Ledger {
    contoso: Arc<Contoso>,
    packages: Place,
    /// What was read already, and never changes.
    whole: HashSet<Sha>,
}

/// What they add up to.
pub struct Books {
    pub succeeded: usize,
    pub failed: usize,
    pub imports: usize,
    pub packages: usize,
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Books { succeeded, failed, imports, packages } = self;
        write!(f, "{succeeded} runs succeeded, {failed} did not, {imports} imports, {packages} packages whole")
    }
}

impl Ledger {
    /// Opens the books.
    pub fn new(tenant: &Tenant) -> Ledger {
        Ledger { contoso: tenant.contoso.clone(), packages: tenant.packages.clone(), whole: HashSet::new() }
    }

    /// Whatever moment it is, a run that nobody waits to press for has one operation that will move it.
    pub fn nothing_is_forgotten(&mut self) {
        let forgotten: Vec<RunId> = self.contoso.app.read(|c| {
            let moving = [State::Validating, State::Queued, State::Deploying].map(State::as_str);
            let open = operations::table
                .filter(operations::run_id.eq(runs::id.nullable()))
                .filter(operations::ended_at.is_null());
            let forgotten = runs::table.filter(runs::state.eq_any(moving)).filter(diesel::dsl::not(exists(open)));
            Ok(forgotten.select(runs::id).load(c)?)
        });
        assert!(forgotten.is_empty(), "nobody will move the runs {forgotten:?}");
    }

    /// Waits until nothing is under way.
    pub fn wait_until_quiet(&mut self, most: Duration) {
        let began = Instant::now();
        loop {
            let open: i64 = self.contoso.app.read(|c| {
                let open = operations::table.filter(operations::ended_at.is_null());
                Ok(open.count().get_result(c)?)
            });
            if open == 0 {
                return;
            }
            assert!(began.elapsed() < most, "{open} operations are still under way");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Balances the books of a quiet tenant.
    pub async fn balance(&mut self, promises: &Promises) -> Books {
        let (all, imports) = self.contoso.app.read(|c| Ok((Run::query().load::<Run>(c)?, imports(c)?)));
        let mut by_run: BTreeMap<RunId, usize> = BTreeMap::new();
        for (_, run) in &imports {
            *by_run.entry(*run).or_default() += 1;
        }
        for run in &all {
            let (imported, state) = (by_run.get(&run.id).copied().unwrap_or_default(), run.state);
            let told = promises.deploying.contains(&run.id);
            match state {
                State::Succeeded => assert_eq!(imported, 1, "run {} succeeded", run.id),
                _ => assert_eq!(imported, 0, "run {} is {state:?}", run.id),
            }
            assert!(state.is_final() || state == State::ValidationSucceeded, "run {} is {state:?}", run.id);
            // Each goes its own way, so nothing forbids what was asked for.
            assert!(!told || state == State::Succeeded, "{} was promised: {state:?} {:?}", run.id, run.error_message);
            assert!(!promises.succeeded.contains(&run.id) || state == State::Succeeded, "run {} is undone", run.id);
        }
        assert!(promises.faults.is_empty(), "pages told of faults of Sluice: {:#?}", promises.faults);
        self.environments_have_what_succeeded_last(&all);
        let packages = self.packages_are_whole().await;
        let succeeded = all.iter().filter(|run| run.state == State::Succeeded).count();
        assert_eq!(succeeded, imports.len());
        let failed = all.iter().filter(|run| run.state.is_final() && run.state != State::Succeeded).count();
        Books { succeeded, failed, imports: imports.len(), packages }
    }

    fn environments_have_what_succeeded_last(&self, all: &[Run]) {
        let mut last = BTreeMap::new();
        for run in all.iter().filter(|run| run.state == State::Succeeded) {
            let newest = last.entry((run.target_environment_id, run.solution_key.clone())).or_insert(run);
            if run.version().unwrap() > newest.version().unwrap() {
                *newest = run;
            }
        }
        for ((at, solution), run) in last {
            let installed: String = self.contoso.app.read(|c| {
                let here = embedded_solutions::table.filter(embedded_solutions::environment_id.eq(at));
                let here = here.filter(embedded_solutions::unique_name_key.eq(&solution));
                Ok(here.select(embedded_solutions::version).first(c)?)
            });
            assert_eq!(installed, run.version, "{solution} in {}", run.target_name);
        }
        let held: i64 = self
            .contoso
            .app
            .read(|c| Ok(lanes::table.filter(lanes::operation_id.is_not_null()).count().get_result(c)?));
        assert_eq!(held, 0, "lanes are held by nobody who works");
    }

    // Each is read as a server reads it that has never seen it.
    async fn packages_are_whole(&mut self) -> usize {
        let spool = TempDir::new().unwrap();
        let store = Artifacts::open(&self.packages, spool.path()).unwrap();
        let all: Vec<Artifact> = self.contoso.app.read(|c| {
            let ids: Vec<sluice::id::ArtifactId> = artifacts::table.select(artifacts::id).load(c)?;
            ids.into_iter().map(|id| Artifact::by_id(c, id)).collect()
        });
        for artifact in &all {
            for (hash, size) in
                [(&artifact.managed_hash, artifact.managed_size), (&artifact.unmanaged_hash, artifact.unmanaged_size)]
            {
                let stored = Stored { hash: hash.parse().unwrap(), size: size.unsigned_abs() };
                if self.whole.insert(stored.hash.clone()) {
                    store.file(&stored).await.unwrap();
                }
            }
        }
        all.len() * 2
    }
}

// What the journal of the environments says was imported for runs.
fn imports(c: &mut Conn) -> Result<Vec<(OperationId, RunId)>, Error> {
    let rows: Vec<(OperationId, Option<RunId>, String)> = operations::table
        .inner_join(embedded_journal::table.on(embedded_journal::operation_id.eq(operations::id)))
        .filter(operations::kind.eq("import"))
        .filter(operations::run_id.is_not_null())
        .select((operations::id, operations::run_id, embedded_journal::outcome))
        .load(c)?;
    let done = |outcome: &str| {
        let entry: BTreeMap<String, serde_json::Value> = serde_json::from_str(outcome).unwrap();
        entry
            .get("done")
            .is_some_and(|done| matches!(serde_json::from_value(done.clone()).unwrap(), Outcome::Imported { .. }))
    };
    let rows = rows.into_iter().filter(|(_, _, outcome)| done(outcome));
    Ok(rows.filter_map(|(id, run, _)| Some((id, run?))).collect())
}
