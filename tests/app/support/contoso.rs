//! Contoso: a host with development, QA and production, a pipeline of two stages, and the people who use it.

use diesel::prelude::*;
use sluice::{
    artifacts::Stored,
    db,
    id::{GrantId, OperationId, RunId},
    models::{
        deployment_environment::DeploymentEnvironment, environment::Environment, host::Host, person::Person,
        pipeline::Pipeline, principal::Principal, run::Run, stage::Stage,
    },
    package::{Builder, checks::VariableKind},
    platform::{Act, Operation, Outcome, Progress},
    rules::{
        rights::{Access, EnvironmentRole, HostRole},
        state::State,
        validation::RecordKind,
    },
    schema::{pipelines, shares},
};
use std::io::Write;

use super::{Browser, Page, TestApp};

/// A tenant that is ready to deploy.
pub struct Contoso {
    pub app: TestApp,
    pub host: Host,
    pub development: Environment,
    pub qa: Environment,
    pub production: Environment,
    pub source: DeploymentEnvironment,
    pub pipeline: Pipeline,
    pub test: Stage,
    pub live: Stage,
    /// Administers the host and the tenant.
    pub ada: Person,
    /// May run the pipeline and import everywhere.
    pub maya: Person,
    /// May look at the pipeline.
    pub vic: Person,
    /// Has an account and nothing else.
    pub zed: Person,
}

impl Contoso {
    pub fn new() -> Contoso {
        Contoso::on(TestApp::new())
    }

    /// The same on an application of one's own.
    pub fn on(app: TestApp) -> Contoso {
        let ada = app.administrator("Ada");
        let (maya, vic, zed) = (app.person("Maya"), app.person("Vic"), app.person("Zed"));
        let host = app.host("Contoso Host", &ada);
        let source = app.validated(&host, &ada, "Contoso Development", RecordKind::Development);
        let qa = app.validated(&host, &ada, "Contoso QA", RecordKind::Target);
        let production = app.validated(&host, &ada, "Contoso Production", RecordKind::Target);
        let pipeline = app.pipeline(&host, &ada, "Contoso Standard");
        app.link(&pipeline, &ada, &source);
        let test = app.stage(&pipeline, &ada, "Test", None, &qa);
        let live = app.stage(&pipeline, &ada, "Production", Some(&test), &production);
        let environment = |record: &DeploymentEnvironment| {
            app.read(|c| Environment::by_id(c, record.environment_id.expect("validated")))
        };
        let (development, qa, production) = (environment(&source), environment(&qa), environment(&production));
        for place in [&development, &qa, &production] {
            app.give_environment_role(place, &maya, EnvironmentRole::SystemCustomizer);
        }
        app.give_host_role(host.id, Principal::Person(maya.id), HostRole::User);
        let contoso =
            Contoso { app, host, development, qa, production, source, pipeline, test, live, ada, maya, vic, zed };
        contoso.share(&contoso.maya, Access::Run);
        contoso.share(&contoso.vic, Access::View);
        contoso
    }

    fn share(&self, person: &Person, access: Access) {
        self.app.write(|c| {
            diesel::insert_into(shares::table)
                .values((
                    shares::id.eq(GrantId::new()),
                    shares::pipeline_id.eq(self.pipeline.id),
                    shares::person_id.eq(person.id),
                    shares::access.eq(access),
                    shares::created_at.eq(db::now()),
                ))
                .execute(c)?;
            Ok(())
        });
    }

    /// Takes all shares of the pipeline back.
    pub fn unshare(&self) {
        self.app.write(|c| Ok(diesel::delete(shares::table).execute(c)?));
    }

    /// Keeps a package in the store.
    pub async fn store(&self, builder: &Builder) -> Stored {
        self.store_bytes(&builder.to_bytes().unwrap()).await
    }

    /// Keeps these bytes in the store.
    pub async fn store_bytes(&self, bytes: &[u8]) -> Stored {
        let mut spool = self.app.app.artifacts.spool().unwrap();
        spool.write_all(bytes).unwrap();
        self.app.app.artifacts.keep(spool.finish().unwrap()).await.unwrap()
    }

    /// Does one act on an environment, past the queue.
    pub async fn act(&self, at: &Environment, act: Act) -> Result<Outcome, String> {
        let operation = Operation { id: OperationId::new(), environment: at.id, act };
        match self.app.app.platforms.embedded().start(&operation).await {
            Ok(Progress::Done(outcome)) => Ok(outcome),
            other => Err(format!("{other:?}")),
        }
    }

