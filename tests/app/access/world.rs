//! A tenant with something behind every address of the site, and the nine kinds of people who ask for it.

use std::collections::HashMap;

use diesel::prelude::*;
use sluice::{
    db,
    id::{GrantId, RunId},
    models::{
        artifact::{Artifact, Described, NewArtifact},
        audit::By,
        deployment_environment::{DeploymentEnvironment, Registration},
        host::ManageHost,
        person::Person,
        pipeline::Pipeline,
        principal::Principal,
        run::Run,
        tenant::Tenant,
    },
    rules::{
        rights::{Access, EnvironmentRole, HostRole},
        validation::RecordKind,
    },
    schema::{artifacts, environment_roles, people, pipelines, sessions, shares},
};

use super::fabrikam::Fabrikam;
use crate::support::{Browser, Contoso, Page, TestApp, contoso, id};

/// Contoso with all that its addresses need, and Fabrikam beside it.
pub struct World {
    pub c: Contoso,
    pub fabrikam: Fabrikam,
    /// What stands for the names in addresses and forms.
    pub names: HashMap<&'static str, String>,
    /// A browser of each kind of people, in the order of [`super::PEOPLE`].
    pub browsers: Vec<Browser>,
    /// A package to upload.
    pub package: Vec<u8>,
}

impl World {
    pub async fn new() -> World {
        let c = Contoso::new();
        let fabrikam = Fabrikam::new(&c.app).await;
        let people = People::of(&c);
        let names = HashMap::new();
        let package = contoso::expenses("1.0.0.1").to_bytes().unwrap();
        let mut world = World { c, fabrikam, names, browsers: Vec::new(), package };
        world.name_places(&people);
        world.name_parts(&people);
        world.names.extend(world.runs().await);
        world.names.extend(world.by_hand().await);
        world.names.insert("artifact", world.retired());
        world.names.insert("session", session(&world.c.app, &world.c.maya));
        world.browsers = people.browsers(&world).await;
        world
    }

    fn name_places(&mut self, people: &People) {
        let (c, app) = (&self.c, &self.c.app);
        let fresh = app.environment("Contoso Fresh");
        app.give_environment_role(&fresh, &c.maya, EnvironmentRole::SystemCustomizer);
        app.give_environment_role(&fresh, &people.hana, EnvironmentRole::BasicUser);
        let unregistered = app.environment("Contoso Unregistered");
        let unlinked = app.validated(&c.host, &c.ada, "Contoso Unlinked", RecordKind::Development);
        let spare = app.validated(&c.host, &c.ada, "Contoso Spare", RecordKind::Target);
        let taken = self.wish();
        app.validate_pending();
        self.names.extend([
            ("host", c.host.id.to_string()),
            ("environment", c.development.id.to_string()),
            ("fresh", fresh.id.to_string()),
            ("guid", unregistered.guid),
            ("record", spare.id.to_string()),
            ("source", c.source.id.to_string()),
            ("qa", c.test.target.id.to_string()),
            ("unlinked", unlinked.id.to_string()),
            ("taken", taken.id.to_string()),
            ("solution", "contoso_core".to_owned()),
        ]);
    }

