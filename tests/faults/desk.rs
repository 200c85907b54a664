//! Somebody at work in a world of which a test decides.

use std::{
    fs,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use diesel::prelude::*;
use sluice::{
    id::RunId,
    models::operation::Operation,
    rules::state::State,
    schema::{audit, operations, runs},
};

use crate::{
    QUIET,
    client::{Answer, Client},
    servers::Servers,
    support::PASSWORD,
    tenant::Tenant,
    world::World,
};

/// A tenant with all of its files on a disk of its own, and Maya at its first server.
pub struct Desk {
    pub world: Arc<World>,
    pub tenant: Tenant,
    pub servers: Servers,
    pub maya: Client,
}

impl Desk {
    /// Servers that all share the files.
    pub fn new() -> Desk {
        let (world, tenant) = (Arc::new(World::new()), Tenant::with_folder());
        let servers = Servers::start_in(&world, &tenant);
        let mut maya = Client::new(servers.address(0));
        let form = [("email", tenant.contoso.maya.email.as_str()), ("password", PASSWORD)];
        maya.post("/sign-in", &form).unwrap().redirects().unwrap();
        Desk { world, tenant, servers, maya }
    }

    /// Leaves no room for this file or folder of the tenant, nor for what lies below it.
    pub fn fill(&self, name: &str) {
        self.world.fill(&self.tenant.contoso.app.folder().join(name));
    }

    /// Uploads a package to development.
    pub fn upload(&mut self, package: &[u8]) -> Answer {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), package).unwrap();
        let path = format!("/environments/{}/imports", self.tenant.contoso.development.id);
        self.maya.upload(&path, file.path()).unwrap()
    }

    /// Presses Next of the first stage.
    pub fn next(&mut self, solution: &str) -> Answer {
        let contoso = &self.tenant.contoso;
        let source = contoso.development.id.to_string();
        self.maya.post(&contoso.runs_of(&contoso.test), &[("solution", solution), ("source", &source)]).unwrap()
    }

    /// Presses Next where it can be done.
    pub fn begin(&mut self, solution: &str) -> RunId {
        let there = self.next(solution).redirects().unwrap();
        there.strip_prefix("/runs/").unwrap().parse().unwrap()
    }

    /// How many rows there are of what a person could have done.
    pub fn recorded(&self) -> (i64, i64, i64) {
        self.tenant.contoso.app.read(|c| {
            Ok((
                runs::table.count().get_result(c)?,
                operations::table.count().get_result(c)?,
                audit::table.count().get_result(c)?,
            ))
        })
    }

    /// Waits until the run is so; another end it must not have.
    pub fn wait_for(&self, run: RunId, state: State) {
        until(state.label(), || {
            let run = self.tenant.contoso.run(run);
            assert!(run.state == state || !run.state.is_final(), "{:?}: {:?}", run.state, run.error_message);
            run.state == state
        });
    }

    /// Waits until the open operation of a run is so.
    pub fn wait_for_operation(&self, run: RunId, what: &str, is_so: impl Fn(Operation) -> bool) {
        let open = || self.tenant.contoso.app.read(|c| Operation::open_of_run(c, run));
        until(what, || open().is_some_and(&is_so));
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < QUIET, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
