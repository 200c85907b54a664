//! Environments, hosts, pipelines and runs for tests, made by the models' verbs where there are some.

use diesel::prelude::*;
use sluice::{
    db,
    id::{EnvironmentId, GrantId, RunId},
    models::{
        deployment_environment::{DeploymentEnvironment, Registration, known},
        environment::Environment,
        host::{Host, ManageHost},
        permit::{Action, Path, Permit},
        person::Person,
        pipeline::{Pipeline, PipelineInput},
        principal::Principal,
        run::Newest,
        seen_pipeline::ManagePipeline,
        stage::{Stage, StageInput},
    },
    rules::{
        rights::{EnvironmentRole, HostRole},
        validation::RecordKind,
    },
    schema::{environment_roles, environments, group_members, groups, host_roles, hosts, runs},
};

use super::TestApp;

/// An id in a path, for permits.
pub fn id(name: &'static str, id: impl ToString) -> (&'static str, String) {
    (name, id.to_string())
}

impl TestApp {
    /// An environment in Europe with a Dataverse database, in which nobody has a role.
    pub fn environment(&self, name: &str) -> Environment {
        self.environment_in(name, "Europe", true)
    }

    /// An environment in a region, with a Dataverse database or without.
    pub fn environment_in(&self, name: &str, region: &str, dataverse: bool) -> Environment {
        let id = EnvironmentId::new();
        self.write(|c| {
            diesel::insert_into(environments::table)
                .values((
                    environments::id.eq(id),
                    environments::guid.eq(uuid::Uuid::new_v4().to_string()),
                    environments::name.eq(name),
                    environments::name_key.eq(db::fold(name)),
                    environments::region.eq(region),
                    environments::kind.eq("sandbox"),
                    environments::managed.eq(true),
                    environments::dataverse.eq(dataverse),
                    environments::platform.eq("embedded"),
                    environments::created_at.eq(db::now()),
                ))
                .execute(c)?;
            Environment::by_id(c, id)
        })
    }

    /// A host in a new environment in Europe, with its administrator.
    pub fn host(&self, name: &str, administrator: &Person) -> Host {
        let environment = self.environment(name);
        self.write(|c| {
            diesel::insert_into(hosts::table)
                .values((
                    hosts::id.eq(environment.id),
                    hosts::allow_cross_region.eq(false),
                    hosts::require_managed.eq(false),
                    hosts::installed_by.eq(administrator.id),
                    hosts::installed_at.eq(db::now()),
                ))
                .execute(c)?;
            Ok(())
        });
        self.give_host_role(environment.id, Principal::Person(administrator.id), HostRole::Administrator);
        self.read(|c| Host::by_id(c, environment.id))
    }

    pub fn give_host_role(&self, host: EnvironmentId, principal: Principal, role: HostRole) -> GrantId {
        let id = GrantId::new();
        self.write(|c| {
            diesel::insert_into(host_roles::table)
                .values((
                    host_roles::id.eq(id),
                    host_roles::host_id.eq(host),
                    host_roles::person_id.eq(principal.person()),
                    host_roles::group_id.eq(principal.group()),
                    host_roles::role.eq(role),
                    host_roles::created_at.eq(db::now()),
                ))
                .execute(c)?;
            Ok(id)
        })
    }

    pub fn give_environment_role(&self, environment: &Environment, person: &Person, role: EnvironmentRole) {
        self.write(|c| {
            diesel::insert_into(environment_roles::table)
                .values((
                    environment_roles::id.eq(GrantId::new()),
                    environment_roles::environment_id.eq(environment.id),
                    environment_roles::person_id.eq(person.id),
                    environment_roles::role.eq(role),
                    environment_roles::created_at.eq(db::now()),
                ))
                .execute(c)?;
            Ok(())
        });
    }

    /// A group with these members.
    pub fn group(&self, name: &str, members: &[&Person]) -> Principal {
        let id = sluice::id::GroupId::new();
        self.write(|c| {
            diesel::insert_into(groups::table)
                .values((
                    groups::id.eq(id),
                    groups::name.eq(name),
                    groups::name_key.eq(db::fold(name)),
                    groups::description.eq(""),
                    groups::created_at.eq(db::now()),
                ))
                .execute(c)?;
            for person in members {
                diesel::insert_into(group_members::table)
                    .values((group_members::group_id.eq(id), group_members::person_id.eq(person.id)))
                    .execute(c)?;
            }
            Ok(Principal::Group(id))
        })
    }

