//! Environments with roles in them, and what makers do there.

use diesel::prelude::*;
use sluice::{
    db,
    id::{DeploymentEnvironmentId, EnvironmentId, GrantId},
    models::{operation::Operation, person::Person},
    package::Builder,
    rules::rights::EnvironmentRole,
    schema::{deployment_environments, environment_roles, environments, hosts, operations},
};

use super::{Browser, Page, TestApp};

/// An environment with three people in it.
pub struct Makers {
    pub app: TestApp,
    pub environment: EnvironmentId,
    /// System Administrator there.
    pub ada: Person,
    /// System Customizer there.
    pub maya: Person,
    /// Basic User there.
    pub bo: Person,
}

impl Makers {
    /// *Contoso Development*, with Ada, Maya and Bo.
    pub fn new() -> Makers {
        Makers::on(TestApp::new())
    }

    /// The same on an application of one's own.
    pub fn on(app: TestApp) -> Makers {
        let environment = add_environment(&app, "Contoso Development");
        let (ada, maya, bo) = (app.person("Ada"), app.person("Maya"), app.person("Bo"));
        let makers = Makers { app, environment, ada, maya, bo };
        makers.give(&makers.ada, EnvironmentRole::SystemAdministrator);
        makers.give(&makers.maya, EnvironmentRole::SystemCustomizer);
        makers.give(&makers.bo, EnvironmentRole::BasicUser);
        makers
    }

    fn give(&self, person: &Person, role: EnvironmentRole) {
        let values = (
            environment_roles::id.eq(GrantId::new()),
            environment_roles::environment_id.eq(self.environment),
            environment_roles::person_id.eq(person.id),
            environment_roles::role.eq(role),
            environment_roles::created_at.eq(db::now()),
        );
        self.app.write(|c| Ok(diesel::insert_into(environment_roles::table).values(values).execute(c)?));
    }

    /// Makes the environment a validated target of a host.
    pub fn make_target(&self) {
        let host = add_environment(&self.app, "Contoso Host");
        self.app.write(|c| {
            diesel::insert_into(hosts::table)
                .values((
                    hosts::id.eq(host),
                    hosts::allow_cross_region.eq(false),
                    hosts::require_managed.eq(false),
                    hosts::installed_by.eq(self.ada.id),
                    hosts::installed_at.eq(db::now()),
                ))
                .execute(c)?;
            diesel::insert_into(deployment_environments::table)
                .values((
                    deployment_environments::id.eq(DeploymentEnvironmentId::new()),
                    deployment_environments::host_id.eq(host),
                    deployment_environments::name.eq("Target"),
                    deployment_environments::name_key.eq("target"),
                    deployment_environments::kind.eq("target"),
                    deployment_environments::environment_guid.eq(self.environment.to_string()),
                    deployment_environments::environment_id.eq(self.environment),
                    deployment_environments::description.eq(""),
                    deployment_environments::status.eq("success"),
                    deployment_environments::message.eq(""),
                    deployment_environments::revision.eq(1),
                    deployment_environments::registered_by.eq(self.ada.id),
                    deployment_environments::created_at.eq(db::now()),
                ))
                .execute(c)?;
            Ok(())
        });
    }

    /// A path below the environment.
    pub fn at(&self, page: &str) -> String {
        format!("/environments/{}/{page}", self.environment)
    }

    /// A browser in which Maya is signed in.
    pub async fn maya(&self) -> Browser {
        self.app.sign_in(&self.maya).await
    }

    /// Uploads a package; the answer is as it came.
    pub async fn upload(&self, browser: &mut Browser, bytes: &[u8]) -> Page {
        browser.upload(&self.at("imports"), &[], ("package", "solution.zip", bytes)).await
    }

    /// Uploads a package and lets it be checked; where it is reviewed.
    pub async fn checked(&self, browser: &mut Browser, builder: &Builder) -> String {
        let page = self.upload(browser, &builder.to_bytes().unwrap()).await;
        let review = page.location().unwrap_or_else(|| panic!("refused: {}", page.text())).to_owned();
        self.app.run_worker().await;
        review
    }

    /// Imports a package the whole way, as a maker does.
    pub async fn import(&self, browser: &mut Browser, builder: &Builder) {
        let review = self.checked(browser, builder).await;
        let page = browser.post(&review, &[]).await;
        assert_eq!(page.location(), Some(self.at("solutions").as_str()), "{}", page.text());
        self.app.run_worker().await;
    }

    /// All operations of the environment.
    pub fn operations(&self) -> Vec<Operation> {
        let at = self.environment;
        self.app.read(|c| Ok(Operation::query().filter(operations::environment_id.eq(at)).load(c)?))
    }

    /// The log, each entry as one line, oldest first.
    pub fn audit(&self) -> Vec<String> {
        self.app.audit()
    }

    /// How many packages the store holds.
    pub fn stored(&self) -> usize {
        self.app.files("artifacts")
    }
}

/// An environment with a Dataverse database and nobody in it.
pub fn add_environment(app: &TestApp, name: &str) -> EnvironmentId {
    let id = EnvironmentId::new();
    app.write(|c| {
        diesel::insert_into(environments::table)
            .values((
                environments::id.eq(id),
                environments::guid.eq(id.to_string()),
                environments::name.eq(name),
                environments::name_key.eq(db::fold(name)),
                environments::region.eq("Europe"),
                environments::kind.eq("sandbox"),
                environments::managed.eq(true),
                environments::dataverse.eq(true),
                environments::platform.eq("embedded"),
                environments::created_at.eq(db::now()),
            ))
            .execute(c)?;
        Ok(())
    });
    id
}