    fn name_parts(&mut self, people: &People) {
        let (c, app) = (&self.c, &self.c.app);
        app.write(|conn| Ok(diesel::update(pipelines::table).set(pipelines::allow_redeploy.eq(true)).execute(conn)?));
        let spare = app.pipeline(&c.host, &c.ada, "Contoso Second");
        app.link(&spare, &c.ada, &c.source);
        let last = app.stage(&spare, &c.ada, "Last", None, &c.test.target);
        let nora = &people.nora;
        for (person, access) in [(&c.vic, Access::View), (&people.rita, Access::Run), (&c.maya, Access::Run)] {
            share(&c.app, &spare, Principal::Person(person.id), access);
        }
        let makers = app.group("Makers", &[nora]);
        let role = app.give_host_role(c.host.id, makers, HostRole::User);
        app.give_environment_role(&c.development, nora, EnvironmentRole::BasicUser);
        let member: GrantId = app.read(|conn| {
            let theirs = environment_roles::table.filter(environment_roles::person_id.eq(nora.id));
            Ok(theirs.select(environment_roles::id).first(conn)?)
        });
        self.names.extend([
            ("pipeline", c.pipeline.id.to_string()),
            ("stage", c.test.id.to_string()),
            ("live", c.live.id.to_string()),
            ("spare", spare.id.to_string()),
            ("last", last.id.to_string()),
            ("share", share(&c.app, &c.pipeline, makers, Access::View).to_string()),
            ("role", role.to_string()),
            ("member", member.to_string()),
            ("group", makers.group().unwrap().to_string()),
            ("person", nora.id.to_string()),
            ("dora", people.dora.id.to_string()),
            ("zed", c.zed.id.to_string()),
            ("token", app.write(|conn| nora.new_password_link(conn, &By::sluice()))),
            ("setup", app.write(Tenant::new_setup_token)),
            ("version", "0".to_owned()),
            ("name", "sluice.css".to_owned()),
        ]);
    }

    // A record of an environment that is bound to the other host.
    fn wish(&self) -> DeploymentEnvironment {
        let permit = self.c.app.permit::<ManageHost>(&self.c.ada, &[id("host", self.c.host.id)]);
        let guid = self.fabrikam.production.guid.clone();
        let (name, description) = ("Contoso Wish".to_owned(), String::new());
        let new = Registration { name, kind: RecordKind::Target, guid, description };
        self.c.app.write(|conn| DeploymentEnvironment::register(conn, &permit, &new)).expect("a record")
    }

    // One that succeeded, one that was canceled, one that waits for its time, one that waits for Deploy.
    async fn runs(&self) -> Vec<(&'static str, String)> {
        let c = &self.c;
        let mut maya = c.app.sign_in(&c.maya).await;
        c.import(&c.development, &contoso::tables("1.0.0.4")).await;
        let succeeded = c.deploy(&mut maya, &c.test, "contoso_core").await;
        c.import(&c.development, &contoso::tables("1.0.0.5")).await;
        let canceled = c.validated(&mut maya, &c.test, "contoso_core").await;
        assert_eq!(maya.post(&format!("/runs/{}/cancellation", canceled.id), &[]).await.status, 303);
        let scheduled = c.validated(&mut maya, &c.test, "contoso_core").await;
        let form = [("when", "later"), ("at", &tomorrow()), ("notes", "")];
        assert_eq!(maya.post(&format!("/runs/{}/deployment", scheduled.id), &form).await.status, 303);
        let waiting = c.validated(&mut maya, &c.test, "contoso_core").await;
        let runs = [("succeeded", succeeded), ("canceled", canceled), ("scheduled", scheduled), ("run", waiting)];
        let mut names: Vec<_> = runs.map(|(name, run)| (name, run.id.to_string())).into();
        names.push(("tomorrow", tomorrow()));
        names
    }

    // One that retention retired just now, with packages that another has too.
    fn retired(&self) -> String {
        let artifact = NewArtifact {
            source: self.c.development.id,
            unique_name: "contoso_core",
            display_name: "Contoso Core",
            publisher: "Contoso",
            version: &"0.9".parse().unwrap(),
            managed: ("", 0),
            unmanaged: ("", 0),
            described: &Described::default(),
        };
        self.c.app.write(|conn| {
            let run: RunId = self.names["succeeded"].parse().unwrap();
            let held = Run::by_id(conn, run)?.artifact_id.unwrap();
            let held = Artifact::by_id(conn, held)?;
            let retired = NewArtifact {
                managed: (&held.managed_hash, held.managed_size),
                unmanaged: (&held.unmanaged_hash, held.unmanaged_size),
                ..artifact
            };
            let id = retired.insert(conn)?.id;
            diesel::update(artifacts::table.find(id)).set(artifacts::retired_at.eq(Some(db::now()))).execute(conn)?;
            Ok(id.to_string())
        })
    }