    /// Imports a package by hand, and lets the sightings know.
    pub async fn import(&self, at: &Environment, builder: &Builder) {
        let package = self.store(builder).await;
        self.act(at, Act::Import { package, settings: Default::default() }).await.expect("an import that works");
        sluice::worker::refresh_sightings(&self.app.app).await.unwrap();
    }

    /// Adds a connection to an environment; its id.
    pub fn connection(&self, at: &Environment, name: &str, connector: &str) -> String {
        self.app.write(|c| {
            let added = sluice::platform::embedded::connections::add(c, at.id, name, connector, self.ada.id)?;
            Ok(added.id.to_string())
        })
    }

    /// Where Deploy and Next of a stage are.
    pub fn runs_of(&self, stage: &Stage) -> String {
        format!("/pipelines/{}/stages/{}/runs", stage.pipeline_id, stage.id)
    }

    /// Presses Next on a stage's card; the answer as it came.
    pub async fn next(&self, browser: &mut Browser, stage: &Stage, solution: &str) -> Page {
        let source = self.development.id.to_string();
        let form = [("solution", solution), ("source", source.as_str())];
        browser.post(&self.runs_of(stage), &form).await
    }

    /// Presses Next and lets the worker validate; the run.
    pub async fn validated(&self, browser: &mut Browser, stage: &Stage, solution: &str) -> Run {
        let page = self.next(browser, stage, solution).await;
        self.app.run_worker().await;
        self.run_of(&page)
    }

    /// Presses Next and Deploy and lets the worker do it; the run as it ended.
    pub async fn deploy(&self, browser: &mut Browser, stage: &Stage, solution: &str) -> Run {
        let run = self.validated(browser, stage, solution).await;
        assert_eq!(run.state, State::ValidationSucceeded, "{:?}", run.error_message);
        let page = browser.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
        assert_eq!(page.status, 303, "Deploy was refused: {}", page.text());
        self.app.run_worker().await;
        self.run(run.id)
    }

    /// Allows Redeploy and presses it, then Deploy; the run afterwards.
    pub async fn redeploy(&self, browser: &mut Browser, run: RunId) -> Run {
        let allowed = pipelines::allow_redeploy.eq(true);
        self.app.write(|conn| Ok(diesel::update(pipelines::table).set(allowed).execute(conn)?));
        let again = self.run_of(&browser.post(&format!("/runs/{run}/redeployment"), &[]).await);
        self.app.run_worker().await;
        browser.post(&format!("/runs/{}/deployment", again.id), &[]).await;
        self.app.run_worker().await;
        self.run(again.id)
    }

    /// Presses Next and Deploy later, for this time tomorrow; the run, which waits for that.
    pub async fn scheduled(&self, browser: &mut Browser, stage: &Stage, solution: &str) -> Run {
        let run = self.validated(browser, stage, solution).await;
        let at = (db::now() + chrono::TimeDelta::days(1)).format("%Y-%m-%dT%H:%M").to_string();
        let form = [("when", "later"), ("at", at.as_str()), ("notes", "")];
        let page = browser.post(&format!("/runs/{}/deployment", run.id), &form).await;
        assert_eq!(page.status, 303, "Deploy later was refused: {}", page.text());
        self.run(run.id)
    }

    /// The run that an answer leads to.
    #[track_caller]
    pub fn run_of(&self, page: &Page) -> Run {
        let there = page.location().unwrap_or_else(|| panic!("no redirect: {} {}", page.status, page.text()));
        let id = there.strip_prefix("/runs/").unwrap_or_else(|| panic!("not to a run: {there}"));
        self.run(id.parse().unwrap())
    }

    /// A run as it stands now.
    pub fn run(&self, id: RunId) -> Run {
        self.app.read(|c| Run::by_id(c, id))
    }

    /// How many runs there are.
    pub fn runs(&self) -> i64 {
        self.app.read(|c| Ok(sluice::schema::runs::table.count().get_result(c)?))
    }
}

/// An unmanaged solution without questions: tables only.
pub fn tables(version: &str) -> Builder {
    Builder::new("contoso_core")
        .display_name("Contoso Core")
        .version(version)
        .publisher("contoso", "Contoso", "con")
        .table("con_expense", "Expense")
}

/// An unmanaged solution that asks for a connection and a value.
pub fn expenses(version: &str) -> Builder {
    Builder::new("contoso_expenses")
        .display_name("Contoso Expenses")
        .version(version)
        .publisher("contoso", "Contoso", "con")
        .cloud_flow("Notify", &["con_mail"])
        .connection_reference("con_mail", "Mail", "shared_office365")
        .variable("con_limit", "Limit", VariableKind::Number, None, true, None)
        .variable("con_sender", "Sender", VariableKind::Text, Some("noreply@example.com"), false, None)
}