    /// The permit of a person who must have it.
    pub fn permit<A: Action>(&self, person: &Person, ids: &[(&'static str, String)]) -> Permit<A> {
        let path = Path::of(ids.iter().cloned());
        self.read(|c| Permit::check(c, person.clone(), &path))
    }

    /// Registers an environment in a host; it is pending.
    pub fn register(&self, host: &Host, by: &Person, at: &Environment, kind: RecordKind) -> DeploymentEnvironment {
        let permit = self.permit::<ManageHost>(by, &[id("host", host.id)]);
        let new = Registration { name: at.name.clone(), kind, guid: at.guid.clone(), description: String::new() };
        self.write(|c| DeploymentEnvironment::register(c, &permit, &new)).expect("a record that can be registered")
    }

    /// Does what the worker does: validates all that is pending with what is known of the environments.
    pub fn validate_pending(&self) {
        for pending in self.read(DeploymentEnvironment::pending) {
            let probe = pending.environment.as_ref().map(known);
            self.write(|c| DeploymentEnvironment::validate(c, pending.id, pending.revision, probe));
        }
    }

    /// A new environment that the administrator of a host sees, registered and validated there.
    pub fn validated(&self, host: &Host, by: &Person, name: &str, kind: RecordKind) -> DeploymentEnvironment {
        let environment = self.environment(name);
        if !by.system_administrator {
            self.give_environment_role(&environment, by, EnvironmentRole::BasicUser);
        }
        let record = self.register(host, by, &environment, kind);
        self.validate_pending();
        self.record(&record)
    }

    /// A record as it stands now.
    pub fn record(&self, record: &DeploymentEnvironment) -> DeploymentEnvironment {
        self.read(|c| DeploymentEnvironment::by_id(c, record.id))
    }

    pub fn pipeline(&self, host: &Host, by: &Person, name: &str) -> Pipeline {
        let permit = self.permit::<ManageHost>(by, &[id("host", host.id)]);
        let new = PipelineInput { name: name.into(), description: String::new(), allow_redeploy: false };
        self.write(|c| Pipeline::create(c, &permit, &new)).expect("a pipeline that can be made")
    }

    pub fn stage(
        &self,
        pipeline: &Pipeline,
        by: &Person,
        name: &str,
        previous: Option<&Stage>,
        target: &DeploymentEnvironment,
    ) -> Stage {
        let permit = self.permit::<ManagePipeline>(by, &[id("pipeline", pipeline.id)]);
        let (name, description) = (name.to_owned(), String::new());
        let new = StageInput { name, description, previous: previous.map(|stage| stage.id), target: target.id };
        self.write(|c| Stage::add(c, &permit, &new)).expect("a stage that can be added")
    }

    pub fn link(&self, pipeline: &Pipeline, by: &Person, source: &DeploymentEnvironment) {
        let permit = self.permit::<ManagePipeline>(by, &[id("pipeline", pipeline.id)]);
        self.write(|c| Pipeline::link(c, &permit, source.id)).expect("a source that can be linked");
    }

    /// A run of a stage that waits for Deploy; finish it with `finish_runs`.
    pub fn unfinished_run(&self, stage: &Stage, source: &DeploymentEnvironment, by: &Person) {
        let (from, to) = (source.environment_id.expect("validated"), stage.target.environment_id.expect("validated"));
        let id = RunId::new();
        self.write(|c| {
            diesel::insert_into(runs::table)
                .values((
                    (
                        runs::id.eq(id),
                        runs::host_id.eq(stage.target.host_id),
                        runs::pipeline_id.eq(stage.pipeline_id),
                        runs::stage_id.eq(stage.id),
                        runs::source_environment_id.eq(from),
                        runs::target_environment_id.eq(to),
                        runs::redeploy.eq(false),
                        runs::state.eq("validation_succeeded"),
                        runs::host_name.eq("Host"),
                        runs::pipeline_name.eq("Pipeline"),
                        runs::stage_name.eq(&stage.name),
                        runs::source_name.eq(&source.name),
                        runs::source_guid.eq(&source.environment_guid),
                    ),
                    (
                        runs::target_name.eq(&stage.target.name),
                        runs::target_guid.eq(&stage.target.environment_guid),
                        runs::solution_name.eq("expenses"),
                        runs::solution_key.eq("expenses"),
                        runs::solution_display_name.eq("Expenses"),
                        runs::publisher.eq("contoso"),
                        runs::version.eq("1.0.0.0"),
                        runs::settings.eq("{}"),
                        runs::notes.eq(""),
                        runs::started_by.eq(by.id),
                        runs::started_by_name.eq(&by.name),
                        runs::started_at.eq(db::now()),
                    ),
                ))
                .execute(c)?;
            Newest::note(c, stage.pipeline_id, stage.id, "expenses", id)
        });
    }

    /// Ends all runs.
    pub fn finish_runs(&self) {
        self.write(|c| {
            diesel::update(runs::table).set((runs::state.eq("canceled"), runs::ended_at.eq(db::now()))).execute(c)?;
            Ok(())
        });
    }
}