    // An export and a check of the runner, and a connection.
    async fn by_hand(&self) -> Vec<(&'static str, String)> {
        let c = &self.c;
        let mut maya = c.app.sign_in(&c.maya).await;
        let at = format!("/environments/{}", c.development.id);
        let export = maya.post(&format!("{at}/solutions/contoso_core/exports"), &[]).await;
        let check = maya.upload(&format!("{at}/imports"), &[], ("package", "solution.zip", &self.package)).await;
        c.app.run_worker().await;
        let connection = c.connection(&c.development, "Office 365", "shared_office365");
        vec![
            ("operation", last(&export)),
            ("check", last(&check)),
            ("connection", connection),
            ("package", "managed".to_owned()),
            ("kind", "managed".to_owned()),
            ("page", "states".to_owned()),
        ]
    }
}

/// Those whom Contoso does not have yet.
struct People {
    /// May run the pipeline and has no role in any environment.
    rita: Person,
    /// Administers the host and may look at development.
    hana: Person,
    /// Was a system administrator.
    dora: Person,
    /// Somebody to do something to.
    nora: Person,
}

impl People {
    fn of(c: &Contoso) -> People {
        let app = &c.app;
        let (rita, hana, nora) = (app.person("Rita"), app.person("Hana"), app.person("Nora"));
        app.give_host_role(c.host.id, Principal::Person(rita.id), HostRole::User);
        share(&c.app, &c.pipeline, Principal::Person(rita.id), Access::Run);
        app.give_host_role(c.host.id, Principal::Person(hana.id), HostRole::Administrator);
        app.give_environment_role(&c.development, &hana, EnvironmentRole::BasicUser);
        People { rita, hana, nora, dora: app.administrator("Dora") }
    }

    // In the order of PEOPLE.
    async fn browsers(&self, world: &World) -> Vec<Browser> {
        let (c, app) = (&world.c, &world.c.app);
        let mut all = vec![app.browser().await];
        for person in [&c.zed, &c.vic, &self.rita, &c.maya, &self.hana, &world.fabrikam.otto, &self.dora, &c.ada] {
            all.push(app.sign_in(person).await);
        }
        // Past the verb, which ends sessions too: an open one alone must open nothing.
        app.write(|conn| {
            Ok(diesel::update(people::table.find(self.dora.id)).set(people::active.eq(false)).execute(conn)?)
        });
        all
    }
}

/// Shares a pipeline; the share.
pub fn share(app: &TestApp, pipeline: &Pipeline, principal: Principal, access: Access) -> GrantId {
    let id = GrantId::new();
    app.write(|conn| {
        diesel::insert_into(shares::table)
            .values((
                shares::id.eq(id),
                shares::pipeline_id.eq(pipeline.id),
                shares::person_id.eq(principal.person()),
                shares::group_id.eq(principal.group()),
                shares::access.eq(access),
                shares::created_at.eq(db::now()),
            ))
            .execute(conn)?;
        Ok(id)
    })
}

/// A session of the person that is none of their browsers'.
pub fn session(app: &TestApp, person: &Person) -> String {
    let theirs = sessions::table.filter(sessions::person_id.eq(person.id)).order(sessions::id);
    app.read(|c| Ok(theirs.select(sessions::id).first(c)?))
}

/// This time tomorrow, in UTC, as a browser sends it.
pub fn tomorrow() -> String {
    (db::now() + chrono::TimeDelta::days(1)).format("%Y-%m-%dT%H:%M").to_string()
}

/// What an answer leads to, by the last part of its address.
#[track_caller]
pub fn last(page: &Page) -> String {
    let there = page.location().unwrap_or_else(|| panic!("{}: {}", page.status, page.text()));
    there.rsplit('/').next().unwrap().to_owned()
}
